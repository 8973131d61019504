import { Copy, Download, Globe, RefreshCw, Shuffle } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { copyPrompt, copyText, saveAsset } from '../actions/asset.js';
import { makeVariations, openRemake } from '../actions/make.js';
import { currentAsset } from '../actions/registry.js';
import { askedBy } from '../jobs/words.js';
import { useApp, useAppState, useAsset } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { CodeBlock } from '../ui/CodeBlock.js';
import { formatBytes, formatLength, formatMoment, formatTook } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { FaultLine } from './Fault.js';
import css from './Inspector.module.css';
import { inspectParameters, type Line, parametersAsText } from './inspect.js';
import { Judgement } from './Judgement.js';
import { useFault } from './useFault.js';

/** Everything known about the asset the person stands on. */
export function Inspector() {
  const app = useApp();
  const assetId = useAppState(currentAsset);
  const asset = useAsset(assetId);
  const newest = useAppState((state) => (state.current === null ? (state.index.ids[0] ?? null) : null));
  useEffect(() => {
    if (newest !== null) app.set({ current: newest });
  }, [app, newest]);
  return (
    <aside className={css.panel} aria-label="Inspector" data-testid="inspector">
      {asset == null ? (
        <p className={css.nothing}>
          {asset === null
            ? 'This one is no longer in the library.'
            : assetId === null && 'Choose something to see how it was made.'}
        </p>
      ) : (
        <Facts key={asset.asset_id} asset={asset} />
      )}
    </aside>
  );
}

function Facts({ asset }: { asset: Asset }) {
  const app = useApp();
  const fault = useFault(asset);
  const parameters = useMemo(() => inspectParameters(asset.parameters), [asset.parameters]);
  return (
    <>
      <header>
        <h2 className={parts.clip} title={asset.filename}>
          {asset.filename}
        </h2>
        <div className={css.facts}>
          {fileFacts(asset).map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </div>
        {(fault !== undefined || asset.missing) && <FaultLine asset={asset} fault={fault ?? 'missing'} />}
        {asset.prompt_id !== null && (
          <div className={css.actions}>
            <Button onClick={() => openRemake(app, asset.asset_id)}>
              <RefreshCw aria-hidden />
              Regenerate
            </Button>
            <Button onClick={() => void makeVariations(app, asset.asset_id)}>
              <Shuffle aria-hidden />
              Variations
            </Button>
          </div>
        )}
        <div className={css.actions}>
          <Button onClick={() => void saveAsset(app, asset.asset_id)}>
            <Download aria-hidden />
            Save as…
          </Button>
          {asset.media_kind === 'image' && (
            <Button onClick={() => app.set({ publishing: asset.asset_id })}>
              <Globe aria-hidden />
              Publish…
            </Button>
          )}
        </div>
      </header>
      <Judgement asset={asset} />
      {parameters.prompt !== '' && (
        <section>
          <h3>
            Prompt
            <IconButton
              label="Copy prompt"
              small
              className={css.headAction}
              onClick={() => void copyPrompt(app, asset.asset_id)}
            >
              <Copy />
            </IconButton>
          </h3>
          <p className={css.prompt}>{parameters.prompt}</p>
          {parameters.without !== '' && <p className={css.without}>Without: {parameters.without}</p>}
        </section>
      )}
      {parameters.pairs.length + parameters.lines.length > 0 && (
        <section>
          <h3>
            Parameters
            <IconButton
              label="Copy all parameters"
              small
              className={css.headAction}
              onClick={() => void copyText(app, parametersAsText(asset), 'Parameters copied.')}
            >
              <Copy />
            </IconButton>
          </h3>
          <div className={css.pairs}>
            {parameters.pairs.map((line) => (
              <CopyLine key={line.name} line={line} />
            ))}
          </div>
          {parameters.lines.map((line) => (
            <CopyLine key={line.name} line={line} />
          ))}
        </section>
      )}
      {parameters.models.length > 0 && (
        <section>
          <h3>Models</h3>
          {parameters.models.map((line) => (
            <CopyLine key={line.name} line={line} />
          ))}
        </section>
      )}
      <Origin asset={asset} />
      <GraphJson asset={asset} />
    </>
  );
}

function fileFacts(asset: Asset): string[] {
  const ending = asset.filename.split('.').at(-1) ?? '';
  return [
    ending.toUpperCase(),
    asset.width !== null && asset.height !== null ? `${asset.width} × ${asset.height}` : '',
    asset.duration_seconds !== null ? formatLength(asset.duration_seconds) : '',
    asset.bytes_size !== null ? formatBytes(asset.bytes_size) : '',
  ].filter((fact) => fact !== '');
}

/** A value that a click copies. */
function CopyLine({ line }: { line: Line }) {
  const app = useApp();
  return (
    <button
      type="button"
      className={css.line}
      title={line.text.length > 28 ? line.text.slice(0, 400) : undefined}
      aria-label={`Copy ${line.label}: ${line.shown}`}
      onClick={() => void copyText(app, line.text, `${line.label} copied.`)}
    >
      <span>{line.label}</span>
      <span className={css.value} data-number={line.number || undefined}>
        {line.shown}
      </span>
      <Copy aria-hidden />
    </button>
  );
}

function PlainLine({ label, value, detail }: { label: string; value: string; detail?: string }) {
  return (
    <div className={css.line}>
      <span>{label}</span>
      <span className={css.value} title={value}>
        {value} {detail !== undefined && <span className={parts.quiet}>{detail}</span>}
      </span>
    </div>
  );
}

function Origin({ asset }: { asset: Asset }) {
  const took = asset.elapsed_ms === null ? undefined : `in ${formatTook(asset.elapsed_ms)}`;
  return (
    <section>
      <h3>Origin</h3>
      {asset.imported ? (
        <PlainLine label="Imported" value={asset.subfolder === '' ? 'from a folder' : `from ${asset.subfolder}`} />
      ) : (
        <PlainLine label="Made by" value={askedBy(asset.client_name)} />
      )}
      {(asset.tool ?? asset.workflow_id) !== null && (
        <PlainLine label={asset.tool === null ? 'Workflow' : 'Tool'} value={asset.tool ?? asset.workflow_id ?? ''} />
      )}
      {asset.session_id !== null && asset.client_name !== null && (
        <CopyLine
          line={{ name: 'session', label: 'Session', shown: asset.session_id, text: asset.session_id, number: false }}
        />
      )}
      <PlainLine label="Made" value={formatMoment(Date.parse(asset.created_at), Date.now())} detail={took} />
      {asset.demo && <PlainLine label="Engine" value="Demo, not a model’s result" />}
    </section>
  );
}

type Graph = Record<string, unknown>;

/** The graph as it was submitted, read when asked for. */
function GraphJson({ asset }: { asset: Asset }) {
  const app = useApp();
  const [open, setOpen] = useState(false);
  const [graph, setGraph] = useState<Graph | null | undefined>(undefined);
  useEffect(() => {
    if (!open) return;
    let wanted = true;
    app.client.invoke('get_asset_document', { asset_id: asset.asset_id }).then(
      (answer) => {
        if (wanted) setGraph(answer.graph);
      },
      (error: unknown) => {
        if (!wanted) return;
        setOpen(false);
        app.fail(error);
      },
    );
    return () => {
      wanted = false;
    };
  }, [app, asset.asset_id, open]);
  const text = graph == null ? '' : JSON.stringify(graph, null, 2);
  return (
    <section>
      <h3>
        Graph
        {text !== '' && (
          <IconButton
            label="Copy graph"
            small
            side="left"
            className={css.headAction}
            onClick={() => void copyText(app, text, 'Graph copied.')}
          >
            <Copy />
          </IconButton>
        )}
      </h3>
      {!open && (
        <Button compact onClick={() => setOpen(true)}>
          Show as JSON
        </Button>
      )}
      {open && graph === null && <p className={parts.quiet}>The graph of this one is not known.</p>}
      {open && text !== '' && (
        <CodeBlock label="Graph as JSON" className={css.graph}>
          {text}
        </CodeBlock>
      )}
    </section>
  );
}
