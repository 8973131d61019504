import { lazy, Suspense } from 'react';
import css from './Graph.module.css';
import type { GraphWords } from './model.js';

export interface GraphViewProps extends GraphWords {
  /** A graph in API format. The picture starts anew when it is another object. */
  graph: Readonly<Record<string, unknown>>;
  /** What it is the graph of: the name of the region. */
  label: string;
  /** The node that works now. */
  running?: string | null;
}

/** Most starts never show a graph: what draws it is loaded with the first one. */
const Flow = lazy(async () => ({ default: (await import('./Flow.js')).Flow }));

/** A graph as a picture: boxes and wires, to be moved and zoomed by pointer, wheel and keys. */
export function GraphView(props: GraphViewProps) {
  return (
    <section className={css.graph} aria-label={props.label} data-testid="graph">
      <Suspense fallback={null}>
        <Flow {...props} />
      </Suspense>
    </section>
  );
}
