import { type FormEvent, useCallback, useEffect, useState } from 'react';
import { inWords, toErrorValue } from '../../../shared/errors.js';
import type { Workflow } from '../../../shared/workflow.js';
import { saveWorkflow } from '../../actions/workflow.js';
import { useApp } from '../../store/hooks.js';
import { Button } from '../../ui/Button.js';
import forms from '../Form.module.css';
import { SaveNotes } from '../SaveNotes.js';
import type { WorkflowDetail } from '../useWorkflows.js';
import { DesignPreview } from './DesignPreview.js';
import { ParameterDesigner } from './ParameterDesigner.js';
import { type EditedDesign, useDesign } from './useDesign.js';

export interface WorkflowDesign {
  design: EditedDesign;
  /** The files were changed by somebody else while there are edits. */
  overtaken: boolean;
  saving: boolean;
  error: string | null;
  save(): Promise<void>;
  /** Takes what the files say now. */
  follow(): void;
}

/** The design of a workflow and what it was made upon. Without edits it follows the files. */
export function useWorkflowDesign(detail: WorkflowDetail | null): WorkflowDesign {
  const app = useApp();
  const [base, setBase] = useState(detail);
  const design = useDesign(detail?.inputs ?? none, detail?.meta);
  const [saving, setSaving] = useState(false);
  /** What was written has not been read again yet. */
  const [saved, setSaved] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const fresh = base?.workflow.hash === detail?.workflow.hash;
  const { dirty, reset } = design;
  const follow = useCallback(() => {
    setBase(detail);
    setSaved(false);
    setError(null);
    reset(detail?.inputs ?? none, detail?.meta ?? {});
  }, [detail, reset]);
  useEffect(() => {
    // Edits go on while only the engine has news, and are not thrown away for what somebody else wrote.
    if (base !== detail && (!dirty || (saved && !fresh))) follow();
  }, [base, detail, fresh, dirty, saved, follow]);
  return {
    design,
    overtaken: dirty && !fresh && !saving && !saved,
    saving: saving || saved,
    error,
    follow,
    async save() {
      if (base === null || !dirty || design.issues.length > 0 || saving || saved) return;
      setSaving(true);
      setError(null);
      try {
        const change = { hash: base.workflow.hash, parameters: design.exposures };
        const hash = await saveWorkflow(app, base.workflow, change);
        // Files that are the same as before are not read again.
        if (hash === base.workflow.hash) follow();
        else setSaved(true);
      } catch (thrown) {
        setError(inWords(toErrorValue(thrown)));
      } finally {
        setSaving(false);
      }
    },
  };
}

const none: WorkflowDetail['inputs'] = [];

interface DesignFormProps {
  workflow: Workflow;
  state: WorkflowDesign;
  /** The preview has no place of its own. */
  withPreview: boolean;
}

/** Which inputs of a workflow are parameters, saved with one button. */
export function DesignForm({ workflow, state, withPreview }: DesignFormProps) {
  const { design, overtaken, saving, error } = state;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void state.save();
  };
  return (
    <form className={forms.form} aria-label="Design" onSubmit={onSubmit} noValidate>
      <div className={forms.scroll}>
        <ParameterDesigner design={design} />
        {withPreview && <DesignPreview design={design} below />}
      </div>
      <div className={forms.foot}>
        <SaveNotes overtaken={overtaken} error={error} />
        <div className={forms.actions}>
          <Button
            look="solid"
            type="submit"
            disabled={!design.dirty || design.issues.length > 0 || saving || overtaken}
          >
            {workflow.source === 'bundled' ? 'Save as my copy' : 'Save'}
          </Button>
          <Button look="plain" disabled={!design.canUndo} onClick={design.undo}>
            Undo
          </Button>
          {overtaken ? (
            <Button look="plain" onClick={state.follow}>
              Read the file again
            </Button>
          ) : (
            <Button look="plain" onClick={design.propose}>
              Take what is proposed
            </Button>
          )}
        </div>
      </div>
    </form>
  );
}
