import { describe, expect, it, vi } from 'vitest';
import { startPlaying } from './play.js';

function outcome(play: () => Promise<void>): Promise<number> {
  const broken = vi.fn();
  startPlaying({ play }, broken);
  return new Promise((resolve) => setTimeout(() => resolve(broken.mock.calls.length)));
}

describe('startPlaying', () => {
  it('tells of a file that can not be played, not of a player that was left', async () => {
    const failing = (name: string) => () => Promise.reject(new DOMException('', name));
    expect(await outcome(failing('NotSupportedError'))).toBe(1);
    expect(await outcome(failing('AbortError'))).toBe(0);
    expect(await outcome(() => Promise.resolve())).toBe(0);
  });
});
