/** Small pictures beside names. They travel inside of the answer: a client asks no other server for them. */
import type { Icon } from '@modelcontextprotocol/server';

/** Of line drawings on a 24 by 24 grid, in a grey that shows on light and on dark. */
function icon(paths: string): Icon[] {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#888" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${paths}</svg>`;
  const src = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  return [{ src, mimeType: 'image/svg+xml', sizes: ['any'] }];
}

const frame = '<rect x="3" y="3" width="18" height="18" rx="2"/>';

export const icons = {
  picture: icon(`${frame}<circle cx="9" cy="9" r="2"/><path d="m21 15-4-4L6 21"/>`),
  record: icon('<path d="M6 2h8l5 5v15H6zM14 2v5h5M9 13h6M9 17h6"/>'),
  workflow: icon(
    '<rect x="3" y="3" width="7" height="7"/><rect x="14" y="14" width="7" height="7"/><path d="M6 10v5h8"/>',
  ),
  job: icon('<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 3"/>'),
  refine: icon('<path d="m4 20 1-5L16 4l4 4L9 19zM13 7l4 4"/>'),
  several: icon('<rect x="8" y="8" width="13" height="13" rx="2"/><path d="M16 4V3H3v13h1"/>'),
  choose: icon('<path d="m4 12 5 5L20 6"/>'),
} as const;
