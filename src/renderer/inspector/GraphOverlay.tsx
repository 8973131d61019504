import { Dialog } from '@base-ui/react/dialog';
import { Copy, X } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { copyText } from '../actions/asset.js';
import { GraphView } from '../graph/GraphView.js';
import { useApp } from '../store/hooks.js';
import { IconButton } from '../ui/Button.js';
import { Segments } from '../ui/controls.js';
import { cx } from '../ui/cx.js';
import overlays from '../ui/overlays.module.css';
import parts from '../ui/parts.module.css';
import css from './GraphOverlay.module.css';
import { GraphText } from './GraphText.js';

export type GraphShape = 'picture' | 'json';
type Graph = Readonly<Record<string, unknown>>;

const shapes = [
  { value: 'picture', label: 'Picture' },
  { value: 'json', label: 'JSON' },
] as const;

interface GraphOverlayProps {
  asset: Asset;
  /** Null: closed. */
  shape: GraphShape | null;
  onShape(shape: GraphShape | null): void;
}

/** A graph over the whole window. */
export function GraphOverlay({ asset, shape, onShape }: GraphOverlayProps) {
  const app = useApp();
  const graph = useGraph(asset.asset_id, shape !== null);
  const text = useMemo(() => (graph == null ? '' : JSON.stringify(graph, null, 2)), [graph]);
  return (
    <Dialog.Root open={shape !== null} onOpenChange={(open) => !open && onShape(null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={overlays.backdrop} />
        <Dialog.Popup className={cx(overlays.dialog, css.overlay)} data-testid="graph-overlay">
          <div className={css.bar}>
            <Dialog.Title className={cx(css.title, parts.clip)} title={asset.filename}>
              Graph of <bdi>{asset.filename}</bdi>
            </Dialog.Title>
            <Segments<GraphShape> label="Shown as" value={shape ?? 'picture'} choices={shapes} onChange={onShape} />
            <span className={parts.grow} />
            {text !== '' && (
              <IconButton label="Copy graph" onClick={() => void copyText(app, text, 'Graph copied.')}>
                <Copy />
              </IconButton>
            )}
            <Dialog.Close
              render={
                <IconButton label="Close" keys="Esc">
                  <X />
                </IconButton>
              }
            />
          </div>
          {graph === null && <p className={css.none}>The graph of this one is not known.</p>}
          {graph != null && shape === 'picture' && (
            <div className={css.picture}>
              <GraphView graph={graph} label={`Graph of ${asset.filename}`} />
            </div>
          )}
          {graph != null && shape === 'json' && <GraphText text={text} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The graph as it was submitted: undefined until it is read, null where none is known. */
function useGraph(assetId: string, wanted: boolean): Graph | null | undefined {
  const app = useApp();
  const [graph, setGraph] = useState<Graph | null | undefined>(undefined);
  useEffect(() => {
    if (!wanted) return;
    let current = true;
    app.client.invoke('get_asset_document', { asset_id: assetId }).then(
      (answer) => current && setGraph(answer.graph),
      (error: unknown) => current && app.fail(error),
    );
    return () => {
      current = false;
    };
  }, [app, assetId, wanted]);
  return graph;
}
