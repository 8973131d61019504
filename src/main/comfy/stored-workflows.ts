/**
 * Workflows that a ComfyUI server keeps: what its users saved (`/userdata`), and the templates that come with it and with
 * packs of custom nodes. Sources of the shapes: ComfyUI 0.3.64, app/user_manager.py, app/custom_node_manager.py and
 * server.py, and the index of the package comfyui-workflow-templates.
 */
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { AppError } from '../../shared/errors.js';
import type { CallOptions, Calls } from './calls.js';
import { mega } from './calls.js';
import { badStatus } from './failures.js';
import type { Transport } from './http.js';

/** A workflow that somebody saved in ComfyUI. */
export interface SavedWorkflow {
  /** Below the user's `workflows`, with `/`. */
  path: string;
  /** Bytes. */
  size?: number;
  /** Milliseconds since the epoch. */
  modified_ms?: number;
}

/** A template, as ComfyUI's own browser of templates shows it. */
export interface WorkflowTemplate {
  /** `default` for those of the package, else the folder of the custom nodes. */
  module: string;
  /** File name without `.json`. */
  name: string;
  title: string;
  description: string;
  category: string;
  tags: string[];
  /** Ending of the picture's file; there may be no such file all the same. Absent for what has a sound instead. */
  picture?: string;
}

export interface StoredWorkflows {
  /** What the user saved, the latest first. Empty where the server keeps nothing or has no such route. */
  savedWorkflows(options?: CallOptions): Promise<SavedWorkflow[]>;
  /** The text of one. @throws AppError NOT_FOUND. */
  savedWorkflow(path: string, options?: CallOptions): Promise<string>;
  /** Saves one. Answers false when there is one of that name and it is not to be replaced; nothing is written then. */
  saveWorkflow(file: { path: string; text: string; overwrite: boolean }, options?: CallOptions): Promise<boolean>;
  /** Those of the package in its order, then those of custom nodes. Empty where there are none. */
  templates(options?: CallOptions): Promise<WorkflowTemplate[]>;
  /** The text of one. @throws AppError NOT_FOUND. */
  template(template: Pick<WorkflowTemplate, 'module' | 'name'>, options?: CallOptions): Promise<string>;
  /** Its picture; undefined when there is none. Read it or destroy it. */
  templatePicture(
    template: Pick<WorkflowTemplate, 'module' | 'name'> & { picture: string },
    options?: CallOptions,
  ): Promise<Readable | undefined>;
}

/** Bytes of one file that are read at most, a little more than a graph may have: larger ones are told as such. */
const largestFile = 9 * mega;
const packaged = 'default';
const pictureEndings: ReadonlySet<string> = new Set(['webp', 'png', 'jpg', 'jpeg', 'gif', 'avif']);

const filesSchema = z.array(
  z.union([
    z.string().transform((path) => ({ path, size: undefined, modified: undefined })),
    z.looseObject({
      path: z.string(),
      size: z.number().optional().catch(undefined),
      modified: z.number().optional().catch(undefined),
    }),
  ]),
);

const texts = z.array(z.string()).catch([]);
const indexSchema = z.array(
  z.looseObject({
    moduleName: z.string().catch(packaged),
    title: z.string().catch(''),
    templates: z
      .array(
        z.looseObject({
          name: z.string(),
          title: z.string().optional().catch(undefined),
          description: z.string().catch(''),
          mediaSubtype: z.string().catch('webp'),
          tags: texts,
        }),
      )
      .catch([]),
  }),
);
const ofNodesSchema = z.record(z.string(), texts);

export function createStoredWorkflows(
  calls: Calls,
  transport: Pick<Transport, 'send'>,
  { display, timeoutMs }: { display: string; timeoutMs: number },
): StoredWorkflows {
  const { text, optional } = calls;

  const read = async (path: string, what: string, options: CallOptions | undefined): Promise<string> => {
    const answer = await text({ path, signal: options?.signal, maxBytes: largestFile });
    if (answer.status === 200) return answer.text;
    if (answer.status !== 404) throw badStatus(display, `GET ${path}`, answer.status, answer.text);
    throw new AppError('NOT_FOUND', `ComfyUI has no ${what} any more.`, { hint: 'Read the list again.' });
  };

  const ofPackage = async (options: CallOptions | undefined): Promise<WorkflowTemplate[]> => {
    const path = '/templates/index.json';
    const index = (await optional({ path, signal: options?.signal }, indexSchema, [404, 405])) ?? [];
    const all = index.flatMap(({ moduleName, title: category, templates }) =>
      templates.map(({ name, title = name, description, mediaSubtype, tags }) => ({
        module: moduleName,
        name,
        title,
        description,
        category,
        tags,
        ...(pictureEndings.has(mediaSubtype) ? { picture: mediaSubtype } : {}),
      })),
    );
    // The same template may stand in several categories.
    return [...new Map(all.map((template) => [templateKey(template), template])).values()];
  };

  const ofNodes = async (options: CallOptions | undefined): Promise<WorkflowTemplate[]> => {
    const path = '/workflow_templates';
    const found = (await optional({ path, signal: options?.signal }, ofNodesSchema, [404, 405])) ?? {};
    return Object.entries(found).flatMap(([module, names]) =>
      names.map((name) => ({
        module,
        name,
        title: name.replace(/[_-]+/g, ' '),
        description: '',
        category: module,
        tags: [],
        picture: 'jpg',
      })),
    );
  };

  return {
    async savedWorkflows(options) {
      const query = { dir: 'workflows', recurse: 'true', full_info: 'true' };
      const call = { path: '/userdata', query, signal: options?.signal };
      const files = (await optional(call, filesSchema, [404, 405])) ?? [];
      return files
        .filter(({ path }) => /\.json$/i.test(path) && !/(^|[/\\])\./.test(path))
        .map(({ path, size, modified }) => ({
          path: path.replaceAll('\\', '/'),
          ...(size === undefined ? {} : { size }),
          ...(modified === undefined ? {} : { modified_ms: Math.round(modified * 1000) }),
        }))
        .sort((a, b) => (b.modified_ms ?? 0) - (a.modified_ms ?? 0) || a.path.localeCompare(b.path));
    },

    savedWorkflow: (path, options) =>
      read(`/userdata/${encodeURIComponent(`workflows/${path}`)}`, `saved workflow "${path}"`, options),

    async saveWorkflow({ path: below, text: body, overwrite }, options) {
      const path = `/userdata/${encodeURIComponent(`workflows/${below}`)}`;
      const answer = await text({
        method: 'POST',
        path,
        query: { overwrite: String(overwrite), full_info: 'true' },
        headers: { 'content-type': 'application/json' },
        body,
        signal: options?.signal,
      });
      if (answer.status === 200) return true;
      if (answer.status === 409) return false;
      if (answer.status === 404 || answer.status === 405) {
        throw new AppError('NOT_SUPPORTED', 'This version of ComfyUI keeps no workflows on the server.', {
          hint: 'Show the file in its folder and drop it on ComfyUI’s page instead.',
        });
      }
      throw badStatus(display, `POST ${path}`, answer.status, answer.text);
    },

    async templates(options) {
      const [first, second] = await Promise.all([ofPackage(options), ofNodes(options)]);
      return [...first, ...second];
    },

    template: (template, options) => read(addressOf(template, '.json'), `template "${template.name}"`, options),

    async templatePicture(template, options) {
      const number = template.module === packaged ? '-1' : '';
      const path = addressOf(template, `${number}.${template.picture}`);
      const answer = await transport.send({ method: 'GET', path, timeoutMs, signal: options?.signal });
      if (answer.status === 200) return answer.body;
      answer.body.destroy();
      if (answer.status === 404) return undefined;
      throw badStatus(display, `GET ${path}`, answer.status, '');
    },
  };
}

/** What a template is called by, wherever it is named: `default/flux_schnell`. */
export function templateKey({ module, name }: Pick<WorkflowTemplate, 'module' | 'name'>): string {
  return `${module}/${name}`;
}

/** Packs of custom nodes have their templates below `/api` only. */
function addressOf({ module, name }: Pick<WorkflowTemplate, 'module' | 'name'>, ending: string): string {
  const file = `${encodeURIComponent(name)}${ending}`;
  return module === packaged ? `/templates/${file}` : `/api/workflow_templates/${encodeURIComponent(module)}/${file}`;
}
