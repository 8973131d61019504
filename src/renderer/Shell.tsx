import {
  Images,
  ListVideo,
  type LucideIcon,
  Plug,
  Settings,
  SlidersHorizontal,
  TriangleAlert,
  Workflow,
} from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ErrorValue } from '../shared/errors.js';
import { Palette } from './actions/Palette.js';
import { restart } from './actions/restart.js';
import { Shortcuts } from './actions/Shortcuts.js';
import { useCommands, useMenu } from './actions/useCommands.js';
import { useShortcuts } from './actions/useShortcuts.js';
import { ConnectScreen } from './connect/ConnectScreen.js';
import { DefaultsScreen } from './defaults/DefaultsScreen.js';
import { GalleryScreen } from './gallery/GalleryScreen.js';
import { Lightbox } from './gallery/Lightbox.js';
import { CancelBatchDialog } from './jobs/CancelBatchDialog.js';
import { CancelDialog } from './jobs/CancelDialog.js';
import { QueueScreen } from './jobs/QueueScreen.js';
import { NoticeBar } from './NoticeBar.js';
import { FirstRun } from './onboarding/FirstRun.js';
import { PublishDialog } from './publish/PublishDialog.js';
import css from './Shell.module.css';
import { StatusBar } from './StatusBar.js';
import { SettingsScreen } from './settings/SettingsScreen.js';
import { useApp, useAppState } from './store/hooks.js';
import { unfinishedJobs } from './store/state.js';
import type { Screen } from './store/store.js';
import { ExportDialog } from './transfer/ExportDialog.js';
import { ReportDialog } from './transfer/ReportDialog.js';
import { Button, Hint } from './ui/Button.js';
import { cx } from './ui/cx.js';
import { Toaster } from './ui/Toaster.js';
import { useTheme } from './ui/useTheme.js';
import { WorkflowsScreen } from './workflows/WorkflowsScreen.js';

/** The frame around everything: rail, screen, status bar, and what lies over them. */
export function Shell() {
  useTheme();
  useShortcuts();
  const fault = useAppState((state) => state.startupFault);
  const failed = useAppState((state) => (state.snapshot === 'failed' ? state.snapshotError : null));
  const known = useAppState(
    (state) => state.windowReady && state.snapshot !== 'loading' && state.gallery !== 'loading',
  );
  const firstRun = useFirstRun(known && failed === null && fault === null);
  if (fault !== null) return <Fault fault={fault} />;
  if (failed !== null) return <Unread error={failed} />;
  if (firstRun === 'undecided') return null;
  return (
    <>
      <div className={css.whole}>
        <NoticeBar />
        {firstRun === 'yes' ? <FirstRun /> : <Frame />}
      </div>
      <CancelDialog />
      <CancelBatchDialog />
      <PublishDialog />
      <ExportDialog />
      <ReportDialog />
      <Palette />
      <Shortcuts />
      <Toaster />
    </>
  );
}

/** The welcome shows once: on a first start with nothing made. It ends when the person ends it, not with the first picture. */
function useFirstRun(known: boolean): 'undecided' | 'yes' | 'no' {
  const app = useApp();
  const welcomed = useAppState((state) => state.window.welcomed);
  const [begun, setBegun] = useState<boolean | null>(null);
  useEffect(() => {
    if (!known || begun !== null) return;
    const { window, index } = app.store.getState();
    setBegun(!window.welcomed && index.ids.length === 0);
  }, [app, known, begun]);
  if (begun === null) return 'undecided';
  return begun && !welcomed ? 'yes' : 'no';
}

function Frame() {
  useCommands();
  useMenu();
  const screen = useAppState((state) => state.screen);
  return (
    <div className={css.frame}>
      <Rail />
      <main className={css.main}>
        {screen === 'gallery' && <GalleryScreen />}
        {screen === 'queue' && <QueueScreen />}
        {screen === 'workflows' && <WorkflowsScreen />}
        {screen === 'defaults' && <DefaultsScreen />}
        {screen === 'connect' && <ConnectScreen />}
        {screen === 'settings' && <SettingsScreen />}
      </main>
      <StatusBar />
      <Lightbox />
    </div>
  );
}

const places: readonly { screen: Screen; label: string; icon: LucideIcon; end?: true }[] = [
  { screen: 'gallery', label: 'Gallery', icon: Images },
  { screen: 'queue', label: 'Queue', icon: ListVideo },
  { screen: 'workflows', label: 'Workflows', icon: Workflow },
  { screen: 'defaults', label: 'Defaults', icon: SlidersHorizontal },
  { screen: 'connect', label: 'Connect', icon: Plug },
  { screen: 'settings', label: 'Settings', icon: Settings, end: true },
];

function Rail() {
  const app = useApp();
  const current = useAppState((state) => state.screen);
  const count = useAppState((state) => unfinishedJobs(state.jobs).length);
  return (
    <nav className={css.rail} aria-label="Places">
      {places.map(({ screen, label, icon: Icon, end }) => (
        <Hint key={screen} label={label} side="right">
          <button
            type="button"
            className={cx(css.railItem, end && css.railEnd)}
            aria-label={screen === 'queue' && count > 0 ? `${label}, ${count} unfinished` : label}
            aria-current={current === screen ? 'page' : undefined}
            onClick={() => app.set({ screen })}
          >
            <Icon aria-hidden />
            {screen === 'queue' && count > 0 && <span className={css.railCount}>{count > 99 ? '99+' : count}</span>}
          </button>
        </Hint>
      ))}
    </nav>
  );
}

/** The core did not start: why, and the ways out. */
function Fault({ fault }: { fault: ErrorValue }) {
  const app = useApp();
  const mayTakeOver = fault.code === 'DATA_DIR_IN_USE' && fault.details?.kind === 'headless';
  return (
    <main className={css.fault}>
      <div role="alert">
        <span className={css.faultIcon}>
          <TriangleAlert aria-hidden />
        </span>
        <h1>{fault.message}</h1>
        {fault.hint !== undefined && <p>{fault.hint}</p>}
        <div className={css.faultActions}>
          {mayTakeOver && <TakeOver />}
          <Button look={mayTakeOver ? 'outline' : 'solid'} onClick={() => void restart(app)}>
            Start again
          </Button>
          {(fault.code.startsWith('DATA_DIR') || fault.details?.location === true) && (
            <Button onClick={() => void restart(app, { chooseDataDir: true })}>Choose another data folder</Button>
          )}
          <Button look="plain" onClick={() => void app.client.invoke('quit', {})}>
            Quit
          </Button>
        </div>
      </div>
      <Toaster />
    </main>
  );
}

/** What the other program has begun at the demo engine is done first, which may take a while. */
function TakeOver() {
  const app = useApp();
  const [waiting, setWaiting] = useState(false);
  const take = async () => {
    setWaiting(true);
    try {
      await app.client.invoke('take_over', {});
      app.store.setState({ startupFault: null });
      app.reload();
    } catch (error) {
      app.fail(error);
      setWaiting(false);
    }
  };
  return (
    <Button look="solid" disabled={waiting} onClick={() => void take()}>
      {waiting ? 'Waiting for it to make room…' : 'Take over'}
    </Button>
  );
}

/** The state could not be read although the core runs. */
function Unread({ error }: { error: ErrorValue }) {
  const app = useApp();
  return (
    <main className={css.fault}>
      <div role="alert">
        <span className={css.faultIcon}>
          <TriangleAlert aria-hidden />
        </span>
        <h1>The window could not read the app’s state</h1>
        <p>
          {error.message} {error.hint}
        </p>
        <div className={css.faultActions}>
          <Button look="solid" onClick={() => app.reload()}>
            Try again
          </Button>
        </div>
      </div>
    </main>
  );
}
