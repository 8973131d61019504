/** The `text/event-stream` of MCP: of each event only its data matters here. */
import { StringDecoder } from 'node:string_decoder';

export interface EventReader {
  push(bytes: Buffer): void;
}

/** Tells the data of each event that has any. Ends of lines may be `\n`, `\r\n` or `\r`. */
export function createEventReader(onData: (data: string) => void): EventReader {
  const decoder = new StringDecoder('utf8');
  let rest: string[] = [];
  let data: string[] = [];
  let afterReturn = false;

  const take = (line: string) => {
    if (line === '') {
      if (data.length > 0) onData(data.join('\n'));
      data = [];
      return;
    }
    if (line === 'data') data.push('');
    else if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
  };

  return {
    push(bytes) {
      let text = decoder.write(bytes);
      if (text === '') return;
      // The other half of an end of line that two pieces share.
      if (afterReturn && text.startsWith('\n')) text = text.slice(1);
      afterReturn = text.endsWith('\r');
      const lines = text.split(/\r\n|\n|\r/);
      const last = lines.pop() ?? '';
      for (const line of lines) {
        take(rest.join('') + line);
        rest = [];
      }
      if (last !== '') rest.push(last);
    },
  };
}
