/** Addresses of what clients can read: `asset://ID`, `asset://ID/thumbnail`, `asset://ID/provenance`, `workflow://ID`, `job://ID`. */

export type ResourceKind = 'asset' | 'thumbnail' | 'provenance' | 'workflow' | 'job';

export interface ResourceName {
  kind: ResourceKind;
  id: string;
}

const form = /^(asset|workflow|job):\/\/([^/?#]+)(?:\/(thumbnail|provenance))?$/;

export function uriOf({ kind, id }: ResourceName): string {
  const encoded = encodeURIComponent(id);
  if (kind === 'thumbnail' || kind === 'provenance') return `asset://${encoded}/${kind}`;
  return `${kind}://${encoded}`;
}

/** What an address names; undefined when it is none of ours. */
export function parseUri(uri: string): ResourceName | undefined {
  const [, scheme, encoded, part] = form.exec(uri) ?? [];
  if (scheme === undefined || encoded === undefined || (part !== undefined && scheme !== 'asset')) return undefined;
  try {
    return { kind: (part ?? scheme) as ResourceKind, id: decodeURIComponent(encoded) };
  } catch {
    return undefined; // a lone percent sign
  }
}
