import { Check, Play, Plus, TriangleAlert } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { ReviewedProblem } from '../../../shared/contract-workflow-import.js';
import { type ErrorValue, inWords, toErrorValue } from '../../../shared/errors.js';
import { placeKey } from '../../../shared/graph-link.js';
import { nextImport } from '../../actions/import-workflow.js';
import { keyCaps } from '../../actions/keys.js';
import { useApp } from '../../store/hooks.js';
import { Button } from '../../ui/Button.js';
import { cx } from '../../ui/cx.js';
import { plural } from '../../ui/format.js';
import parts from '../../ui/parts.module.css';
import { ParameterDesigner } from '../designer/ParameterDesigner.js';
import type { EditedDesign } from '../designer/useDesign.js';
import { addReviewed } from './add.js';
import css from './Import.module.css';
import { Unchecked } from './Review.js';
import type { GraphSource } from './state.js';
import type { Reviewed } from './useReview.js';

interface ReviewFormProps {
  source: GraphSource;
  reviewed: Reviewed;
  /** What is to be a parameter. */
  design: EditedDesign;
  /** Files that wait after this one. */
  more: number;
}

/** The name, what was found, what is wrong and what would do instead, and adding it. */
export function ReviewForm({ source, reviewed, design, more }: ReviewFormProps) {
  const app = useApp();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [name, setName] = useState(reviewed.name);
  /** Values put in place of those that ComfyUI would refuse, by place. */
  const [instead, setInstead] = useState<ReadonlyMap<string, string>>(new Map());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorValue | null>(null);
  useEffect(() => field.current?.select(), []);

  const choose = ({ node_id = '', input = '' }: ReviewedProblem, value: string | null) => {
    const next = new Map(instead);
    if (value === null) next.delete(placeKey(node_id, input));
    else next.set(placeKey(node_id, input), value);
    setInstead(next);
  };
  const ready = !busy && name.trim() !== '' && design.issues.length === 0;
  const add = async (run: boolean) => {
    if (!ready) return;
    setBusy(true);
    try {
      await addReviewed(app, { source, reviewed, name: name.trim(), exposures: design.exposures, instead, run });
    } catch (thrown) {
      setError(toErrorValue(thrown));
      setBusy(false);
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void add(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!event.repeat) void add(event.shiftKey);
  };
  const { problems, warnings, unchecked } = reviewed;
  return (
    <form className={css.form} aria-label="The new workflow" onSubmit={onSubmit} onKeyDown={onKeyDown}>
      <div className={css.scroll}>
        <label htmlFor={id} className={css.label}>
          Name
        </label>
        <input
          ref={field}
          id={id}
          className={parts.field}
          value={name}
          maxLength={80}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <p className={css.facts}>{factsOf(reviewed)}</p>
        {unchecked !== undefined && <Unchecked words={unchecked} />}
        {problems.length > 0 && (
          <section aria-label="To be mended">
            <h2 className={css.heading}>To be mended</h2>
            {problems.map((problem) => (
              <Problem
                key={problem.message}
                problem={problem}
                chosen={instead.get(placeKey(problem.node_id ?? '', problem.input ?? '')) ?? null}
                onChoose={(value) => choose(problem, value)}
              />
            ))}
          </section>
        )}
        {warnings.length > 0 && (
          <section aria-label="Good to know">
            <h2 className={css.heading}>Good to know</h2>
            {warnings.map((warning) => (
              <p key={warning} className={css.warning}>
                {warning}
              </p>
            ))}
          </section>
        )}
        <section aria-label="Parameters" className={css.params}>
          <p className={cx(css.facts, css.paramWords)}>
            What is switched on can be set with every run, and agents get a tool with it. The rest stays as it is in the
            graph.
          </p>
          <ParameterDesigner design={design} />
        </section>
      </div>
      <div className={css.foot}>
        {error !== null && (
          <p className={cx(parts.note, parts.bad)} role="alert">
            <TriangleAlert aria-hidden />
            <span>{inWords(error)}</span>
          </p>
        )}
        <div className={css.actions}>
          <Button look="solid" type="submit" disabled={!ready} keys={keyCaps('mod+↵', app.client.platform).join(' ')}>
            <Plus aria-hidden />
            Add
          </Button>
          <Button disabled={!ready} onClick={() => void add(true)}>
            <Play aria-hidden />
            Add and run
          </Button>
          {more > 0 && (
            <Button look="plain" onClick={() => nextImport(app)}>
              Pass over
            </Button>
          )}
        </div>
      </div>
    </form>
  );
}

/** "9 nodes, 2 models. The editor’s graph is kept beside it." */
function factsOf({ graph, models, editor, description }: Reviewed): string {
  const counts = [
    plural(Object.keys(graph).length, 'node'),
    ...(models.length > 0 ? [plural(models.length, 'model')] : []),
  ];
  const kept = editor ? ' The editor’s own graph is kept beside it.' : '';
  return `${description === '' ? '' : `${description} `}${counts.join(', ')}.${kept}`;
}

interface ProblemProps {
  problem: ReviewedProblem;
  /** What was chosen instead. */
  chosen: string | null;
  onChoose(value: string | null): void;
}

function Problem({ problem, chosen, onChoose }: ProblemProps) {
  const app = useApp();
  const { message, nearest, input, node_id, url, folder, value } = problem;
  const canChoose = input !== undefined && node_id !== undefined && nearest.length > 0;
  return (
    <div className={css.problem} data-testid="import-problem" data-mended={chosen !== null || undefined}>
      {chosen === null ? (
        <p className={parts.note}>
          <TriangleAlert aria-hidden />
          <span>{message}</span>
        </p>
      ) : (
        <p className={parts.note}>
          <Check aria-hidden />
          <span>
            <bdi>{chosen}</bdi> stands in for <bdi>{value}</bdi>.
          </span>
        </p>
      )}
      {(canChoose || url !== undefined) && (
        <div className={css.ways}>
          {chosen !== null && (
            <Button compact look="plain" onClick={() => onChoose(null)}>
              Take back
            </Button>
          )}
          {chosen === null &&
            canChoose &&
            nearest.slice(0, 3).map((name) => (
              <Button key={name} compact onClick={() => onChoose(name)}>
                Use <bdi className={css.choice}>{name}</bdi>
              </Button>
            ))}
          {chosen === null && url !== undefined && (
            <Button
              compact
              look="plain"
              onClick={() => void app.client.invoke('open_external', { url }).catch(app.fail)}
            >
              Where it can be had{folder === undefined ? '' : ` (into ${folder})`}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
