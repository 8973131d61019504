import { FileInput, FolderOpen, RotateCcw, Trash2 } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { openImport, reviewDropped } from '../actions/import-workflow.js';
import { restoreWorkflow } from '../actions/workflow.js';
import { useApp, useAppState, useNow } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { DropArea } from '../ui/DropArea.js';
import { formatAgo, formatCount } from '../ui/format.js';
import { Menu, MenuEntry } from '../ui/Menu.js';
import parts from '../ui/parts.module.css';
import { ImportView } from './import/ImportView.js';
import { groupWorkflows } from './list.js';
import { useDeleted, useMissing } from './useWorkflows.js';
import { WorkflowDetailView } from './WorkflowDetail.js';
import { WorkflowList } from './WorkflowList.js';
import css from './Workflows.module.css';

export function WorkflowsScreen() {
  const incoming = useAppState((state) => state.incoming);
  return incoming === null ? <Workflows /> : <ImportView incoming={incoming} />;
}

function Workflows() {
  const app = useApp();
  const workflows = useAppState((state) => state.workflows);
  const wanted = useAppState((state) => state.workflow);
  const [query, setQuery] = useState('');
  const groups = useMemo(() => groupWorkflows(workflows, query), [workflows, query]);
  const missing = useMissing();
  const first = useMemo(() => groupWorkflows(workflows, '')[0]?.workflows[0], [workflows]);
  const current = workflows.find(({ id }) => id === wanted) ?? first;
  const shown = current?.id ?? null;
  useEffect(() => app.set({ workflow: shown }), [app, shown]);
  return (
    <>
      <div className={parts.toolbar}>
        <h1>Workflows</h1>
        <span className={parts.count}>{formatCount(workflows.length)}</span>
        <span className={parts.grow} />
        <Bin />
        <FolderButton />
        <Button onClick={() => openImport(app)}>
          <FileInput aria-hidden />
          Import…
        </Button>
      </div>
      <DropArea
        className={css.place}
        words="Drop to import as a workflow"
        onFiles={(files) => reviewDropped(app, files)}
      >
        <div className={css.page} data-testid="workflows">
          {current === undefined ? (
            <NoWorkflows />
          ) : (
            <>
              <WorkflowList groups={groups} missing={missing} current={current.id} query={query} onQuery={setQuery} />
              <WorkflowDetailView key={current.id} workflow={current} missing={missing.get(current.id)} />
            </>
          )}
        </div>
      </DropArea>
    </>
  );
}

function useWorkflowFolder(): () => void {
  const app = useApp();
  return () => {
    app.client
      .invoke('list_workflows', {})
      .then(({ workflow_dir }) => app.client.invoke('show_in_folder', { path: workflow_dir }))
      .catch(app.fail);
  };
}

function FolderButton() {
  const open = useWorkflowFolder();
  return (
    <Button look="plain" onClick={open}>
      <FolderOpen aria-hidden />
      Folder
    </Button>
  );
}

/** What was deleted and can be had back; nothing while the bin is empty. */
function Bin() {
  const app = useApp();
  const deleted = useDeleted();
  const now = useNow(30_000);
  if (deleted.length === 0) return null;
  return (
    <Menu
      trigger={
        <Button look="plain">
          <Trash2 aria-hidden />
          Bin {formatCount(deleted.length)}
        </Button>
      }
      label="Restore a workflow"
    >
      {deleted.map(({ bin_id, workflow_id, deleted_at }) => (
        <MenuEntry key={bin_id} onClick={() => void restoreWorkflow(app, bin_id)}>
          <RotateCcw aria-hidden />
          <span className={css.binName}>
            <bdi>{workflow_id}</bdi>
          </span>
          <span className={css.binTime}>{formatAgo(Date.parse(deleted_at), now)}</span>
        </MenuEntry>
      ))}
    </Menu>
  );
}

function NoWorkflows() {
  const app = useApp();
  return (
    <div className={css.nothing}>
      <div className={parts.nothing}>
        <h2>No workflows yet</h2>
        <p>Drop a graph or a picture with its graph here, or take one of ComfyUI’s own.</p>
        <Button look="solid" onClick={() => openImport(app)}>
          <FileInput aria-hidden />
          Import…
        </Button>
      </div>
    </div>
  );
}
