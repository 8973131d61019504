/** How much of a text is shown at first. Pure. */

const mostCharacters = 600;
const mostLines = 9;
/** A little more than that is shown whole: a button for four words would be silly. */
const slack = 1.25;

/** The beginning of a long text, cut between words and never within a character; a short one as it is. */
export function shorten(text: string): string {
  const lines = text.split('\n', Math.ceil(mostLines * slack) + 1);
  const tall = lines.length > mostLines * slack;
  const long = text.length > mostCharacters * slack;
  if (!tall && !long) return text;
  const byLines = tall ? lines.slice(0, mostLines).join('\n') : text;
  if (byLines.length <= mostCharacters * slack) return byLines.trimEnd();
  return betweenWords(byLines);
}

function betweenWords(text: string): string {
  const start = text.slice(0, mostCharacters);
  const space = start.search(/\s\S*$/);
  if (space > mostCharacters * 0.8) return start.slice(0, space).trimEnd();
  // Some scripts have no spaces, and what a person takes for one character may be several.
  const characters = new Intl.Segmenter().segment(text.slice(0, mostCharacters + 100));
  return text.slice(0, characters.containing(mostCharacters)?.index ?? mostCharacters);
}
