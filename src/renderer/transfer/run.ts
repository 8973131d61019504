/** Exports, backups and restores as the person starts them: where to, the work, what came of it. */
import { fromErrorValue, toErrorValue } from '../../shared/errors.js';
import type { ExportResult } from '../../shared/transfer.js';
import { exportWords, restoreWords } from '../../shared/transfer-words.js';
import type { App } from '../store/store.js';

export interface ExportChoice {
  to: 'zip' | 'folder';
  metadata: 'keep' | 'strip';
}

/** What a transfer could not do as it should, to be read at leisure. */
export interface TransferReport {
  title: string;
  /** What came of it all the same. */
  text: string;
  lines: readonly { id: string; what: string; reason: string }[];
  /** How many there are; `lines` holds the first of them. */
  count: number;
}

/** Answers false when the person changed their mind about the place. */
export async function exportAssets(app: App, assetIds: readonly string[], choice: ExportChoice): Promise<boolean> {
  const { path } = await app.client.invoke('choose_export_target', { to: choice.to, name: 'ComfyUI export' });
  if (path === null) return false;
  await told(app, async () => {
    const result = await app.client.invoke('export_assets', { asset_ids: [...assetIds], path, ...choice });
    reportExport(app, 'Exported', result, choice.metadata === 'keep');
  });
  return true;
}

/** Asks where to, then writes everything into one zip. */
export async function backUp(app: App): Promise<void> {
  await told(app, async () => {
    const name = `comfyui-library-${today()}`;
    const { path } = await app.client.invoke('choose_export_target', { to: 'zip', name });
    if (path === null) return;
    app.set({ transferDone: null });
    const result = await app.client.invoke('back_up_library', { path });
    app.set({ transferDone: { task: 'backup', text: exportWords('Backed up', result) } });
    reportExport(app, 'Backed up', result, true);
  });
}

/** Asks what from, then takes it in. */
export async function restore(app: App): Promise<void> {
  await told(app, async () => {
    const { path } = await app.client.invoke('choose_backup', {});
    if (path === null) return;
    app.set({ transferDone: null });
    const result = await app.client.invoke('restore_library', { path });
    const text = restoreWords(result);
    app.set({ transferDone: { task: 'restore', text } });
    const { problems_count: count } = result;
    const lines = result.problems.map((problem, index) => ({ id: String(index), ...problem }));
    if (count === 0) app.toast(text);
    else app.set({ transferReport: { title: 'Not everything could be restored', text, lines, count } });
  });
}

export async function cancelTransfer(app: App): Promise<void> {
  await app.client.invoke('cancel_transfer', {}).catch(app.fail);
}

function reportExport(app: App, verb: string, result: ExportResult, manifest: boolean): void {
  const text = exportWords(verb, result);
  const lines = result.left_out.map(({ asset_id, filename, reason }) => ({ id: asset_id, what: filename, reason }));
  if (lines.length === 0) app.toast(text);
  else
    app.set({
      transferReport: {
        title: 'Some files could not be had',
        text: manifest ? `${text} ${recordsWords}` : text,
        lines,
        count: result.left_out_count,
      },
    });
}

const recordsWords = 'Their prompts, stars and tags are in it all the same.';

async function told(app: App, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const value = toErrorValue(error);
    // Whoever cancelled knows why it ended.
    if (value.code === 'CANCELLED') app.toast(value.message);
    else app.fail(fromErrorValue(value));
  }
}

/** 2025-03-01, by the calendar of this machine. */
function today(): string {
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
