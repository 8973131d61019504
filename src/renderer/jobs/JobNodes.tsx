import { Check, Circle, CircleDashed } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Job, JobNode } from '../../shared/job.js';
import { useApp } from '../store/hooks.js';
import { cx } from '../ui/cx.js';
import { formatTook } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import css from './Queue.module.css';
import { stepWords } from './words.js';

/** The nodes of the running job in their order, each with its time or its steps. */
export function JobNodes({ job }: { job: Job }) {
  const nodes = useNodes(job);
  const current = useRef<HTMLDivElement>(null);
  const at = job.progress?.node ?? null;
  useEffect(() => {
    if (at !== null) current.current?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const shown = nodes.map((node) =>
    node.node_id === at && node.state === 'waits' ? { ...node, state: 'running' as const } : node,
  );
  const begun = shown.filter((node) => node.state !== 'waits').length;
  const { value = 0, max = 0 } = job.progress ?? {};
  return (
    <section className={css.side} aria-label="Nodes" data-testid="job-nodes">
      <div className={css.sideHead}>
        <h3>Nodes</h3>
        {shown.length > 0 && <span>{`${begun} of ${shown.length}`}</span>}
      </div>
      <ol className={css.nodes}>
        {shown.map((node) => (
          <li key={node.node_id}>
            <div
              className={css.node}
              data-state={node.state}
              aria-current={node.state === 'running' ? 'step' : undefined}
              ref={node.state === 'running' ? current : undefined}
            >
              <StateIcon state={node.state} />
              <span className={parts.clip} title={node.title}>
                {node.title}
              </span>
              <span className={cx(css.nodeFact, parts.num)}>{factOf(node, job)}</span>
            </div>
            {node.state === 'running' && (
              <div className={css.factBar}>
                <i style={{ width: `${max > 0 ? Math.min(100, (value / max) * 100) : 0}%` }} />
              </div>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function StateIcon({ state }: Pick<JobNode, 'state'>) {
  if (state === 'running') return <CircleDashed aria-hidden />;
  return state === 'waits' ? <Circle aria-hidden /> : <Check aria-hidden />;
}

function factOf(node: JobNode, job: Job): string {
  if (node.state === 'running') return stepWords(job);
  if (node.state === 'done') return node.elapsed_ms === null ? 'done' : formatTook(node.elapsed_ms);
  return node.state;
}

/** Asked for anew whenever another node begins. */
function useNodes({ prompt_id, progress }: Job): readonly JobNode[] {
  const app = useApp();
  const [nodes, setNodes] = useState<readonly JobNode[]>([]);
  const at = progress?.node ?? null;
  // One object for each node that begins, so that the effect runs for each.
  const wish = useMemo(() => ({ prompt_id, at }), [prompt_id, at]);
  useEffect(() => {
    let wanted = true;
    app.client.invoke('get_job_nodes', { prompt_id: wish.prompt_id }).then(
      (answer) => {
        // A job that ends meanwhile has none: what was shown last stays until the next one takes its place.
        if (wanted && answer.nodes.length > 0) setNodes(answer.nodes);
      },
      (error: unknown) => {
        if (wanted) app.fail(error);
      },
    );
    return () => {
      wanted = false;
    };
  }, [app, wish]);
  return nodes;
}
