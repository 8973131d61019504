import { FolderPlus, History as HistoryIcon, Pause, Play, Square, TriangleAlert, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ImportStatus, SourceFolder } from '../../shared/library.js';
import type { SettingsView } from '../../shared/settings.js';
import { importChosenFolder } from '../actions/import.js';
import { useApp, useAppState, useNow } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { Confirm } from '../ui/Confirm.js';
import { Switch } from '../ui/controls.js';
import { formatAgo, plural } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { FolderSetting } from './FolderSetting.js';
import { useFound } from './find.js';
import { importResult, importWords } from './import-words.js';
import css from './Library.module.css';
import { Row } from './Row.js';

/** Folders of this machine whose files are in the library. */
export function LibrarySettings({ settings }: { settings: SettingsView }) {
  const app = useApp();
  const [folders, setFolders] = useState<readonly SourceFolder[] | null>(null);
  const status = useAppState((state) => state.importing);
  useEffect(() => {
    let wanted = true;
    const read = () =>
      app.client.invoke('get_import', {}).then(
        (answer) => {
          if (!wanted) return;
          setFolders(answer.folders);
          if (app.store.getState().importing === null) app.store.setState({ importing: answer.import });
        },
        (error: unknown) => app.fail(error),
      );
    void read();
    const unlisten = app.client.onEvent((event) => {
      if (event.type === 'sources.changed' || event.type === 'library.changed') void read();
    });
    return () => {
      wanted = false;
      unlisten();
    };
  }, [app]);

  return (
    <section>
      <Folders folders={folders} status={status} />
      <FolderSetting
        settings={settings}
        name="import_dir"
        title="Watched folder"
        text="The one that --import-dir names. With another one in its place it is no longer watched; what came from it stays."
        question="Choose the folder to take in and watch"
        path={settings.values.import_dir === '' ? null : settings.values.import_dir}
        missing="None chosen"
      />
      <History />
    </section>
  );
}

const aboutFolders =
  'Pictures, videos and sounds of these folders are in the gallery, with the prompts and graphs written in them. They stay where they are.';

function Folders({ folders, status }: { folders: readonly SourceFolder[] | null; status: ImportStatus | null }) {
  const app = useApp();
  if (!useFound('Imported folders', aboutFolders, ...(folders ?? []).map(({ path }) => path))) return null;
  return (
    <div data-setting>
      <div className={css.head}>
        <div>
          <h2>Folders</h2>
          <p>{aboutFolders}</p>
        </div>
        <Button onClick={() => void importChosenFolder(app)}>
          <FolderPlus aria-hidden />
          Import a folder…
        </Button>
      </div>
      {folders?.length === 0 && (
        <p className={css.none}>
          None yet. ComfyUI’s own output folder is a good first one; you can also drop folders on the gallery.
        </p>
      )}
      <ul className={css.list} aria-label="Imported folders">
        {folders?.map((folder) => (
          <Folder key={folder.id} folder={folder} status={status?.folder === folder.path ? status : null} />
        ))}
      </ul>
    </div>
  );
}

/** What ComfyUI made before or without this app, as far as its own history still tells. */
function History() {
  const app = useApp();
  const [busy, setBusy] = useState(false);
  const ready = useAppState((state) => state.engine?.state === 'ready');
  const take = async () => {
    setBusy(true);
    try {
      const { jobs, assets } = await app.client.invoke('import_history', {});
      app.toast(
        assets === 0
          ? 'Nothing in ComfyUI’s history was new.'
          : `${plural(assets, 'asset')} of ${plural(jobs, 'job')} came in from ComfyUI’s history.`,
      );
    } catch (error) {
      app.fail(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Row
      title="ComfyUI’s history"
      text="What it made before this app or without it, with the graphs. It forgets its history when it is restarted."
    >
      <Button disabled={busy || !ready} onClick={() => void take()}>
        <HistoryIcon aria-hidden />
        {busy ? 'Importing…' : 'Import the history'}
      </Button>
    </Row>
  );
}

function Folder({ folder, status }: { folder: SourceFolder; status: ImportStatus | null }) {
  const app = useApp();
  const [asking, setAsking] = useState(false);
  const [name, parent] = splitPath(folder.path);
  const act = (work: Promise<unknown>) => void work.catch(app.fail);
  return (
    <li className={css.folder}>
      <div className={css.line}>
        <div className={css.name}>
          <b>{name}</b>
          <span title={folder.path}>{parent}</span>
        </div>
        <span className={css.count}>{plural(folder.files, 'file')}</span>
        <span className={css.watch}>
          <Switch
            label={`Watch ${name}`}
            checked={folder.watched}
            onChange={(watched) => act(app.client.invoke('update_import_folder', { id: folder.id, watched }))}
          />
          <span aria-hidden>Watch</span>
        </span>
        <IconButton label="Take out of the library" side="left" onClick={() => setAsking(true)}>
          <X />
        </IconButton>
      </div>
      {status === null ? <Looked folder={folder} /> : <Progress status={status} />}
      <Confirm
        open={asking}
        title="Take this folder out of the library?"
        text={`What was imported from it moves into the bin with its stars and tags. The files in ${name} stay.`}
        keep="Keep it"
        go="Take it out"
        onClose={() => setAsking(false)}
        onGo={() => act(app.client.invoke('remove_import_folder', { id: folder.id }))}
      />
    </li>
  );
}

function Looked({ folder }: { folder: SourceFolder }) {
  const now = useNow(30_000);
  if (folder.scanned_at === null) return <p className={css.state}>Not looked through to the end</p>;
  return <p className={css.state}>Looked through {formatAgo(Date.parse(folder.scanned_at), now)}</p>;
}

function Progress({ status }: { status: ImportStatus }) {
  const app = useApp();
  const { state, done, total, files_per_second: rate, failures } = status;
  const control = (action: 'pause' | 'resume' | 'stop') => {
    app.client.invoke('control_import', { action }).catch(app.fail);
  };
  const over = state === 'idle';
  return (
    <div className={css.progress}>
      {!over && (
        <div className={css.line}>
          <progress className={css.bar} max={Math.max(1, total)} value={state === 'looking' ? undefined : done} />
          {state === 'paused' ? (
            <IconButton small label="Go on" onClick={() => control('resume')}>
              <Play />
            </IconButton>
          ) : (
            <IconButton small label="Pause" onClick={() => control('pause')}>
              <Pause />
            </IconButton>
          )}
          <IconButton small label="Stop" onClick={() => control('stop')}>
            <Square />
          </IconButton>
        </div>
      )}
      <p className={css.state} role="status">
        {over ? importResult(status) : importWords(status)}
        {!over && rate !== null && rate >= 1 && ` · ${Math.round(rate)} a second`}
      </p>
      {failures.length > 0 && (
        <ul className={css.failures}>
          {failures.slice(0, 5).map((failure) => (
            <li key={failure.path}>
              <span className={parts.note}>
                <TriangleAlert aria-hidden />
                <span>
                  {failure.path}: {failure.reason}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The last part of a path, and what is before it. */
function splitPath(path: string): [string, string] {
  const at = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return at <= 0 ? [path, ''] : [path.slice(at + 1), path.slice(0, at)];
}
