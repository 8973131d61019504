import { ChevronRight, TriangleAlert } from 'lucide-react';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { inWords, toErrorValue } from '../../shared/errors.js';
import type { ParamSpec } from '../../shared/params.js';
import type { Namespace, Workflow } from '../../shared/workflow.js';
import type { MetaIssue } from '../../shared/workflow-meta.js';
import { useApp } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { Segments } from '../ui/controls.js';
import { cx } from '../ui/cx.js';
import parts from '../ui/parts.module.css';
import css from './Form.module.css';
import { fromDraft, hasIssue, issueAt, type MetaDraft, type ParamDraft, toDraft } from './meta-form.js';
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

/** Name, description and the rules of every parameter: what agents and forms are told. */
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
        {workflow.params.length > 0 && <h3 className={css.section}>Parameters</h3>}
        {workflow.params.map((spec) => (
          <ParamRules
            key={spec.name}
            spec={spec}
            draft={draft.params[spec.name] ?? noRules}
            issues={issues}
            onChange={(param) => change({ params: { ...draft.params, [spec.name]: param } })}
          />
        ))}
      </div>
      <div className={css.foot}>
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

const noRules: ParamDraft = { description: '', default: '', min: '', max: '', step: '', choices: '' };

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
      {overtaken && (
        <p className={parts.note} role="status">
          <TriangleAlert aria-hidden />
          <span>The file has changed since you began. Your edits are still here, and can’t be saved over it.</span>
        </p>
      )}
      {error !== null && (
        <p className={cx(parts.note, parts.bad)} role="alert">
          <TriangleAlert aria-hidden />
          <span>{error}</span>
        </p>
      )}
    </>
  );
}

interface ParamRulesProps {
  spec: ParamSpec;
  draft: ParamDraft;
  issues: readonly MetaIssue[];
  onChange(draft: ParamDraft): void;
}

function ParamRules({ spec, draft, issues, onChange }: ParamRulesProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const numeric = spec.type === 'integer' || spec.type === 'number';
  const wrong = hasIssue(issues, spec.name);
  const at = (key: 'min' | 'max' | 'step' | 'enum') => issueAt(issues, 'constraints', spec.name, key);
  const field = (key: keyof ParamDraft) => ({
    value: draft[key],
    onChange: (value: string) => onChange({ ...draft, [key]: value }),
  });
  const shown = (value: unknown) => (value === undefined ? '' : String(value));
  return (
    <div className={css.rules} data-rules={spec.name}>
      <button
        type="button"
        className={css.rulesHead}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <ChevronRight aria-hidden />
        <span className={css.rulesName}>
          <bdi>{spec.name}</bdi>
        </span>
        {wrong ? <TriangleAlert aria-label="Something is wrong here" /> : <span>{ruleWords(spec)}</span>}
      </button>
      {open && (
        <div className={css.fields} id={id}>
          <TextField
            label="Description"
            lines={2}
            placeholder={spec.description}
            error={issueAt(issues, 'descriptions', spec.name)}
            {...field('description')}
          />
          <TextField
            label="Default"
            beside={draft.default === '' && spec.default !== undefined ? `from ${spec.default_source}` : ''}
            lines={spec.multiline ? 2 : undefined}
            placeholder={shown(spec.default)}
            numeric={numeric}
            error={issueAt(issues, 'defaults', spec.name)}
            {...field('default')}
          />
          {numeric && (
            <>
              <TextField label="Least" half numeric placeholder={shown(spec.min)} error={at('min')} {...field('min')} />
              <TextField label="Most" half numeric placeholder={shown(spec.max)} error={at('max')} {...field('max')} />
              <TextField
                label="Step"
                half
                numeric
                placeholder={shown(spec.step)}
                error={at('step')}
                {...field('step')}
              />
            </>
          )}
          {spec.type !== 'boolean' && (
            <TextField label="Choices" beside="one a line" lines={1} error={at('enum')} {...field('choices')} />
          )}
        </div>
      )}
    </div>
  );
}

const typeWords = { string: 'text', integer: 'whole number', number: 'number', boolean: 'on or off' } as const;

function ruleWords({ type, required }: ParamSpec): string {
  return required ? `${typeWords[type]}, needed` : typeWords[type];
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
