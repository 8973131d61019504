/** Graphs as ComfyUI's editor saves them, of nodes without weights: what the conversion makes of them has to run. */
import { randomInt } from 'node:crypto';
import { folder } from './graphs.js';

type Link = [id: number, from: number, slot: number, to: number, input: number, type: string];

interface UiNode {
  id: number;
  type: string;
  widgets: unknown[];
  inputs?: [name: string, type: string, link: number | null, widget?: true][];
  outputs?: [type: string, links: number[]][];
  /** 0 live, 2 muted, 4 bypassed. */
  mode?: number;
}

/** The parts that every file of the editor has, around those that matter. */
function file(nodes: readonly UiNode[], links: readonly Link[], more: Record<string, unknown> = {}) {
  return {
    last_node_id: 99,
    last_link_id: 99,
    version: 0.4,
    nodes: nodes.map(({ id, type, widgets, inputs = [], outputs = [], mode = 0 }, order) => ({
      id,
      type,
      mode,
      order,
      pos: [order * 240, 0],
      size: [200, 100],
      flags: {},
      properties: {},
      widgets_values: widgets,
      inputs: inputs.map(([name, kind, link, widget]) => ({
        name,
        type: kind,
        link,
        ...(widget ? { widget: { name } } : {}),
      })),
      outputs: outputs.map(([kind, out]) => ({ name: kind, type: kind, links: out })),
    })),
    links,
    groups: [],
    extra: {},
    ...more,
  };
}

const prefix = `${folder}/converted`;

/** A primitive gives the colour, a reroute passes the picture on, a bypassed node lets it through, a note says nothing. */
export function rewiredUi() {
  return file(
    [
      { id: 1, type: 'PrimitiveNode', widgets: [randomInt(0xffffff), 'fixed'], outputs: [['INT', [1]]] },
      {
        id: 2,
        type: 'EmptyImage',
        widgets: [48, 32, 1, 0],
        inputs: [['color', 'INT', 1, true]],
        outputs: [['IMAGE', [2]]],
      },
      { id: 3, type: 'Reroute', widgets: [], inputs: [['', '*', 2]], outputs: [['IMAGE', [3]]] },
      {
        id: 4,
        type: 'ImageInvert',
        widgets: [],
        mode: 4,
        inputs: [['image', 'IMAGE', 3]],
        outputs: [['IMAGE', [4]]],
      },
      { id: 5, type: 'SaveImage', widgets: [prefix], inputs: [['images', 'IMAGE', 4]] },
      { id: 6, type: 'Note', widgets: ['a note'] },
    ],
    [
      [1, 1, 0, 2, 0, 'INT'],
      [2, 2, 0, 3, 0, 'IMAGE'],
      [3, 3, 0, 4, 0, 'IMAGE'],
      [4, 4, 0, 5, 0, 'IMAGE'],
    ],
  );
}

/** Values in the order of the widgets, one of them a list of choices. */
export function scaledUi() {
  return file(
    [
      { id: 1, type: 'EmptyImage', widgets: [32, 32, 2, randomInt(0xffffff)], outputs: [['IMAGE', [1]]] },
      {
        id: 2,
        type: 'ImageScale',
        widgets: ['bicubic', 64, 48, 'center'],
        inputs: [['image', 'IMAGE', 1]],
        outputs: [['IMAGE', [2]]],
      },
      { id: 3, type: 'SaveImage', widgets: [prefix], inputs: [['images', 'IMAGE', 2]] },
      { id: 4, type: 'SaveImage', widgets: [prefix], mode: 2, inputs: [['images', 'IMAGE', null]] },
    ],
    [
      [1, 1, 0, 2, 0, 'IMAGE'],
      [2, 2, 0, 3, 0, 'IMAGE'],
    ],
  );
}
