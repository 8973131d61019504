import { TriangleAlert } from 'lucide-react';
import type { ErrorValue } from '../../../shared/errors.js';
import { copyText } from '../../actions/asset.js';
import { leaveImport, nextImport } from '../../actions/import-workflow.js';
import { useApp } from '../../store/hooks.js';
import { Button } from '../../ui/Button.js';
import { cx } from '../../ui/cx.js';
import { plural } from '../../ui/format.js';
import css from './Import.module.css';
import { type Refusal, refusalOf } from './refusal.js';

/** So many sentences are shown. */
const most = 12;

/** Why a graph can't be taken in, and the ways on. */
export function Refused({ error, more, onRetry }: { error: ErrorValue; more: number; onRetry(): void }) {
  const app = useApp();
  const { lacking, others } = refusalOf(error);
  return (
    <div className={css.refused} role="alert" data-testid="refused">
      <div>
        <span className={css.refusedIcon}>
          <TriangleAlert aria-hidden />
        </span>
        <h2>{titleOf(lacking)}</h2>
        {lacking.length > 0 && (
          <ul className={css.lacking}>
            {lacking.map(({ classType, pack, nodes }) => (
              <li key={classType}>
                <b>
                  <bdi>{classType}</bdi>
                </b>
                <span>
                  {pack === null ? 'of an unknown pack' : `of the pack ${pack}`}
                  {nodes.length > 0 && `, ${nodes.length === 1 ? 'node' : 'nodes'} ${nodes.slice(0, 6).join(', ')}`}
                </span>
              </li>
            ))}
          </ul>
        )}
        {others.slice(0, most).map((words) => (
          <p key={words}>{words}</p>
        ))}
        {others.length > most && <p>and {others.length - most} more</p>}
        {error.hint !== undefined && <p className={css.quiet}>{error.hint}</p>}
        <div className={cx(css.actions, css.refusedActions)}>
          <Button look="solid" onClick={() => leaveImport(app)}>
            Choose another
          </Button>
          <Button onClick={onRetry}>Read it again</Button>
          {lacking.length > 0 && (
            <Button look="plain" onClick={() => void copyText(app, namesOf(lacking), 'Names copied.')}>
              Copy the names
            </Button>
          )}
          {more > 0 && (
            <Button look="plain" onClick={() => nextImport(app)}>
              Next file
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

function titleOf(lacking: Refusal['lacking']): string {
  if (lacking.length === 0) return 'This can’t be made a workflow';
  const what = lacking.length === 1 ? 'a node' : plural(lacking.length, 'node');
  return `This graph needs ${what} that ComfyUI does not have`;
}

function namesOf(lacking: Refusal['lacking']): string {
  return lacking.map(({ classType, pack }) => (pack === null ? classType : `${classType} (${pack})`)).join('\n');
}
