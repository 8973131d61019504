import { describe, expect, it } from 'vitest';
import { layoutGraph } from './layout.js';
import { depths, topological, withoutCycles } from './order.js';

const box = (id: string, height = 100) => ({ id, width: 200, height });
const link = (pair: string) => {
  const [from = '', to = ''] = pair.split('>');
  return { from, to };
};

/** Every pair of boxes that lie over each other. */
function overlaps(boxes: ReturnType<typeof box>[], at: ReturnType<typeof layoutGraph>['at']): string[] {
  const placed = boxes.map((one) => ({ ...one, ...(at.get(one.id) ?? { x: Number.NaN, y: Number.NaN }) }));
  return placed.flatMap((a, index) =>
    placed
      .slice(index + 1)
      .filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)
      .map((b) => `${a.id} on ${b.id}`),
  );
}

describe('layoutGraph', () => {
  it('puts what feeds another left of it, and chains below each other', () => {
    // A checkpoint, two prompts, a size, a sampler, decode, save.
    const boxes = ['load', 'plus', 'minus', 'size', 'sampler', 'decode', 'save'].map((id) => box(id));
    const links =
      'load>plus load>minus load>sampler load>decode plus>sampler minus>sampler size>sampler sampler>decode decode>save';
    const { at, below, lanes } = layoutGraph(boxes, links.split(' ').map(link));
    const x = (id: string) => at.get(id)?.x ?? Number.NaN;
    expect(x('load')).toBe(0);
    expect(x('plus')).toBe(x('minus'));
    expect(x('size')).toBe(x('plus'));
    expect(x('plus')).toBeLessThan(x('sampler'));
    expect([x('decode'), x('save')]).toEqual([x('sampler'), x('sampler')]);
    expect([...below]).toEqual([
      ['sampler', 'decode'],
      ['decode', 'save'],
    ]);
    expect(overlaps(boxes, at)).toEqual([]);
    // The checkpoint feeds the sampler past the prompts: its wire goes between them, not behind.
    const [lane, ...others] = lanes('load', 'decode');
    expect(others).toEqual([]);
    expect(lane).toMatchObject({ x: x('plus'), width: 200 });
    for (const id of ['plus', 'minus', 'size']) {
      const top = at.get(id)?.y ?? 0;
      expect((lane?.y ?? 0) < top || (lane?.y ?? 0) > top + 100).toBe(true);
    }
    expect(lanes('load', 'plus')).toEqual([]);
    expect(Math.min(...[...at.values()].map(({ y }) => y))).toBe(0);
  });

  it('goes on in the next column where a chain would be too high', () => {
    const boxes = Array.from({ length: 30 }, (_, at) => box(`n${at}`));
    const links = boxes.slice(1).map(({ id }, at) => ({ from: `n${at}`, to: id }));
    const { at } = layoutGraph(boxes, links);
    const columns = new Set([...at.values()].map(({ x }) => x));
    expect(columns.size).toBeGreaterThan(3);
    expect(Math.max(...[...at.values()].map(({ y }) => y))).toBeLessThan(1200);
    expect(overlaps(boxes, at)).toEqual([]);
  });

  it('places every box of a graph that runs in a circle, of links to nowhere and of none', () => {
    const boxes = ['a', 'b', 'c', 'alone'].map((id) => box(id));
    const { at } = layoutGraph(boxes, ['a>b', 'b>c', 'c>a', 'a>a', 'a>gone', 'gone>b'].map(link));
    expect(at.size).toBe(4);
    expect(overlaps(boxes, at)).toEqual([]);
    expect(layoutGraph([], []).at.size).toBe(0);
  });

  it('keeps hundreds of boxes apart', () => {
    const boxes = Array.from({ length: 400 }, (_, at) => box(`n${at}`, 40 + ((at * 37) % 200)));
    const links = boxes.flatMap(({ id }, at) =>
      at === 0 ? [] : [0, 1, 2].map((step) => ({ from: `n${Math.floor((at * (step + 1)) / 5) % at}`, to: id })),
    );
    const { at } = layoutGraph(boxes, links);
    expect(overlaps(boxes, at)).toEqual([]);
  });
});

describe('order', () => {
  it('drops the links that lead back and keeps all others', () => {
    const after = withoutCycles(['a', 'b', 'c'], ['a>b', 'b>c', 'a>c', 'c>a'].map(link));
    expect([...after].map(([id, targets]) => [id, [...targets].sort()])).toEqual([
      ['a', ['b', 'c']],
      ['b', ['c']],
      ['c', []],
    ]);
    expect(topological(after)).toEqual(['a', 'b', 'c']);
    expect(Object.fromEntries(depths(after))).toEqual({ a: 0, b: 1, c: 2 });
  });
});
