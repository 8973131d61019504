/** Reads `multipart/form-data`: small, whole, in memory; the body's limit has been checked before. */

export interface FormPart {
  /** Given for files; may be empty. */
  filename: string | undefined;
  data: Buffer;
}

const LINE = '\r\n';

/** The parts by field name; empty when the body is no form. Later fields of the same name are ignored. */
export function parseForm(contentType: string | undefined, body: Buffer): Map<string, FormPart> {
  const parts = new Map<string, FormPart>();
  const boundary = /^multipart\/form-data;.*?boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType ?? '');
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined) return parts;
  const delimiter = Buffer.from(`--${mark}`);
  for (let from = body.indexOf(delimiter); from >= 0; ) {
    const start = from + delimiter.length;
    const end = body.indexOf(Buffer.from(`${LINE}--${mark}`), start);
    if (end < 0) break;
    const part = readPart(body.subarray(start + LINE.length, end));
    if (part && !parts.has(part.name)) parts.set(part.name, part);
    from = end + LINE.length;
  }
  return parts;
}

function readPart(bytes: Buffer): (FormPart & { name: string }) | undefined {
  const gap = bytes.indexOf(LINE + LINE);
  if (gap < 0) return undefined;
  const head = bytes.subarray(0, gap).toString('utf8');
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? '';
  const name = parameter(disposition, 'name');
  if (name === undefined) return undefined;
  return {
    name,
    filename: extended(disposition) ?? parameter(disposition, 'filename'),
    data: bytes.subarray(gap + 2 * LINE.length),
  };
}

/** `name="value"`, with `%22` and backslashes as clients escape quotes. Other percent signs stay. */
function parameter(disposition: string, name: string): string | undefined {
  const match = new RegExp(`[;\\s]${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, 'i').exec(` ${disposition}`);
  return match?.[1]?.replace(/\\(["\\])/g, '$1').replaceAll('%22', '"') ?? match?.[2];
}

/** `filename*=utf-8''a%20b.png`. */
function extended(disposition: string): string | undefined {
  const match = /filename\*=utf-8''([^;\s]+)/i.exec(disposition);
  try {
    return match?.[1] === undefined ? undefined : decodeURIComponent(match[1]);
  } catch {
    // A broken escape: the plain parameter will do.
    return undefined;
  }
}
