/** Who made how much, in words. Pure. */
import { askedBy } from '../jobs/words.js';
import { formatCount } from '../ui/format.js';

const mostNamed = 3;

/** "41 made, Claude Desktop 28, Cursor 13", "12 made by Cursor"; the person alone needs no name. */
export function makersWords(made: number, makers: readonly { name: string; count: number }[]): string {
  const words = `${formatCount(made)} made`;
  const nameOf = (name: string) => askedBy(name === '' ? null : name);
  const [only] = makers;
  if (makers.length < 2) return only === undefined || only.name === '' ? words : `${words} by ${nameOf(only.name)}`;
  const rest = makers.length - mostNamed;
  const named = makers.slice(0, mostNamed).map(({ name, count }) => `${nameOf(name)} ${formatCount(count)}`);
  return [words, ...named, ...(rest > 0 ? [`${formatCount(rest)} more`] : [])].join(', ');
}
