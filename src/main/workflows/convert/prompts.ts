/**
 * Texts that the editor works on before it sends them. In fields that are made for it, it takes comments out and picks one
 * option of each `{a|b}` anew for every run. Comments are taken out here likewise. A choice is not made: it would be
 * frozen into the workflow, so the text stays as it is and a warning says so.
 */

/** Comments in slashes, to the end of the line or between slash-stars, as the editor knows them. */
const comments = /\/\*[\s\S]*?\*\/|\/\/[^\n\r]*/g;

export interface ReadyPrompt {
  text: string;
  /** What became of it, when something is to be told. */
  note?: string;
}

/** What the editor would send for the text of a field with `dynamicPrompts`. */
export function readyPrompt(text: string): ReadyPrompt {
  const plain = text.replace(comments, '');
  const resolved = withoutBraces(plain);
  if (resolved === undefined) {
    return {
      text: plain,
      note: 'its {a|b} choices are left as they are: the editor picks one anew for every run, ComfyUI itself does not',
    };
  }
  return plain === text
    ? { text: resolved }
    : { text: resolved, note: 'its comments are left out, as the editor does' };
}

/**
 * The text with `{one}` as `one` and `\{` as `{`; undefined when there is a real choice. Braces that don't close stay.
 */
function withoutBraces(text: string): string | undefined {
  const open: number[] = [];
  let made = '';
  for (let index = 0; index < text.length; index += 1) {
    const sign = text[index] ?? '';
    const next = text[index + 1];
    if (sign === '\\' && (next === '{' || next === '}' || next === '|')) {
      made += next;
      index += 1;
    } else if (sign === '{' && closes(text, index)) {
      open.push(index);
    } else if (sign === '}' && open.length > 0) {
      open.pop();
    } else if (sign === '|' && open.length > 0) {
      return undefined;
    } else {
      made += sign;
    }
  }
  return made;
}

function closes(text: string, from: number): boolean {
  let depth = 0;
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === '{') depth += 1;
    else if (text[index] === '}') depth -= 1;
    if (depth === 0) return true;
  }
  return false;
}

/** `%date:yyyy%` and `%Node.widget%`: the editor fills these in, ComfyUI does not. */
const editorsOwn = /%date:[^%]*%|%[^%./\\]+\.[^%./\\]+%/;

/** Why a file name would come out otherwise than from the editor; undefined when it would not. */
export function fileNameNote(text: string): string | undefined {
  return editorsOwn.test(text)
    ? 'names in percent signs such as %date:…% are filled in by the editor only; they are left as they are'
    : undefined;
}
