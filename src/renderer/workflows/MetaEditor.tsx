import { type FormEvent, useEffect, useState } from 'react';
import { inWords, toErrorValue } from '../../shared/errors.js';
import type { Namespace, Workflow } from '../../shared/workflow.js';
import type { MetaIssue } from '../../shared/workflow-meta.js';
import { useApp } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { Segments } from '../ui/controls.js';
import { cx } from '../ui/cx.js';
import css from './Form.module.css';
import { fromDraft, issueAt, type MetaDraft, toDraft } from './meta-form.js';
import { SaveNotes } from './SaveNotes.js';
import { TextField } from './TextField.js';
import type { WorkflowDetail } from './useWorkflows.js';

interface MetaEditorProps {
  workflow: Workflow;
  detail: WorkflowDetail;
}

const kinds: readonly { value: Namespace; label: string }[] = [
  { value: 'image', label: 'Image' },
  { value: 'audio', label: 'Audio' },
  { value: 'video', label: 'Video' },
];

/** Name, description and kind. The rules of its parameters are told with them, under Design. */
export function MetaEditor({ workflow, detail }: MetaEditorProps) {
  const edit = useEdit(workflow, detail);
  const { draft, issues } = edit;
  const change = (patch: Partial<MetaDraft>) => edit.change({ ...draft, ...patch });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void edit.save();
  };
  return (
    <form className={css.form} aria-label="About" onSubmit={onSubmit} noValidate>
      <div className={css.scroll}>
        <div className={css.fields}>
          <TextField
            label="Name"
            value={draft.name}
            placeholder={workflow.name}
            error={issueAt(issues, 'name')}
            onChange={(name) => change({ name })}
          />
          <TextField
            label="Description"
            beside="what agents read"
            lines={3}
            value={draft.description}
            placeholder={workflow.description}
            error={issueAt(issues, 'description')}
            onChange={(description) => change({ description })}
          />
          <div className={cx(css.field, css.wide)}>
            <div className={css.label}>
              <span className={css.labelWords}>Kind</span>
              <span>whose defaults it takes</span>
            </div>
            <Segments
              label="Kind"
              value={draft.namespace}
              choices={kinds}
              onChange={(namespace) => change({ namespace })}
            />
          </div>
        </div>
      </div>
      <div className={css.foot} data-foot>
        <Notes workflow={workflow} replaces={detail.replaces_bundled} overtaken={edit.overtaken} error={edit.error} />
        <div className={css.actions}>
          <Button look="solid" type="submit" disabled={!edit.dirty || issues.length > 0 || edit.saving}>
            {workflow.source === 'bundled' ? 'Save as my copy' : 'Save'}
          </Button>
          <Button look="plain" disabled={!edit.dirty && !edit.overtaken} onClick={edit.discard}>
            {edit.overtaken ? 'Read the file again' : 'Discard'}
          </Button>
        </div>
      </div>
    </form>
  );
}

function Notes(props: { workflow: Workflow; replaces: boolean; overtaken: boolean; error: string | null }) {
  const { workflow, replaces, overtaken, error } = props;
  const where =
    workflow.source === 'bundled'
      ? 'It comes with the app and is never written to. Saving makes a copy in your folder, which takes its place; deleting that copy brings it back.'
      : replaces
        ? 'This is your copy. It takes the place of the built-in one of the same name; deleting it brings that back.'
        : null;
  return (
    <>
      {where !== null && <p className={css.plain}>{where}</p>}
      <SaveNotes overtaken={overtaken} error={error} />
    </>
  );
}

interface Edit {
  draft: MetaDraft;
  issues: readonly MetaIssue[];
  dirty: boolean;
  saving: boolean;
  error: string | null;
  /** The file was changed by somebody else while there are edits. */
  overtaken: boolean;
  change(draft: MetaDraft): void;
  discard(): void;
  save(): Promise<void>;
}

/** The edits and what they were made upon. Without edits the form follows the file. */
function useEdit(workflow: Workflow, detail: WorkflowDetail): Edit {
  const app = useApp();
  const [base, setBase] = useState(detail);
  const [draft, setDraft] = useState(() => toDraft(workflow, detail.meta));
  const [saving, setSaving] = useState(false);
  /** What was written has not been read again yet. */
  const [saved, setSaved] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const { changes, issues, dirty } = fromDraft(base.workflow, base.meta, draft);
  const fresh = base.workflow.hash === detail.workflow.hash;
  useEffect(() => {
    if (base === detail || (!fresh && dirty && !saved)) return;
    setBase(detail);
    // The same files: only what the engine has is news, and edits go on.
    if (fresh) return;
    setDraft(toDraft(detail.workflow, detail.meta));
    setSaved(false);
  }, [base, detail, fresh, dirty, saved]);
  return {
    draft,
    issues,
    dirty: dirty && !saved,
    saving,
    error,
    overtaken: dirty && !fresh && !saving && !saved,
    change(next) {
      setError(null);
      setDraft(next);
    },
    discard() {
      setError(null);
      setBase(detail);
      setDraft(toDraft(detail.workflow, detail.meta));
    },
    async save() {
      if (!dirty || issues.length > 0 || saving || saved) return;
      setSaving(true);
      try {
        const { copied } = await app.client.invoke('save_workflow_meta', {
          workflow_id: workflow.id,
          meta: changes,
          hash: base.workflow.hash,
        });
        setSaved(true);
        app.toast(copied ? 'Saved in a copy of your own, which is used from now on.' : 'Saved.');
      } catch (thrown) {
        setError(inWords(toErrorValue(thrown)));
      } finally {
        setSaving(false);
      }
    },
  };
}
