import { ArrowLeft, Image, RefreshCw, TriangleAlert, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { cellCount, cellValues, cellWords, statusOf, summaryOf } from '../../shared/batch.js';
import { inWords } from '../../shared/errors.js';
import { isFinal, type Job } from '../../shared/job.js';
import { goToAsset } from '../actions/go.js';
import { openContactSheet, showGrid } from '../jobs/batch-calls.js';
import { batchGroups, groupWords, secondsLeft } from '../jobs/batch-groups.js';
import { retryJob } from '../jobs/retry.js';
import { failureOf, stepWords } from '../jobs/words.js';
import { useApp, useAppState } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { formatLeft } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { BatchCell } from './BatchCell.js';
import css from './BatchGrid.module.css';
import { type GridHeadings, headingsOf, stepCell } from './batch-grid.js';
import { useBatchGrid } from './useBatchGrid.js';
import { jobKey } from './view.js';

/** A batch in rows and columns, headed by the values that differ, in place of the gallery. */
export function BatchGrid({ batchId }: { batchId: string }) {
  const app = useApp();
  const { grid, jobs, error } = useBatchGrid(batchId);
  const current = useAppState((state) => state.current);
  const edge = useAppState((state) => state.window.cell);
  const root = useRef<HTMLElement>(null);
  const [at, setAt] = useState(0);
  const ready = grid !== null;
  useEffect(() => {
    if (ready) root.current?.querySelector<HTMLElement>('[data-cell][tabindex="0"]')?.focus();
  }, [ready]);
  // The lightbox may have gone on to another picture of it.
  const shown = [...jobs].find(([, job]) => current !== null && entryOf(job) === current)?.[0] ?? at;

  if (grid === null) {
    return (
      <section className={css.grid} aria-label="Batch">
        <div className={css.head}>
          <Back />
          <span role={error === null ? undefined : 'alert'}>{error === null ? '' : inWords(error)}</span>
        </div>
      </section>
    );
  }
  const { batch } = grid;
  const headings = headingsOf(batch);
  const total = cellCount(batch.plan);
  const stand = (cell: number) => {
    setAt(cell);
    const job = jobs.get(cell);
    if (job !== undefined) app.set({ current: entryOf(job) });
  };
  const open = (cell: number) => {
    const assetId = jobs.get(cell)?.asset_ids[0];
    if (assetId === undefined) return;
    goToAsset(app, assetId);
    app.set({ lightbox: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      showGrid(app, null);
      return;
    }
    const onCell = event.target instanceof HTMLElement && event.target.closest('[data-cell]') !== null;
    const next = onCell ? stepCell(headings.layout, total, shown, event.key) : undefined;
    if (next !== undefined) {
      event.preventDefault();
      stand(next);
      root.current?.querySelector<HTMLElement>(`[data-cell="${next}"]`)?.focus();
    } else if (onCell && (event.key === ' ' || event.key === 'Enter')) {
      event.preventDefault();
      open(shown);
    }
  };
  const cell = (number: number) => (
    <BatchCell
      cell={number}
      job={jobs.get(number)}
      words={cellWords(cellValues(batch.plan, number))}
      edge={edge}
      here={number === shown}
      onStand={stand}
      onOpen={open}
    />
  );
  return (
    <section
      className={css.grid}
      aria-label={`Batch ${batch.title}`}
      ref={root}
      data-testid="batch-grid"
      onKeyDown={onKeyDown}
    >
      <Head batchId={batchId} title={batch.title} jobs={jobs} />
      <CellBar job={jobs.get(shown)} words={cellWords(cellValues(batch.plan, shown))} onOpen={() => open(shown)} />
      <div className={css.scroll}>
        {'axes' in batch.plan ? (
          headings.sheets.map((sheet, number) => <Table key={sheet} {...{ headings, sheet, number, cell }} />)
        ) : (
          <ul className={css.list}>
            {batch.plan.cells.map((values, number) => (
              <li key={cellWords(values)} style={{ width: edge }}>
                {cell(number)}
                <span className={css.caption} title={cellWords(values)}>
                  {cellWords(values)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function entryOf(job: Job): string {
  return job.asset_ids[0] ?? jobKey(job.prompt_id);
}

interface TableProps {
  headings: GridHeadings;
  /** Heading of the sheet; empty for the only one. */
  sheet: string;
  number: number;
  cell(number: number): React.ReactNode;
}

function Table({ headings: { layout, columns, rows, across, down }, sheet, number, cell }: TableProps) {
  const first = number * layout.columns * layout.rows;
  return (
    <table className={css.table}>
      {sheet !== '' && <caption>{sheet}</caption>}
      <thead>
        <tr>
          <td className={css.corner}>
            {down !== '' && <span className={css.down}>{down} ↓</span>}
            <span className={css.across}>{across} →</span>
          </td>
          {columns.map((word) => (
            <th key={word} scope="col" title={word}>
              <span>{word}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((word, row) => (
          <tr key={word}>
            <th scope="row" title={word}>
              <span>{word}</span>
            </th>
            {columns.map((column, at) => (
              <td key={column}>{cell(first + row * layout.columns + at)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Back() {
  const app = useApp();
  return (
    <IconButton label="Back to the gallery" keys="Esc" onClick={() => showGrid(app, null)}>
      <ArrowLeft />
    </IconButton>
  );
}

function Head({ batchId, title, jobs }: { batchId: string; title: string; jobs: ReadonlyMap<number, Job> }) {
  const app = useApp();
  const batch = useAppState((state) => state.batches.get(batchId));
  const [making, setMaking] = useState(false);
  const all = [...jobs.values()];
  const group = batch === undefined ? undefined : batchGroups([batch], all)[0];
  const left = group === undefined || group.endedAt !== null ? null : secondsLeft(group, all, batchId);
  const over = all.every(({ status }) => isFinal(status));
  const status = statusOf(summaryOf(all));
  const words = group === undefined ? [status] : groupWords(group);
  if (left !== null) words.push(`about ${formatLeft(left)} left`);
  const sheet = async () => {
    setMaking(true);
    await openContactSheet(app, batchId);
    setMaking(false);
  };
  return (
    <div className={css.head}>
      <Back />
      <h2 dir="auto" title={title}>
        {title}
      </h2>
      <output className={css.words}>{words.join(', ')}</output>
      <span className={parts.grow} />
      {!over && (
        <Button onClick={() => app.set({ cancellingBatch: batchId })}>
          <X aria-hidden />
          Cancel the rest
        </Button>
      )}
      {over && (
        <Button disabled={making} onClick={() => void sheet()}>
          <Image aria-hidden />
          Contact sheet
        </Button>
      )}
    </div>
  );
}

/** What is known of the cell one stands on, and what can be done with it. */
function CellBar({ job, words, onOpen }: { job: Job | undefined; words: string; onOpen(): void }) {
  const app = useApp();
  if (job === undefined) return null;
  const failed = job.status === 'error' || job.status === 'lost';
  const failure = failed ? failureOf(job) : null;
  const seeded = 'seed' in job.parameters || 'noise_seed' in job.parameters;
  const made = job.asset_ids.length > 0;
  return (
    <div className={css.cellBar} data-testid="batch-cell">
      <div className={css.about}>
        <b title={words}>{words}</b>
        {failed && <TriangleAlert className={css.stateIcon} aria-hidden />}
        <span className={css.state} data-bad={failed || undefined}>
          {failure === null ? stateWords(job) : [failure.sentence, failure.hint].filter(Boolean).join(' ')}
        </span>
      </div>
      {made && (
        <Button onClick={onOpen} keys="Space">
          <Image aria-hidden />
          Open
        </Button>
      )}
      {isFinal(job.status) && (
        <Button
          onClick={() => void retryJob(app, job.prompt_id, job.status === 'completed' && seeded ? { seed: -1 } : {})}
        >
          <RefreshCw aria-hidden />
          {job.status === 'completed' && seeded ? 'Make it again with a new seed' : 'Make it again'}
        </Button>
      )}
      {!isFinal(job.status) && (
        <Button onClick={() => app.set({ cancelling: job.prompt_id })}>
          <X aria-hidden />
          Cancel this one
        </Button>
      )}
    </div>
  );
}

function stateWords(job: Job): string {
  if (job.status === 'running') return `Running ${stepWords(job)}`.trim();
  if (job.status === 'queued') return 'Waiting';
  if (job.status === 'cancelled') return 'Cancelled';
  const { seed, noise_seed: other } = job.parameters;
  if (job.asset_ids.length === 0) return 'In the bin, or nothing was saved';
  const used = seed ?? other;
  return used === undefined || used === null ? '' : `seed ${used}`;
}
