import { describe, expect, it } from 'vitest';
import { differences, tally } from './differences.js';

const asset = (parameters: Record<string, string | number>) => ({ parameters, width: 512, height: 512 });

describe('differences', () => {
  it('puts what differs first and keeps what is alike', () => {
    const rows = differences([
      asset({ prompt: 'a pear', seed: 7, cfg: 3.5, steps: 28, ckpt_name: 'x.safetensors' }),
      asset({ prompt: 'a plum', seed: 7, cfg: 6, steps: 28, ckpt_name: 'x.safetensors' }),
    ]);
    expect(rows.filter((row) => row.differs).map((row) => row.label)).toEqual(['Prompt', 'CFG']);
    expect(rows.find((row) => row.label === 'CFG')?.values).toEqual(['3.5', '6']);
    expect(rows.find((row) => row.label === 'Steps')).toMatchObject({ differs: false, values: ['28', '28'] });
    expect(tally(rows)).toBe('2 differ, 4 alike');
  });

  it('holds a value that only one has for a difference', () => {
    const rows = differences([asset({ denoise: 0.5 }), asset({}), asset({})]);
    expect(rows[0]).toMatchObject({ differs: true, values: ['0.5', null, null] });
  });

  it('does not say the size twice', () => {
    const labels = differences([asset({ width: 512, height: 512 }), asset({})]).map((row) => row.label);
    expect(labels).toEqual(['Size']);
  });

  it('counts in words', () => {
    expect(tally([])).toBe('Nothing is known of how they were made');
    expect(tally(differences([asset({}), asset({})]))).toBe('All alike');
    expect(tally(differences([asset({ cfg: 1 }), asset({ cfg: 2 })]))).toBe('1 differs, 1 alike');
  });
});
