/** Every action of the window, once: menu, palette, shortcut and button all come from here. */
import {
  BookImage,
  CheckCheck,
  Copy,
  Download,
  FlaskConical,
  FolderOutput,
  FolderPlus,
  Globe,
  Image,
  Images,
  Keyboard,
  Link,
  ListVideo,
  type LucideIcon,
  PanelLeft,
  PanelRight,
  Pause,
  Plug,
  Search,
  Settings,
  SlidersHorizontal,
  Sparkles,
  Star,
  ThumbsDown,
  Trash2,
  Undo2,
  Workflow,
  X,
} from 'lucide-react';
import { assetLink } from '../../shared/deep-link.js';
import { undoLastDefault } from '../defaults/actions.js';
import { filtersShown, toggleFilters } from '../gallery/filters-place.js';
import { setSending } from '../jobs/retry.js';
import { startDemoEngine } from '../store/engine.js';
import { unfinishedJobs } from '../store/state.js';
import type { App, AppState, Screen } from '../store/store.js';
import { copyPrompt, copyText, saveAsset } from './asset.js';
import { batchActions } from './batch.js';
import { deleteAssets, rateAssets, restoreAssets } from './curate.js';
import { historyActions } from './history-actions.js';
import { importChosenFolder } from './import.js';
import { importActions } from './import-workflow.js';
import { jobActions } from './job-actions.js';
import { looking } from './look.js';
import { makingActions } from './make.js';
import { stackActions } from './stack-actions.js';
import {
  covered,
  currentAsset,
  inBin,
  inGallery,
  onAsset,
  onAssets,
  onlyTarget,
  onPicture,
  shownIds,
  targets,
} from './targets.js';
import { viewActions } from './view-actions.js';
import { workflowActions } from './workflow.js';

export { currentAsset, targets } from './targets.js';

export interface Action {
  id: string;
  title: string | ((state: AppState) => string);
  /** For a button with little room. */
  shortTitle?: string;
  icon: LucideIcon;
  /** Keys that do it, such as "g", "mod+k", "?". The first is shown. */
  keys?: readonly string[];
  /** What it works on: the entry the person stands on, or the whole app. */
  on: 'asset' | 'job' | 'app';
  /** One of a row that is told in one line of the shortcuts. */
  oneOfMany?: true;
  /** Stands in the context menu although it works on the whole app. */
  menu?: true;
  /** Whether it makes sense now. */
  available(state: AppState): boolean;
  /** Why it is offered and can't be done, in a sentence; null when it can. Costs nothing: it is asked at each look. */
  blocked?(app: App): string | null;
  run(app: App): void;
}

/** Does an action that is available, or tells why it can't be done. */
export function runAction(app: App, action: Action): void {
  const reason = action.blocked?.(app) ?? null;
  if (reason === null) action.run(app);
  else app.toast(reason);
}

const always = () => true;

function go(screen: Screen, title: string, icon: LucideIcon, key: string): Action {
  return {
    id: `go.${screen}`,
    title: `Go to ${title}`,
    icon,
    keys: [key],
    on: 'app',
    available: (state) => state.screen !== screen || covered(state),
    run: (app) => app.set({ screen, lightbox: false, comparing: null, slideshow: 'off' }),
  };
}

/** Whether the field was there to take the focus. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-search]');
  field?.focus();
  return field !== null;
}

function rate(stars: number): Action {
  return {
    id: `asset.rate.${stars}`,
    title: stars === 0 ? 'Take the stars back' : `Rate ${stars} ${stars === 1 ? 'star' : 'stars'}`,
    icon: Star,
    keys: [String(stars)],
    on: 'app',
    oneOfMany: true,
    available: onAssets,
    run: (app) => void rateAssets(app, targets(app.store.getState()), stars),
  };
}

export const actions: readonly Action[] = [
  ...historyActions,
  {
    id: 'asset.open',
    title: 'Open',
    icon: Image,
    keys: ['Space'],
    on: 'asset',
    available: (state) => onAsset(state) && !covered(state),
    run: (app) => app.set({ lightbox: true }),
  },
  ...looking,
  {
    id: 'inspector',
    title: (state) => (state.window.inspector ? 'Hide the inspector' : 'Show the inspector'),
    icon: PanelRight,
    keys: ['i'],
    on: 'app',
    menu: true,
    available: (state) => inGallery(state) && state.comparing === null,
    run: (app) => app.setWindow({ inspector: !app.store.getState().window.inspector }),
  },
  ...makingActions((state) => (inGallery(state) && !inBin(state) ? onlyTarget(state) : null)),
  {
    id: 'asset.copyPrompt',
    title: 'Copy prompt',
    icon: Copy,
    keys: ['mod+c'],
    on: 'asset',
    available: onAsset,
    run: (app) => void copyPrompt(app, currentAsset(app.store.getState())),
  },
  {
    id: 'asset.copyLink',
    title: 'Copy link',
    icon: Link,
    on: 'asset',
    available: onAsset,
    run(app) {
      const assetId = currentAsset(app.store.getState());
      if (assetId !== null) void copyText(app, assetLink(assetId), 'Link copied. It opens this one in the app.');
    },
  },
  {
    id: 'asset.save',
    title: 'Save as…',
    icon: Download,
    keys: ['mod+s'],
    on: 'asset',
    available: onAsset,
    run: (app) => void saveAsset(app, currentAsset(app.store.getState())),
  },
  {
    id: 'asset.publish',
    title: 'Publish…',
    icon: Globe,
    keys: ['p'],
    on: 'asset',
    available: onPicture,
    run: (app) => app.set({ publishing: currentAsset(app.store.getState()) }),
  },
  {
    id: 'asset.export',
    title: 'Export…',
    icon: FolderOutput,
    keys: ['mod+e'],
    on: 'asset',
    available: onAssets,
    run(app) {
      app.set({ exporting: targets(app.store.getState()) });
    },
  },
  {
    id: 'asset.album',
    title: 'Put into an album…',
    icon: BookImage,
    keys: ['a'],
    on: 'asset',
    available: (state) => onAssets(state) && !inBin(state),
    run: (app) => app.set({ collecting: [...targets(app.store.getState())] }),
  },
  {
    id: 'asset.reject',
    title: 'Reject, or take that back',
    icon: ThumbsDown,
    keys: ['x'],
    on: 'asset',
    available: onAssets,
    run: (app) => void rateAssets(app, targets(app.store.getState()), -1),
  },
  {
    id: 'asset.delete',
    title: 'Move to the bin',
    icon: Trash2,
    keys: ['Delete', 'Backspace'],
    on: 'asset',
    available: (state) => onAssets(state) && !inBin(state),
    run: (app) => void deleteAssets(app, targets(app.store.getState())),
  },
  {
    id: 'asset.restore',
    title: 'Restore from the bin',
    icon: Undo2,
    keys: ['u'],
    on: 'asset',
    available: (state) => onAssets(state) && inBin(state),
    run: (app) => void restoreAssets(app, targets(app.store.getState())),
  },
  ...stackActions,
  ...batchActions,
  {
    id: 'select.all',
    title: 'Choose everything shown',
    icon: CheckCheck,
    keys: ['mod+a'],
    on: 'app',
    available: (state) => inGallery(state) && !covered(state) && shownIds(state).length > 0,
    run: (app) => app.set({ selected: new Set(shownIds(app.store.getState())) }),
  },
  {
    id: 'select.none',
    title: 'Choose nothing',
    icon: X,
    keys: ['Escape'],
    on: 'app',
    available: (state) => inGallery(state) && !covered(state) && state.selected.size > 0,
    run: (app) => app.set({ selected: new Set(), anchor: null }),
  },
  {
    id: 'search',
    title: 'Search the library',
    icon: Search,
    keys: ['/', 'mod+f'],
    on: 'app',
    // The workflows have a search of their own.
    available: (state) => !covered(state) && state.screen !== 'workflows' && state.screen !== 'settings',
    run(app) {
      app.set({ screen: 'gallery' });
      // At once where it can be: what is typed next may come before the next frame, and its letters are keys elsewhere.
      if (!focusSearch()) requestAnimationFrame(focusSearch);
    },
  },
  {
    id: 'sidebar',
    title: (state) => (filtersShown(state) ? 'Hide the filters' : 'Show the filters'),
    icon: PanelLeft,
    keys: ['f'],
    on: 'app',
    available: (state) => inGallery(state) && !covered(state),
    run: toggleFilters,
  },
  ...[0, 1, 2, 3, 4, 5].map(rate),
  ...jobActions,
  {
    id: 'generate',
    title: 'Generate',
    icon: Sparkles,
    keys: ['g'],
    on: 'app',
    available: (state) => !covered(state),
    run: (app) =>
      app.set({
        screen: 'gallery',
        composer: !(inGallery(app.store.getState()) && app.store.getState().composer),
        remaking: null,
      }),
  },
  {
    id: 'gallery.export',
    title: 'Export everything shown…',
    icon: FolderOutput,
    on: 'app',
    available: (state) => inGallery(state) && !covered(state) && shownIds(state).length > 0,
    run: (app) => app.set({ exporting: shownIds(app.store.getState()) }),
  },
  go('gallery', 'the gallery', Images, 'mod+1'),
  go('queue', 'the queue', ListVideo, 'mod+2'),
  go('workflows', 'Workflows', Workflow, 'mod+3'),
  go('defaults', 'the defaults', SlidersHorizontal, 'mod+4'),
  go('connect', 'Connect', Plug, 'mod+5'),
  go('settings', 'Settings', Settings, 'mod+6'),
  {
    id: 'defaults.undo',
    title: 'Undo my last change of a default',
    icon: Undo2,
    keys: ['mod+z'],
    on: 'app',
    available: ({ screen }) => screen === 'defaults',
    run: (app) => void undoLastDefault(app),
  },
  ...importActions((state) => (inGallery(state) && !inBin(state) ? onlyTarget(state) : null)),
  ...workflowActions,
  {
    id: 'library.import',
    title: 'Import a folder…',
    icon: FolderPlus,
    on: 'app',
    available: always,
    run: (app) => void importChosenFolder(app),
  },
  {
    id: 'endpoint.copy',
    title: 'Copy the endpoint address',
    icon: Copy,
    on: 'app',
    available: (state) => state.endpoint?.url != null,
    run: (app) => void copyText(app, app.store.getState().endpoint?.url ?? '', 'Address copied.'),
  },
  {
    id: 'queue.cancel',
    title: 'Cancel the running job',
    icon: X,
    on: 'app',
    available: (state) => unfinishedJobs(state.jobs).some((job) => job.status === 'running'),
    run(app) {
      const running = unfinishedJobs(app.store.getState().jobs).find((job) => job.status === 'running');
      app.set({ cancelling: running?.prompt_id ?? null });
    },
  },
  {
    id: 'queue.pause',
    title: (state) => (state.sendingPaused ? 'Resume sending' : 'Pause sending'),
    icon: Pause,
    on: 'app',
    available: always,
    run: (app) => void setSending(app, !app.store.getState().sendingPaused),
  },
  {
    id: 'engine.demo',
    title: 'Use the demo engine',
    icon: FlaskConical,
    on: 'app',
    available: (state) => state.settings !== null && !state.settings.values.demo,
    run: (app) => void startDemoEngine(app),
  },
  ...viewActions,
  {
    id: 'shortcuts',
    title: 'All shortcuts',
    icon: Keyboard,
    keys: ['?'],
    on: 'app',
    available: always,
    run: (app) => app.set({ shortcuts: true }),
  },
  {
    id: 'palette',
    title: 'Commands',
    icon: Search,
    keys: ['mod+k'],
    on: 'app',
    available: always,
    run: (app) => app.set({ palette: !app.store.getState().palette }),
  },
];

export function actionById(id: string): Action | undefined {
  return actions.find((action) => action.id === id);
}

export function titleOf(action: Action, state: AppState): string {
  return typeof action.title === 'string' ? action.title : action.title(state);
}
