import { expect, it } from 'vitest';
import { wirePath } from './wire.js';

it('goes straight down, in a curve, and level through lanes', () => {
  expect(wirePath({ x: 5, y: 0 }, { x: 5, y: 30 }, 'down')).toBe('M5,0 L5,30');
  expect(wirePath({ x: 0, y: 0 }, { x: 100, y: 40 }, [])).toBe('M0,0 C50,0 50,40 100,40');
  expect(wirePath({ x: 0, y: 0 }, { x: 300, y: 40 }, [{ x: 60, width: 180, y: 90 }])).toBe(
    'M0,0 C30,0 30,90 60,90 L240,90 C270,90 270,40 300,40',
  );
  expect(wirePath({ x: 100, y: 0 }, { x: 0, y: 0 }, [])).toBe('M100,0 C160,0 -60,0 0,0');
});
