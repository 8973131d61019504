/** What a tool call answers on the wire: structured content, the same as text, and what clients can show or open. */
import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { toErrorValue } from '../../shared/errors.js';

export interface AttachedImage {
  bytes: Uint8Array;
  mime_type: string;
}

/** Enough for any generation; a page of list_assets would only repeat its addresses. */
const maxLinks = 16;

const linkedSchema = z.object({
  asset_url: z.string(),
  filename: z.string().optional(),
  mime_type: z.string().optional(),
});

/** The answer of a call that went well. Text comes first: clients written for the seed parse `content[0].text`. */
export function toCallResult(
  structured: Record<string, unknown>,
  images: readonly AttachedImage[] = [],
  { links = true }: { links?: boolean } = {},
): CallToolResult {
  const content: ContentBlock[] = [{ type: 'text', text: JSON.stringify(structured) }];
  for (const image of images) {
    content.push({ type: 'image', data: Buffer.from(image.bytes).toString('base64'), mimeType: image.mime_type });
  }
  if (links) content.push(...linksOf(structured));
  return { content, structuredContent: structured };
}

function linksOf(structured: Record<string, unknown>): ContentBlock[] {
  const { assets } = structured;
  const candidates: unknown[] = Array.isArray(assets) && assets.length > 0 ? assets : [structured];
  const links: ContentBlock[] = [];
  for (const candidate of candidates.slice(0, maxLinks)) {
    const linked = linkedSchema.safeParse(candidate);
    if (!linked.success) continue;
    const { asset_url, filename, mime_type } = linked.data;
    links.push({
      type: 'resource_link',
      uri: asset_url,
      name: filename ?? asset_url,
      ...(mime_type === undefined ? {} : { mimeType: mime_type }),
    });
  }
  return links;
}

/** The answer of a call that failed: `error` is a sentence, as in the seed, `error_code` is for programs. */
export function toErrorResult(error: unknown): CallToolResult {
  const { code, message, hint, details } = toErrorValue(error);
  const structured = {
    error: message,
    error_code: code,
    ...(hint === undefined ? {} : { hint }),
    ...(details === undefined ? {} : { details }),
  };
  return {
    isError: true,
    content: [{ type: 'text', text: JSON.stringify(structured) }],
    structuredContent: structured,
  };
}
