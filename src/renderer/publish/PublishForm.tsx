import { Dialog } from '@base-ui/react/dialog';
import { TriangleAlert } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { type ErrorValue, toErrorValue } from '../../shared/errors.js';
import { defaultMaxBytes } from '../../shared/publishing.js';
import { subjectOf } from '../actions/asset.js';
import { lockWords } from '../settings/source.js';
import { useApp, useAppState } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { Switch } from '../ui/controls.js';
import { cx } from '../ui/cx.js';
import { formatBytes } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { nameFault, publishedName, suggestedName } from './name.js';
import css from './Publish.module.css';
import type { Published } from './PublishDialog.js';
import { useProjectFolder } from './useProjectFolder.js';
import { type PublishInfo, usePublishInfo } from './usePublishInfo.js';

interface FormProps {
  asset: Asset;
  onDone(published: Published): void;
}

const kilobyte = 1000;

/** Name, size and place; what stands in the way is told where it stands. */
export function PublishForm({ asset, onDone }: FormProps) {
  const app = useApp();
  const info = usePublishInfo();
  const [typed, setTyped] = useState(() => suggestedName(subjectOf(asset), asset.filename));
  const [optimise, setOptimise] = useState(true);
  const [limit, setLimit] = useState(String(defaultMaxBytes / kilobyte));
  const [error, setError] = useState<ErrorValue | null>(null);
  const [busy, setBusy] = useState(false);
  const name = publishedName(typed, optimise, asset.filename);
  const fault = nameFault(name);
  const kilobytes = Number(limit.replace(',', '.'));
  const limitFault = optimise && !(kilobytes > 0 && Number.isFinite(kilobytes)) ? 'Needs a number above 0.' : null;
  const blocked = info === null || info.status === 'error' || fault !== null || limitFault !== null || busy;

  const publish = async (overwrite: boolean) => {
    if (blocked) return;
    setBusy(true);
    setError(null);
    const size = optimise ? { web_optimize: true, max_bytes: Math.round(kilobytes * kilobyte) } : {};
    try {
      const input = { asset_id: asset.asset_id, target_filename: name, overwrite, ...size };
      onDone(await app.client.invoke('publish_asset', input));
    } catch (thrown) {
      setError(toErrorValue(thrown));
      setBusy(false);
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void publish(false);
  };
  const edited = () => setError(null);

  return (
    <form className={css.form} onSubmit={onSubmit}>
      <div className={css.fields}>
        <NameField
          typed={typed}
          name={name}
          fault={fault}
          onType={(text) => {
            setTyped(text);
            edited();
          }}
        />
        <div>
          <div className={css.line}>
            <span className={parts.grow}>Make it small for the web</span>
            <Switch
              label="Make it small for the web"
              checked={optimise}
              onChange={(next) => {
                setOptimise(next);
                edited();
              }}
            />
          </div>
          <p className={css.hint}>
            {optimise
              ? 'As WebP, without the workflow in the file.'
              : 'As it is: ComfyUI’s PNG holds the whole workflow.'}
          </p>
        </div>
        {optimise && (
          <LimitField
            limit={limit}
            fault={limitFault}
            onType={(text) => {
              setLimit(text);
              edited();
            }}
          />
        )}
        <Folder info={info} />
        {error !== null && <Refused error={error} onReplace={() => void publish(true)} />}
      </div>
      <div className={css.actions}>
        <Dialog.Close render={<Button>Cancel</Button>} />
        <Button look="solid" type="submit" disabled={blocked}>
          {busy ? 'Publishing…' : 'Publish'}
        </Button>
      </div>
    </form>
  );
}

interface NameFieldProps {
  typed: string;
  name: string;
  fault: string | null;
  onType(text: string): void;
}

function NameField({ typed, name, fault, onType }: NameFieldProps) {
  const id = useId();
  return (
    <div>
      <label className={css.label} htmlFor={id}>
        Name
      </label>
      <input
        id={id}
        className={parts.field}
        value={typed}
        aria-invalid={fault !== null}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onType(event.target.value)}
        onFocus={(event) => event.target.select()}
      />
      {fault === null ? (
        <p className={css.hint}>
          Its address: <output className={css.address}>/gen/{name}</output>
        </p>
      ) : (
        <Fault text={fault} />
      )}
    </div>
  );
}

interface LimitFieldProps {
  limit: string;
  fault: string | null;
  onType(text: string): void;
}

function LimitField({ limit, fault, onType }: LimitFieldProps) {
  const id = useId();
  return (
    <div>
      <div className={css.line}>
        <label className={parts.grow} htmlFor={id}>
          At most
        </label>
        <input
          id={id}
          aria-invalid={fault !== null}
          className={cx(parts.field, parts.num, css.short)}
          inputMode="numeric"
          value={limit}
          onChange={(event) => onType(event.target.value)}
        />
        <span className={parts.quiet}>kB</span>
      </div>
      {fault !== null && <Fault text={fault} />}
    </div>
  );
}

/** Where it goes, or why there is no such place yet. */
function Folder({ info }: { info: PublishInfo | null }) {
  const settings = useAppState((state) => state.settings);
  const { choose, error } = useProjectFolder();
  const lock = settings === null ? null : lockWords(settings, 'publish_root');
  const folder = info?.publish_root.path ?? null;
  return (
    <div>
      <div className={css.label}>Folder</div>
      <div className={css.line}>
        <span className={cx(parts.grow, css.place)} data-testid="publish-folder">
          {info !== null && (folder ?? 'Which project does it belong to?')}
        </span>
        {lock === null && <Button onClick={() => void choose()}>{folder === null ? 'Choose…' : 'Change…'}</Button>}
      </div>
      {info?.status === 'error' && info.project_root.path !== null && (
        <Fault text={[info.message, info.hint].filter(Boolean).join(' ')} />
      )}
      {info?.status === 'needs_comfyui_root' && <p className={css.hint}>{info.message}</p>}
      {error !== null && <Fault text={error} />}
    </div>
  );
}

/** A file in the way can be replaced; everything else has its hint. */
function Refused({ error, onReplace }: { error: ErrorValue; onReplace(): void }) {
  const exists = error.details?.exists === true;
  return (
    <div className={css.refused}>
      <Fault text={refusalWords(error)} />
      {exists && (
        <Button compact onClick={onReplace}>
          Replace it
        </Button>
      )}
    </div>
  );
}

/** What the form itself offers needs no hint, and arguments of the tool mean nothing here. */
function refusalWords({ message, hint, details }: ErrorValue): string {
  if (details?.exists === true) return message;
  const smallest = details?.smallest_bytes;
  if (typeof smallest === 'number') return `It can’t be made smaller than ${formatBytes(smallest)}.`;
  return [message, hint].filter(Boolean).join(' ');
}

function Fault({ text }: { text: string }) {
  return (
    <div className={cx(parts.note, parts.bad)} role="alert">
      <TriangleAlert aria-hidden />
      <span>{text}</span>
    </div>
  );
}
