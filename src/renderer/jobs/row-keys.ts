import type { KeyboardEvent } from 'react';

/** Up, Down, Home and End go from row to row of a list whose rows have buttons. */
export function rowKeys(event: KeyboardEvent<HTMLElement>): void {
  const rows = [...event.currentTarget.children].filter((row) => row.querySelector('button') !== null);
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  if (at < 0) return;
  const steps: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
  const next = steps[event.key];
  if (next === undefined) return;
  event.preventDefault();
  rows[next]?.querySelector('button')?.focus();
}
