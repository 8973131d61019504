import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { nearest } from '../../shared/nearest.js';
import type { Workflow } from '../../shared/workflow.js';
import type { WorkflowCheck } from '../../shared/workflow-checks.js';
import { saveWorkflow } from '../actions/workflow.js';
import { useApp } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { formatCount } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { SearchList } from '../ui/SearchList.js';
import type { WorkflowDetail } from './useWorkflows.js';
import css from './Workflows.module.css';

/** Shown before the rest is asked for. */
const shownFirst = 3;

/** What keeps a workflow from running, each with its reason; a missing model is replaced right here. */
export function Checks({ workflow, detail }: { workflow: Workflow; detail: WorkflowDetail }) {
  const [all, setAll] = useState(false);
  const checks = withoutTwins(detail.problems);
  const shown = all ? checks : checks.slice(0, shownFirst);
  const more = checks.length - shown.length;
  if (checks.length === 0) return null;
  return (
    <ul className={css.checks} aria-label="What is wrong with it">
      {shown.map((check) => (
        <li key={`${check.node_id} ${check.input} ${check.message}`} data-check={check.code}>
          <p className={parts.note}>
            <TriangleAlert aria-hidden />
            <span>
              {check.message}
              {check.folder !== undefined && ` It belongs in the folder ${check.folder}.`}
            </span>
          </p>
          {check.code === 'MODEL_NOT_FOUND' && <OtherModel workflow={workflow} detail={detail} check={check} />}
        </li>
      ))}
      {checks.some(({ code }) => code === 'NODE_NOT_FOUND') && (
        <li className={css.remedy}>Install the custom nodes it needs in ComfyUI and restart ComfyUI.</li>
      )}
      {more > 0 && (
        <li>
          <Button compact look="plain" onClick={() => setAll(true)}>
            {formatCount(more)} more
          </Button>
        </li>
      )}
    </ul>
  );
}

/** One file that is missing in many places is one problem: replacing it mends them all. */
function withoutTwins(checks: readonly WorkflowCheck[]): WorkflowCheck[] {
  const models = new Set<unknown>();
  return checks.filter(({ code, value }) => {
    if (code !== 'MODEL_NOT_FOUND') return true;
    return models.has(value) ? false : models.add(value);
  });
}

function OtherModel({ workflow, detail, check }: { workflow: Workflow; detail: WorkflowDetail; check: WorkflowCheck }) {
  const app = useApp();
  const wanted = String(check.value);
  const names = choicesAt(detail, check);
  const near = nearest(wanted, names, 5);
  const items = [
    ...near.map((name) => ({ value: name, label: name, detail: 'like the missing one' })),
    ...names.filter((name) => !near.includes(name)).map((name) => ({ value: name, label: name })),
  ];
  const replace = (name: string) => {
    saveWorkflow(app, workflow, { replace_models: { [wanted]: name } }).catch(app.fail);
  };
  return (
    <SearchList
      label={`Models instead of ${wanted}`}
      trigger={<Button compact>Choose another model</Button>}
      items={items}
      empty="ComfyUI has none of these installed."
      onChoose={replace}
    />
  );
}

function choicesAt({ inputs }: WorkflowDetail, { node_id, input }: WorkflowCheck): readonly string[] {
  const found = inputs.find(({ targets }) =>
    targets.some((target) => target.node_id === node_id && target.input === input),
  );
  return found?.choices ?? [];
}
