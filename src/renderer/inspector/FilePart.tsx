import { FolderOpen } from 'lucide-react';
import type { Asset } from '../../shared/asset.js';
import { useApp } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { formatBytes, formatCount, formatLength } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import css from './Inspector.module.css';
import { CopyLine, PlainLine, Section } from './Section.js';
import type { Origin } from './useOrigin.js';

/** The file itself, and where it lies. */
export function FilePart({ asset, origin }: { asset: Asset; origin: Origin | null }) {
  const app = useApp();
  const { width, height, duration_seconds, bytes_size } = asset;
  const file = origin?.file ?? null;
  const path = file?.path ?? '';
  return (
    <Section title="File">
      <PlainLine label="Kind" value={asset.mime_type} />
      {width !== null && height !== null && (
        <PlainLine label="Size" value={`${width} × ${height}`} detail={megapixels(width, height)} />
      )}
      {duration_seconds !== null && <PlainLine label="Length" value={formatLength(duration_seconds)} />}
      {bytes_size !== null && (
        <PlainLine label="Bytes" value={formatBytes(bytes_size)} detail={formatCount(bytes_size)} />
      )}
      {file !== null && (
        <CopyLine
          line={{ name: 'path', label: file.copy ? 'Copy at' : 'Path', shown: endOf(path), text: path, number: false }}
        />
      )}
      {asset.missing && (
        <p className={parts.quiet}>
          {file === null ? 'Its file is no longer where it was.' : 'Its file is gone; a copy is kept here.'}
        </p>
      )}
      {file !== null && (
        <div className={css.part}>
          <Button compact onClick={() => void app.client.invoke('show_in_folder', { path }).catch(app.fail)}>
            <FolderOpen aria-hidden />
            Show in folder
          </Button>
        </div>
      )}
    </Section>
  );
}

function megapixels(width: number, height: number): string {
  return `${((width * height) / 1e6).toFixed(1)} MP`;
}

const endCharacters = 24;

/** A path by its end, which tells more than its beginning. */
function endOf(path: string): string {
  return path.length <= endCharacters ? path : `…${path.slice(-endCharacters)}`;
}
