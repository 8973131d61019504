import { Grid3x3 } from 'lucide-react';
import type { Asset } from '../../shared/asset.js';
import { showGrid } from '../jobs/batch-calls.js';
import { askedBy } from '../jobs/words.js';
import { useApp } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { formatMoment, formatTook } from '../ui/format.js';
import { CopyLine, PlainLine, Section } from './Section.js';
import type { Origin } from './useOrigin.js';

/** Who asked for it, through what, when, and how long it took. */
export function OriginPart({ asset, origin }: { asset: Asset; origin: Origin | null }) {
  const app = useApp();
  const now = Date.now();
  const took = asset.elapsed_ms === null ? undefined : `in ${formatTook(asset.elapsed_ms)}`;
  return (
    <Section title="Origin">
      {asset.imported ? (
        <PlainLine label="Imported" value={folderOf(asset, origin)} />
      ) : (
        <PlainLine label="Made by" value={askedBy(asset.client_name)} detail={origin?.client_version ?? undefined} />
      )}
      {asset.tool !== null && <PlainLine label="Tool" value={asset.tool} />}
      {asset.workflow_id !== null && asset.workflow_id !== asset.tool && (
        <PlainLine label="Workflow" value={asset.workflow_id} />
      )}
      {asset.session_id !== null && asset.client_name !== null && (
        <CopyLine
          line={{
            name: 'session',
            label: 'Session',
            shown:
              origin?.session_began == null
                ? asset.session_id
                : `Since ${lowerFirst(formatMoment(Date.parse(origin.session_began), now))}`,
            text: asset.session_id,
            number: false,
          }}
        />
      )}
      <PlainLine
        label={asset.imported ? 'Written' : 'Made'}
        value={formatMoment(Date.parse(asset.created_at), now)}
        detail={took}
      />
      {asset.batch_id !== null && (
        <Button compact look="plain" onClick={() => showGrid(app, asset.batch_id)}>
          <Grid3x3 aria-hidden />
          Show its batch as a grid
        </Button>
      )}
      {asset.demo && <PlainLine label="Engine" value="Demo, not a model’s result" />}
    </Section>
  );
}

/** The folder an imported file lies in. */
function folderOf(asset: Asset, origin: Origin | null): string {
  const file = origin?.file;
  if (file != null && !file.copy) return file.path.replace(/[\\/][^\\/]*$/, '');
  return asset.subfolder === '' ? 'from a folder' : asset.subfolder;
}

/** "Today" within a sentence; a date begins with its number. */
function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
