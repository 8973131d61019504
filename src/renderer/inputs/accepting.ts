/** Which workflows take an asset, and into which of their parameters. Pure. */
import type { MediaKind } from '../../shared/asset.js';
import type { InputMedia, ParamSpec } from '../../shared/params.js';
import type { Workflow } from '../../shared/workflow.js';

const takes: Readonly<Record<InputMedia, readonly MediaKind[]>> = {
  image: ['image'],
  mask: ['image'],
  audio: ['audio', 'video'],
  video: ['video'],
};

export interface Accepting {
  workflow: Workflow;
  /** The parameter that gets it. */
  parameter: string;
}

/** A workflow that can be run from a form: with parameters, and without a problem. */
export function isRunnable({ problem, params }: Workflow): boolean {
  return problem === null && params.length > 0;
}

/** Usable workflows with the first of their parameters that takes this kind; a picture goes into a mask last. */
export function accepting(workflows: readonly Workflow[], kind: MediaKind): Accepting[] {
  return workflows.filter(isRunnable).flatMap((workflow) => {
    const fitting = workflow.params.filter(({ media }) => media !== undefined && takes[media].includes(kind));
    const best = fitting.find(({ media }) => media !== 'mask') ?? fitting[0];
    return best === undefined ? [] : [{ workflow, parameter: best.name }];
  });
}

/** The asset in a form's first field for a picture: what its mask is painted on. */
export function pictureOf(params: readonly ParamSpec[], values: Readonly<Record<string, string>>): string | undefined {
  const name = params.find(({ media }) => media === 'image')?.name;
  const value = name === undefined ? undefined : values[name];
  return isAssetId(value) ? value : undefined;
}

/** Whether a field's value is an asset of the library, rather than the name of a file that ComfyUI has. */
export function isAssetId(value: string | undefined): value is string {
  return value !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}
