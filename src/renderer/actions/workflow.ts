/** What can be done with a workflow, for whoever asks: menu, palette, list. */
import { Copy, FolderOpen, Save, Trash2 } from 'lucide-react';
import type { OperationInput } from '../../shared/contract.js';
import type { Workflow } from '../../shared/workflow.js';
import type { App, AppState } from '../store/store.js';
import type { Action } from './registry.js';

/** The workflow that the person looks at; the first of the list while none was chosen. */
export function currentWorkflow({ screen, workflow, workflows }: AppState): Workflow | undefined {
  return screen === 'workflows' ? workflows.find(({ id }) => id === workflow) : undefined;
}

export async function showWorkflowFile(app: App, workflowId: string): Promise<void> {
  try {
    const { file } = await app.client.invoke('get_workflow', { workflow_id: workflowId });
    await app.client.invoke('show_in_folder', { path: file });
  } catch (error) {
    app.fail(error);
  }
}

/** Shows one that was just written, as soon as the list has it. */
export async function showWorkflow(app: App, id: string): Promise<void> {
  await appeared(app, id);
  app.set({ workflow: id });
}

/** Milliseconds after which the list is shown without it: it comes with the next change. */
const patienceMs = 3_000;

/** The list of workflows is read anew when it changes: what is not in it yet can't be shown. */
function appeared({ store }: Pick<App, 'store'>, id: string): Promise<void> {
  const isThere = () => store.getState().workflows.some((workflow) => workflow.id === id);
  return new Promise((resolve) => {
    const done = () => {
      stop();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => done(), patienceMs);
    const stop = store.subscribe(() => isThere() && done());
    if (isThere()) done();
  });
}

/** Copies it and shows the copy. */
export async function duplicateWorkflow(app: App, workflowId: string): Promise<void> {
  try {
    const copy = await app.client.invoke('duplicate_workflow', { workflow_id: workflowId });
    await showWorkflow(app, copy.workflow_id);
    app.toast('Duplicated. The copy is yours to change.');
  } catch (error) {
    app.fail(error);
  }
}

/** Moves it into the bin and offers the way back. */
export async function deleteWorkflow(app: App, { id, name }: Workflow): Promise<void> {
  try {
    const { bin_id, bundled_back } = await app.client.invoke('delete_workflow', { workflow_id: id });
    const also = bundled_back ? ' The built-in one is in use again.' : '';
    app.toast(`“${shortName(name)}” is in the bin.${also}`, {
      action: { label: 'Undo', run: () => void restoreWorkflow(app, bin_id) },
    });
  } catch (error) {
    app.fail(error);
  }
}

export async function restoreWorkflow(app: App, binId: string): Promise<void> {
  try {
    const { workflow_id } = await app.client.invoke('restore_workflow', { bin_id: binId });
    await showWorkflow(app, workflow_id);
  } catch (error) {
    app.fail(error);
  }
}

/** Saves a change, offers the way back, and answers the hash of the files. @throws what the operation throws, for who shows it where it belongs. */
export async function saveWorkflow(
  app: App,
  { id, source }: Workflow,
  change: Omit<OperationInput<'save_workflow'>, 'workflow_id'>,
): Promise<string> {
  const { copied, previous_version, hash } = await app.client.invoke('save_workflow', { workflow_id: id, ...change });
  const back = async () => {
    if (previous_version !== null) {
      await app.client.invoke('save_workflow', { workflow_id: id, restore_version: previous_version });
    } else if (source === 'bundled') await app.client.invoke('delete_workflow', { workflow_id: id });
  };
  app.toast(copied ? 'Saved in a copy of your own, which is used from now on.' : 'Saved.', {
    action: { label: 'Undo', run: () => void back().catch(app.fail) },
  });
  return hash;
}

/** Offers it to agents as a tool, or not. */
export async function offerWorkflow(app: App, workflowId: string, enabled: boolean): Promise<void> {
  try {
    await app.client.invoke('set_workflow_tool', { workflow_id: workflowId, enabled });
  } catch (error) {
    app.fail(error);
  }
}

function shortName(name: string): string {
  return name.length > 60 ? `${name.slice(0, 59)}…` : name;
}

const isOwn = (state: AppState) => currentWorkflow(state)?.source === 'user';

function onCurrent(work: (app: App, workflow: Workflow) => Promise<void>): (app: App) => void {
  return (app) => {
    const workflow = currentWorkflow(app.store.getState());
    if (workflow !== undefined) void work(app, workflow);
  };
}

/** Puts the editor's graph among those that ComfyUI's page opens; asks before it replaces one. */
async function saveIntoComfyui(app: App, workflow: Workflow, overwrite = false): Promise<void> {
  try {
    const kept = await app.client.invoke('save_to_comfyui', {
      workflow_id: workflow.id,
      name: workflow.name,
      overwrite,
    });
    if (kept.saved) {
      app.toast(`Saved in ComfyUI as “${shortName(kept.name)}”.`, {
        action: {
          label: 'Open ComfyUI',
          run: () => void app.client.invoke('open_external', { url: kept.url }).catch(app.fail),
        },
      });
      return;
    }
    app.toast(`ComfyUI has a workflow “${shortName(kept.name)}” already. Nothing was written.`, {
      action: { label: 'Replace it', run: () => void saveIntoComfyui(app, workflow, true) },
    });
  } catch (error) {
    app.fail(error);
  }
}

/** In the order of the menu. */
export const workflowActions: readonly Action[] = [
  {
    id: 'workflow.show',
    title: 'Show file in its folder',
    icon: FolderOpen,
    on: 'app',
    available: (state) => currentWorkflow(state) !== undefined,
    run: onCurrent((app, { id }) => showWorkflowFile(app, id)),
  },
  {
    id: 'workflow.duplicate',
    title: 'Duplicate workflow',
    icon: Copy,
    on: 'app',
    available: (state) => currentWorkflow(state)?.problem === null,
    run: onCurrent((app, { id }) => duplicateWorkflow(app, id)),
  },
  {
    id: 'workflow.comfyui',
    title: 'Save into ComfyUI’s workflows',
    icon: Save,
    on: 'app',
    available: isOwn,
    run: onCurrent((app, workflow) => saveIntoComfyui(app, workflow)),
  },
  {
    id: 'workflow.delete',
    title: 'Move workflow to the bin',
    icon: Trash2,
    on: 'app',
    available: isOwn,
    run: onCurrent(deleteWorkflow),
  },
];
