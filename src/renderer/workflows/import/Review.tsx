import { TriangleAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import { placeKey } from '../../../shared/graph-link.js';
import { leaveImport } from '../../actions/import-workflow.js';
import { GraphView } from '../../graph/GraphView.js';
import { useApp, useMedia } from '../../store/hooks.js';
import { Button } from '../../ui/Button.js';
import { Segments } from '../../ui/controls.js';
import parts from '../../ui/parts.module.css';
import { type EditedDesign, useDesign } from '../designer/useDesign.js';
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
  const { answer: reviewed, count, error, retry } = useReview(source);
  if (error !== null) return <Refused error={error} more={more} onRetry={retry} />;
  if (reviewed === null) return <div className={css.reading} role="status" aria-label="Reading the graph" />;
  return <Found key={count} source={source} reviewed={reviewed} more={more} />;
}

interface FoundProps {
  source: GraphSource;
  reviewed: Reviewed;
  more: number;
}

function Found({ source, reviewed, more }: FoundProps) {
  const isNarrow = useMedia(narrow);
  const [side, setSide] = useState<'workflow' | 'graph'>('workflow');
  const design = useDesign(reviewed.inputs, {}, { proposed: true });
  const graph = <Picture reviewed={reviewed} design={design} />;
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
          <ReviewForm source={source} reviewed={reviewed} design={design} more={more} />
        </div>
        {isNarrow && side === 'graph' && <div className={css.graph}>{graph}</div>}
      </div>
      {!isNarrow && <div className={css.graph}>{graph}</div>}
    </div>
  );
}

function Picture({ reviewed, design }: { reviewed: Reviewed; design: EditedDesign }) {
  const { graph, node_names, name } = reviewed;
  const { exposures } = design;
  const params = useMemo(
    () =>
      new Map(
        exposures.flatMap(({ name: param, targets, default: value }) =>
          targets.map(({ node_id, input }) => {
            const standard = value === undefined || value === null ? null : String(value);
            return [placeKey(node_id, input), { name: param, standard }] as const;
          }),
        ),
      ),
    [exposures],
  );
  return <GraphView graph={graph} names={node_names} params={params} label={`Graph of ${name}`} />;
}

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
