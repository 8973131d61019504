import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { leaveImport } from '../../actions/import-workflow.js';
import { GraphView } from '../../graph/GraphView.js';
import { useApp, useMedia } from '../../store/hooks.js';
import { Button } from '../../ui/Button.js';
import { Segments } from '../../ui/controls.js';
import parts from '../../ui/parts.module.css';
import css from './Import.module.css';
import { Refused } from './Refused.js';
import { ReviewForm } from './ReviewForm.js';
import type { GraphSource } from './state.js';
import { type Reviewed, useReview } from './useReview.js';

/** Where the graph has no room of its own. The same in the style sheet. */
const narrow = '(max-width: 1040px)';

/** What is in a graph, before it is added. */
export function Review({ source: given, more }: { source: GraphSource; more: number }) {
  const [source] = useState(given);
  const isNarrow = useMedia(narrow);
  const [side, setSide] = useState<'workflow' | 'graph'>('workflow');
  const { reviewed, error, retry } = useReview(source);
  if (error !== null) return <Refused error={error} more={more} onRetry={retry} />;
  if (reviewed === null) return <div className={css.reading} role="status" aria-label="Reading the graph" />;
  const graph = <Picture reviewed={reviewed} />;
  return (
    <div className={css.review} data-testid="review">
      <div className={css.reviewSide}>
        {isNarrow && (
          <div className={css.sides}>
            <Segments
              label="Show"
              value={side}
              choices={[
                { value: 'workflow', label: 'Workflow' },
                { value: 'graph', label: 'Graph' },
              ]}
              onChange={(next) => setSide(next)}
            />
          </div>
        )}
        {/* Hidden, not gone: what was changed stays. */}
        <div className={css.formPlace} hidden={isNarrow && side === 'graph'}>
          <ReviewForm source={source} reviewed={reviewed} more={more} />
        </div>
        {isNarrow && side === 'graph' && <div className={css.graph}>{graph}</div>}
      </div>
      {!isNarrow && <div className={css.graph}>{graph}</div>}
    </div>
  );
}

function Picture({ reviewed: { graph, node_names, name } }: { reviewed: Reviewed }) {
  return <GraphView graph={graph} names={node_names} params={noParams} label={`Graph of ${name}`} />;
}

const noParams = new Map();

export function Unchecked({ words }: { words: string }) {
  const app = useApp();
  return (
    <div className={css.unchecked} role="status">
      <p className={parts.note}>
        <TriangleAlert aria-hidden />
        <span>It could not be held against ComfyUI. {words}</span>
      </p>
      <Button compact onClick={() => app.set({ screen: 'settings', section: 'engine' })}>
        Engine settings
      </Button>
      <Button compact look="plain" onClick={() => leaveImport(app)}>
        Choose another
      </Button>
    </div>
  );
}
