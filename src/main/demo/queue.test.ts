import { expect, test } from 'vitest';
import { createPromptQueue, type QueueItem } from './queue.js';

const item = (number: number, promptId = `p${number}`): QueueItem => ({
  number,
  numberIsFloat: false,
  promptId,
  graph: {},
  extraData: {},
  outputs: [],
});

test('the raw array is the one that heapq makes, not the order of execution', () => {
  const queue = createPromptQueue();
  for (const number of [122, 123, -124, -125, 0.5, 7, 126]) queue.push(item(number));
  // As recorded from a real server for these pushes.
  expect(queue.raw().map(({ number }) => number)).toEqual([-125, -124, 7, 123, 0.5, 122, 126]);
});

test('items leave in the order of number, then id', () => {
  const queue = createPromptQueue();
  const numbers = [5, 1, 4, 1.5, -3, 9, 2, 6, 8, 0, 7];
  for (const number of numbers) queue.push(item(number));
  queue.push(item(5, 'a'));
  const order: string[] = [];
  for (let next = queue.pop(); next; next = queue.pop())
    order.push(`${next.number}${next.promptId === 'a' ? 'a' : ''}`);
  expect(order).toEqual(['-3', '0', '1', '1.5', '2', '4', '5a', '5', '6', '7', '8', '9']);
});

test('an equal number and id raises, and the item is in the queue all the same', () => {
  const queue = createPromptQueue();
  queue.push(item(100, 'same'));
  expect(() => queue.push(item(100, 'same'))).toThrow("'<' not supported between instances of 'dict' and 'dict'");
  expect(queue.size).toBe(2);
  expect([queue.pop()?.promptId, queue.pop()?.promptId, queue.pop()]).toEqual(['same', 'same', undefined]);
});

test('removing keeps the order', () => {
  const queue = createPromptQueue();
  for (const number of [3, 1, 2, 5, 4]) queue.push(item(number));
  expect(queue.remove(({ number }) => number === 1)).toBe(true);
  expect(queue.remove(({ number }) => number === 1)).toBe(false);
  expect([queue.pop(), queue.pop(), queue.pop(), queue.pop()].map((each) => each?.number)).toEqual([2, 3, 4, 5]);
});
