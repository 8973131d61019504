/** What a person does about defaults, from the page, the palette or by key. Each goes through the core's operations. */
import type { DefaultChange } from '../../shared/default-changes.js';
import type { ParamValue } from '../../shared/params.js';
import { type Namespace, namespaces } from '../../shared/workflow.js';
import type { App } from '../store/store.js';
import { plural } from '../ui/format.js';
import type { ChangedValue } from './history.js';
import { keyOf, labelOf } from './rows.js';

export type NewValues = Readonly<Record<string, ParamValue | null>>;

/** Sets values of one kind, and says what could not be checked. Rejects with what set_defaults refuses. */
export async function setDefaults(app: App, namespace: Namespace, values: NewValues, persist: boolean): Promise<void> {
  const { warnings } = await app.client.invoke('set_defaults', { [namespace]: { ...values }, persist });
  if (warnings.length > 0) app.toast(warnings.join(' '));
}

/** Takes values away, so that the tiers beneath count again, and offers the way back. */
export async function resetDefaults(app: App, namespace: Namespace, values: readonly string[], persist: boolean) {
  try {
    await setDefaults(app, namespace, Object.fromEntries(values.map((name) => [name, null])), persist);
    const [latest] = await ownChanges(app);
    const [only = ''] = values;
    const what = values.length === 1 ? labelOf(only) : plural(values.length, 'value');
    const action = latest === undefined ? undefined : { label: 'Undo', run: () => void undoDefaults(app, latest.call) };
    app.toast(`${what} reset.`, { action });
  } catch (error) {
    app.fail(error);
  }
}

/** Takes changes back. Answers whether it did; a refusal is shown. */
export async function undoDefaults(app: App, changes: readonly Pick<DefaultChange, 'change_id'>[]): Promise<boolean> {
  try {
    await app.client.invoke('undo_default_change', { change_ids: changes.map(({ change_id }) => change_id) });
    return true;
  } catch (error) {
    app.fail(error);
    return false;
  }
}

/** Takes values of the log back, says so, and offers to have them again. */
export async function undoValues(app: App, values: readonly ChangedValue[]): Promise<void> {
  const changes = values.flatMap(({ changeIds }) => changeIds.map((change_id) => ({ change_id })));
  if (!(await undoDefaults(app, changes))) return;
  // A reset that was taken back is no value that could be set again.
  const settable = values.every(({ source }) => source === 'runtime' || source === 'config');
  const action = settable ? { label: 'Put back', run: () => void putBack(app, values) } : undefined;
  const [first] = values;
  const what = values.length === 1 && first !== undefined ? labelOf(first.name) : plural(values.length, 'value');
  app.toast(`${what} undone.`, { action });
}

async function putBack(app: App, values: readonly ChangedValue[]): Promise<void> {
  try {
    for (const namespace of namespaces) {
      for (const source of ['runtime', 'config'] as const) {
        const own = values.filter((value) => value.namespace === namespace && value.source === source);
        if (own.length === 0) continue;
        await setDefaults(
          app,
          namespace,
          Object.fromEntries(own.map(({ name, after }) => [name, after])),
          source === 'config',
        );
      }
    }
  } catch (error) {
    app.fail(error);
  }
}

/** Takes back what the person changed last, and says what. */
export async function undoLastDefault(app: App): Promise<void> {
  try {
    const [latest] = await ownChanges(app);
    if (latest === undefined) return app.toast('There is no change of yours to undo.');
    if (!(await undoDefaults(app, latest.call))) return;
    const count = latest.call.length;
    app.toast(count === 1 ? undoneWords(latest) : `${plural(count, 'value')} undone.`);
  } catch (error) {
    app.fail(error);
  }
}

interface OwnChange extends DefaultChange {
  call: readonly DefaultChange[];
}

/** The person's changes that stand, newest first, each with all that its call changed. */
async function ownChanges(app: App): Promise<OwnChange[]> {
  const { changes } = await app.client.invoke('get_default_changes', {});
  return changes
    .filter(({ by, undone }) => by.kind === 'person' && !undone)
    .map((change) => ({ ...change, call: changes.filter(({ call_id }) => call_id === change.call_id) }));
}

function undoneWords({ namespace, name, before }: DefaultChange): string {
  const what = `${labelOf(name)} (${namespace})`;
  return before === null ? `${what} is unset again.` : `${what} is ${String(before.value)} again.`;
}

/** Takes typed text away from a row, or puts it there. */
export function setDraft(app: App, namespace: Namespace, name: string, text: string | null): void {
  const drafts = new Map(app.store.getState().defaultDrafts);
  if (text === null) drafts.delete(keyOf(namespace, name));
  else drafts.set(keyOf(namespace, name), text);
  app.set({ defaultDrafts: drafts });
}
