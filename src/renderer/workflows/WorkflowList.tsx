import { TriangleAlert } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import type { Workflow } from '../../shared/workflow.js';
import { deleteWorkflow } from '../actions/workflow.js';
import { useApp, useAppState } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import { SearchField } from '../ui/SearchField.js';
import { type Missing, problemsOf, stepIn, toolWords, type WorkflowGroup } from './list.js';
import css from './WorkflowList.module.css';

interface WorkflowListProps {
  groups: readonly WorkflowGroup[];
  missing: ReadonlyMap<string, Missing>;
  current: string;
  query: string;
  onQuery(query: string): void;
}

/** Every workflow by kind. Arrows go through it, also from the search field. */
export function WorkflowList({ groups, missing, current, query, onQuery }: WorkflowListProps) {
  const app = useApp();
  const list = useRef<HTMLDivElement>(null);
  const shown = groups.some(({ workflows }) => workflows.some(({ id }) => id === current));
  const entry = shown ? current : groups[0]?.workflows[0]?.id;

  const go = (id: string | undefined, focus: boolean) => {
    if (id === undefined) return;
    app.set({ workflow: id });
    const option = list.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
    option?.scrollIntoView({ block: 'nearest' });
    if (focus) option?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const mine = groups
      .flatMap(({ workflows }) => workflows)
      .find(({ id, source }) => id === current && source === 'user');
    if (event.key === 'Delete' && mine !== undefined) {
      event.preventDefault();
      void deleteWorkflow(app, mine);
      return;
    }
    const next = stepIn(groups, shown ? current : null, event.key);
    if (next === undefined) return;
    event.preventDefault();
    go(next, true);
  };

  return (
    <aside className={css.list} aria-label="Workflows">
      <div className={css.search}>
        <SearchField
          label="Search workflows"
          value={query}
          onChange={onQuery}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown') return;
            event.preventDefault();
            go(shown ? current : entry, true);
          }}
        />
      </div>
      {groups.length === 0 ? (
        <div className={css.none} role="status">
          <p>Nothing has all these words in its name, tool or description.</p>
          <Button compact onClick={() => onQuery('')}>
            Clear the search
          </Button>
        </div>
      ) : (
        <div ref={list} className={css.rows}>
          {groups.map(({ kind, title, workflows }) => (
            <section key={kind} aria-label={title}>
              <h2 className={css.kind}>
                {title} <span>{workflows.length}</span>
              </h2>
              <ul>
                {workflows.map((workflow) => (
                  <li key={workflow.id}>
                    <Row
                      workflow={workflow}
                      problems={problemsOf(workflow, missing.get(workflow.id))}
                      chosen={workflow.id === current}
                      entry={workflow.id === entry}
                      onChoose={() => go(workflow.id, false)}
                      onKeyDown={onKeyDown}
                    />
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      )}
    </aside>
  );
}

interface RowProps {
  workflow: Workflow;
  problems: readonly string[];
  chosen: boolean;
  /** The one that Tab comes to. */
  entry: boolean;
  onChoose(): void;
  onKeyDown(event: KeyboardEvent): void;
}

function Row({ workflow, problems, chosen, entry, onChoose, onKeyDown }: RowProps) {
  const disabled = useAppState((state) => state.settings?.values.disabled_tools ?? none);
  const [first, ...others] = problems;
  return (
    <button
      type="button"
      className={cx(css.row, chosen && css.chosen)}
      aria-current={chosen ? 'true' : undefined}
      tabIndex={entry ? 0 : -1}
      data-id={workflow.id}
      data-testid="workflow"
      onClick={onChoose}
      onKeyDown={onKeyDown}
    >
      <b className={css.name}>
        <bdi>{workflow.name}</bdi>
      </b>
      <span className={css.badge}>{workflow.source === 'bundled' ? 'built in' : 'yours'}</span>
      <span className={css.tool}>
        <bdi>{toolWords(workflow, disabled)}</bdi>
      </span>
      {first !== undefined && (
        <span className={css.problem}>
          <TriangleAlert aria-hidden />
          <span>
            {first}
            {others.length > 0 && `, and ${others.length} more`}
          </span>
        </span>
      )}
    </button>
  );
}

const none: readonly string[] = [];
