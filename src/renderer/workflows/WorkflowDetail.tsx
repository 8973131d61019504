import { Tabs } from '@base-ui/react/tabs';
import { Ellipsis, TriangleAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ErrorValue } from '../../shared/errors.js';
import { placeKey } from '../../shared/graph-link.js';
import { isSeedName, type ParamSpec } from '../../shared/params.js';
import type { Workflow } from '../../shared/workflow.js';
import { copyText } from '../actions/asset.js';
import { titleOf } from '../actions/registry.js';
import { deleteWorkflow, showWorkflowFile, workflowActions } from '../actions/workflow.js';
import { GraphView } from '../graph/GraphView.js';
import { useApp, useAppState, useMedia } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { CodeBlock } from '../ui/CodeBlock.js';
import { cx } from '../ui/cx.js';
import { Menu, MenuEntry } from '../ui/Menu.js';
import parts from '../ui/parts.module.css';
import { Checks } from './Checks.js';
import { DesignForm, useWorkflowDesign } from './designer/DesignForm.js';
import { DesignPreview } from './designer/DesignPreview.js';
import { type Missing, problemsOf, remedyOf } from './list.js';
import { MetaEditor } from './MetaEditor.js';
import { RunForm } from './RunForm.js';
import { useWorkflowDetail, type WorkflowDetail } from './useWorkflows.js';
import css from './Workflows.module.css';

/** Where the graph has no room of its own: it becomes a tab. The same in the style sheet. */
const narrow = '(max-width: 1040px)';

interface WorkflowDetailProps {
  workflow: Workflow;
  missing: Missing | undefined;
}

type Tab = 'parameters' | 'design' | 'graph' | 'about' | 'json';

/** One workflow: what it takes, what it is called, its graph. */
export function WorkflowDetailView({ workflow, missing }: WorkflowDetailProps) {
  const isNarrow = useMedia(narrow);
  const { detail, error, retry } = useWorkflowDetail(workflow);
  const designing = useWorkflowDesign(detail);
  const [wanted, setWanted] = useState<Tab>('parameters');
  const usable = workflow.problem === null;
  const tab = wanted === 'graph' && !isNarrow ? 'parameters' : wanted;
  const tabs: { value: Tab; label: string }[] = [
    { value: 'parameters', label: 'Parameters' },
    { value: 'design', label: 'Design' },
    ...(isNarrow ? [{ value: 'graph', label: 'Graph' } as const] : []),
    { value: 'about', label: 'About' },
    { value: 'json', label: 'JSON' },
  ];
  return (
    <>
      <section className={css.detail} aria-label={workflow.name} data-testid="workflow-detail">
        <Head workflow={workflow} missing={missing} detail={detail} />
        {usable && detail?.message !== undefined && <EngineAway words={detail.message} />}
        {error !== null && <Unread error={error} onRetry={retry} />}
        {usable && (
          <Tabs.Root value={tab} onValueChange={setWanted} className={css.tabsRoot}>
            <Tabs.List className={css.tabs} activateOnFocus>
              {tabs.map(({ value, label }) => (
                <Tabs.Tab key={value} value={value} className={css.tab}>
                  {label}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="parameters" className={css.panel} tabIndex={-1}>
              <RunForm workflow={workflow} choices={detail?.choices ?? noChoices} />
            </Tabs.Panel>
            <Tabs.Panel value="design" className={css.panel} tabIndex={-1}>
              <DesignForm workflow={workflow} state={designing} withPreview={isNarrow} />
            </Tabs.Panel>
            {isNarrow && (
              <Tabs.Panel value="graph" className={css.panel} tabIndex={-1}>
                <Graph workflow={workflow} detail={detail} />
              </Tabs.Panel>
            )}
            <Tabs.Panel value="about" className={css.panel} keepMounted tabIndex={-1}>
              {detail !== null && <MetaEditor key={workflow.id} workflow={detail.workflow} detail={detail} />}
            </Tabs.Panel>
            <Tabs.Panel value="json" className={css.panel} tabIndex={-1}>
              {detail !== null && <Source workflow={workflow} detail={detail} />}
            </Tabs.Panel>
          </Tabs.Root>
        )}
      </section>
      {!isNarrow && (
        <div className={css.graph}>
          {usable && tab === 'design' ? (
            <DesignPreview design={designing.design} />
          ) : (
            <Graph workflow={workflow} detail={detail} />
          )}
        </div>
      )}
    </>
  );
}

const noChoices = {};

function Head({ workflow, missing, detail }: WorkflowDetailProps & { detail: WorkflowDetail | null }) {
  const app = useApp();
  // A text, so that what happens elsewhere draws nothing here anew.
  const available = useAppState((state) => workflowActions.map((action) => action.available(state)).join());
  const problems = problemsOf(workflow, missing);
  const remedy = remedyOf(workflow, missing);
  const usable = workflow.problem === null;
  return (
    <header className={css.head}>
      <div className={css.headRow}>
        <h2 className={css.subject} title={workflow.name}>
          <bdi>{workflow.name}</bdi>
        </h2>
        <Menu
          label="Workflow"
          trigger={
            <IconButton label="More about this workflow">
              <Ellipsis />
            </IconButton>
          }
        >
          {workflowActions
            .filter((_, at) => available.split(',')[at] === 'true')
            .map((action) => (
              <MenuEntry key={action.id} onClick={() => action.run(app)}>
                <action.icon aria-hidden />
                {titleOf(action, app.store.getState())}
              </MenuEntry>
            ))}
        </Menu>
      </div>
      {workflow.problem === null && (
        <p className={css.about} title={workflow.description}>
          <bdi>{workflow.description}</bdi>
        </p>
      )}
      {usable && detail !== null && <Checks workflow={workflow} detail={detail} />}
      {problems.length > 0 && !(usable && detail !== null && detail.problems.length > 0) && (
        <div className={css.problems} role="status">
          {problems.slice(0, 4).map((problem) => (
            <p key={problem} className={parts.note}>
              <TriangleAlert aria-hidden />
              <span>{problem}</span>
            </p>
          ))}
          {problems.length > 4 && <p className={css.remedy}>and {problems.length - 4} more</p>}
          {remedy !== null && <p className={css.remedy}>{remedy}</p>}
          {workflow.problem !== null && workflow.source === 'user' && (
            <div className={css.ways}>
              <Button compact onClick={() => void showWorkflowFile(app, workflow.id)}>
                Show file in its folder
              </Button>
              <Button compact onClick={() => void deleteWorkflow(app, workflow)}>
                Move to the bin
              </Button>
            </div>
          )}
        </div>
      )}
    </header>
  );
}

/** The engine was not there to be asked: choices are missing from the form. */
function EngineAway({ words }: { words: string }) {
  const app = useApp();
  return (
    <div className={css.unread} role="status">
      <p className={parts.note}>
        <TriangleAlert aria-hidden />
        <span>{words}</span>
      </p>
      <Button compact onClick={() => app.set({ screen: 'settings', section: 'engine' })}>
        Engine settings
      </Button>
    </div>
  );
}

function Unread({ error, onRetry }: { error: ErrorValue; onRetry(): void }) {
  return (
    <div className={css.unread} role="alert">
      <p className={cx(parts.note, parts.bad)}>
        <TriangleAlert aria-hidden />
        <span>
          {error.message} {error.hint}
        </span>
      </p>
      <Button compact onClick={onRetry}>
        Try again
      </Button>
    </div>
  );
}

function Graph({ workflow, detail }: { workflow: Workflow; detail: WorkflowDetail | null }) {
  const params = useMemo(
    () =>
      new Map(
        workflow.params.flatMap((spec) => {
          const param = { name: spec.name, standard: standardWords(spec) };
          return spec.targets.map(({ node_id, input }) => [placeKey(node_id, input), param] as const);
        }),
      ),
    [workflow],
  );
  const running = useAppState(({ jobs, testRuns }) => {
    const job = jobs.get(testRuns[workflow.id] ?? '');
    return job?.status === 'running' ? (job.progress?.node ?? null) : null;
  });
  if (workflow.problem !== null) {
    return (
      <div className={css.noGraph}>
        <p>There is no graph to show until the file can be read.</p>
      </div>
    );
  }
  if (detail?.graph == null) return <div className={css.noGraph} />;
  return (
    <GraphView
      graph={detail.graph}
      names={detail.node_names}
      params={params}
      running={running}
      label={`Graph of ${workflow.name}`}
    />
  );
}

function standardWords(spec: ParamSpec): string | null {
  if (spec.default === undefined) return isSeedName(spec.name) ? 'random' : null;
  return spec.default === '' ? 'empty' : String(spec.default);
}

/** The files as they are, to be read and copied. */
function Source({ workflow, detail }: { workflow: Workflow; detail: WorkflowDetail }) {
  const app = useApp();
  const text = useMemo(() => JSON.stringify(detail.graph, null, 2), [detail.graph]);
  return (
    <div className={css.source}>
      <div className={css.sourceHead}>
        <p className={css.path} title={detail.file}>
          <bdi>{detail.file}</bdi>
        </p>
        <Button compact onClick={() => void copyText(app, text, 'Graph copied.')}>
          Copy
        </Button>
      </div>
      <CodeBlock label={`Graph of ${workflow.name} as JSON`} className={css.code}>
        {text}
      </CodeBlock>
    </div>
  );
}
