import { Dialog } from '@base-ui/react/dialog';
import { Copy, FolderOpen } from 'lucide-react';
import { copyText } from '../actions/asset.js';
import { useApp } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { formatBytes } from '../ui/format.js';
import css from './Publish.module.css';
import type { Published } from './PublishDialog.js';

const formatNames: Readonly<Record<string, string>> = {
  'image/webp': 'WebP',
  'image/png': 'PNG',
  'image/jpeg': 'JPEG',
};

/** Where it lies now, and what one does next with that. */
export function PublishedView({ published }: { published: Published }) {
  const app = useApp();
  const { dest_url, dest_path, bytes_size, width, height, mime_type, compression_info } = published;
  const { quality } = compression_info;
  const format = `${formatNames[mime_type] ?? mime_type}${quality === null ? '' : `, quality ${quality}`}`;
  const show = () => app.client.invoke('show_in_folder', { path: dest_path }).catch(app.fail);
  return (
    <>
      <div className={css.fields}>
        <div>
          <p className={css.address} data-testid="published-address">
            {dest_url}
          </p>
          <div className={css.facts}>
            {[formatBytes(bytes_size), `${width} × ${height}`, format].map((fact) => (
              <span key={fact}>{fact}</span>
            ))}
          </div>
        </div>
        <p className={css.place}>{dest_path}</p>
      </div>
      <div className={css.actions}>
        <Button onClick={() => void show()}>
          <FolderOpen aria-hidden />
          Show in folder
        </Button>
        <Button onClick={() => void copyText(app, dest_url, 'Address copied.')}>
          <Copy aria-hidden />
          Copy address
        </Button>
        <Dialog.Close render={<Button look="solid">Done</Button>} />
      </div>
    </>
  );
}
