import { describe, expect, it } from 'vitest';
import { placeKey } from '../../shared/graph-link.js';
import { boxSize, graphModel, rowMiddle } from './model.js';

describe('graphModel', () => {
  it('makes boxes with title, class and inputs, and a wire for every link', () => {
    const { boxes, wires } = graphModel(
      {
        '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'PARAM_MODEL' } },
        '6': {
          class_type: 'CLIPTextEncode',
          inputs: { text: 'a  <b>cat</b>\n', clip: ['4', 1] },
          _meta: { title: 'Words' },
        },
      },
      {
        names: { CheckpointLoaderSimple: 'Load Checkpoint' },
        params: new Map([[placeKey('4', 'ckpt_name'), { name: 'model', standard: 'm.ckpt' }]]),
      },
    );
    expect(boxes.map(({ id, title, subtitle }) => [id, title, subtitle])).toEqual([
      ['4', 'Load Checkpoint', 'CheckpointLoaderSimple'],
      ['6', 'Words', 'CLIPTextEncode'],
    ]);
    expect(boxes.flatMap(({ rows }) => rows)).toEqual([
      { input: 'ckpt_name', param: { name: 'model', standard: 'm.ckpt' }, from: null, broken: false, value: null },
      { input: 'text', param: null, from: null, broken: false, value: 'a <b>cat</b> ' },
      { input: 'clip', param: null, from: '4', broken: false, value: null },
    ]);
    expect(wires).toEqual([{ id: placeKey('6', 'clip'), from: '4', to: '6', input: 'clip' }]);
  });

  it('tells links to nowhere, and makes no wire of them', () => {
    const { boxes, wires } = graphModel({ a: { class_type: 'X', inputs: { in: ['gone', 0] } } });
    expect(boxes[0]?.rows[0]).toMatchObject({ from: 'gone', broken: true });
    expect(wires).toEqual([]);
  });

  it('leaves out what is no node, and shows any value', () => {
    const { boxes } = graphModel({
      note: 'not a node',
      n: null,
      x: { class_type: 'X', inputs: { big: 12345678901234567890n, list: [1, 2, 3], none: null, no: false, text: '' } },
      y: { class_type: 'constructor', inputs: 'odd' },
    });
    expect(boxes.map(({ title }) => title)).toEqual(['X', 'constructor']);
    expect(boxes[0]?.rows.map(({ value }) => value)).toEqual([
      '12345678901234567890',
      '[1,2,3]',
      'none',
      'false',
      'empty',
    ]);
  });

  it('keeps the links of a node with too many inputs', () => {
    const inputs = Object.fromEntries([
      ...Array.from({ length: 40 }, (_, at) => [`value${at}`, at]),
      ['model', ['s', 0]],
    ]);
    const { boxes, wires } = graphModel({ s: { class_type: 'S', inputs: {} }, n: { class_type: 'N', inputs } });
    const [source, many] = boxes;
    expect(many).toMatchObject({ more: 41 - boxSize.mostRows });
    expect(many?.rows).toHaveLength(boxSize.mostRows);
    expect(wires).toHaveLength(1);
    expect(source?.height).toBe(boxSize.head);
    if (many !== undefined) expect(rowMiddle(many, 'model')).toBeLessThan(many.height);
  });
});
