import '@xyflow/react/dist/base.css';
import {
  BaseEdge,
  type EdgeProps,
  Handle,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
} from '@xyflow/react';
import { Maximize, Minus, Plus, TriangleAlert } from 'lucide-react';
import { type KeyboardEvent, memo, useEffect, useMemo, useRef, useState } from 'react';
import { IconButton } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import { type BoxNode, boxTowards, flowParts, isDirection, ports, type WireEdge } from './flow-parts.js';
import css from './Graph.module.css';
import type { GraphViewProps } from './GraphView.js';
import { type GraphParam, type GraphRow, graphModel } from './model.js';
import { wirePath } from './wire.js';

const nodeTypes = { box: memo(Box) };
const edgeTypes = { wire: memo(Wire) };
/** Room above for the buttons. */
const fit = { padding: { top: '48px', x: '20px', bottom: '24px' }, minZoom: 0.2, maxZoom: 1 } as const;
/** From so many boxes on only those in sight are in the page. */
const manyBoxes = 400;
const words = {
  'node.a11yDescription.default': 'Arrow keys go to the next node, Enter chooses it.',
} as const;

export function Flow({ graph, names, params, label, running }: GraphViewProps) {
  const parts = useMemo(() => flowParts(graphModel(graph, { names, params })), [graph, names, params]);
  return (
    <ReactFlowProvider key={label}>
      <Canvas {...parts} running={running ?? null} />
    </ReactFlowProvider>
  );
}

function Canvas({ nodes, edges, running }: ReturnType<typeof flowParts> & { running: string | null }) {
  const flow = useReactFlow<BoxNode>();
  const root = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [stand, setStand] = useState<string | null>(null);
  const moved = useRef(false);
  useRefit(nodes, moved);

  // One box is in the order of Tab; arrows go on from it.
  const entry = nodes.some(({ id }) => id === stand) ? stand : (nodes[0]?.id ?? null);
  const shown = useMemo(
    () =>
      nodes.map((node) => ({
        ...node,
        selected: node.id === chosen,
        domAttributes: { tabIndex: node.id === entry ? 0 : -1 },
        data: node.id === running ? { ...node.data, running: true } : node.data,
      })),
    [nodes, chosen, entry, running],
  );
  const wires = useMemo(
    () =>
      edges.map((edge) => {
        const lit = chosen !== null && (edge.source === chosen || edge.target === chosen);
        return { ...edge, className: lit ? css.lit : undefined, zIndex: lit ? 1 : 0 };
      }),
    [edges, chosen],
  );

  const focusBox = (id: string) => {
    setStand(id);
    root.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === '+' || event.key === '=') void flow.zoomIn();
    else if (event.key === '-') void flow.zoomOut();
    else if (event.key === '0') void flow.fitView(fit);
    else if (event.key === 'Escape' && chosen !== null) setChosen(null);
    else if (isDirection(event.key) && entry !== null) {
      const next = boxTowards(nodes, entry, event.key);
      if (next !== undefined) focusBox(next);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={root} className={css.canvas}>
      <ReactFlow
        nodes={shown}
        edges={wires}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodeClick={(_, node) => {
          setStand(node.id);
          setChosen(node.id);
        }}
        onNodesChange={(changes) => {
          for (const change of changes) if (change.type === 'select' && change.selected) setChosen(change.id);
        }}
        onPaneClick={() => setChosen(null)}
        onKeyDown={onKeyDown}
        onMoveStart={(event) => {
          // Moves of ours come without an event.
          if (event !== null) moved.current = true;
        }}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        minZoom={0.1}
        maxZoom={2}
        zoomOnDoubleClick={false}
        fitView
        fitViewOptions={fit}
        onlyRenderVisibleElements={nodes.length > manyBoxes}
        ariaLabelConfig={words}
        proOptions={{ hideAttribution: true }}
      />
      <div className={css.tools}>
        <IconButton label="Zoom out" keys="−" side="bottom" onClick={() => void flow.zoomOut()}>
          <Minus />
        </IconButton>
        <IconButton label="Zoom in" keys="+" side="bottom" onClick={() => void flow.zoomIn()}>
          <Plus />
        </IconButton>
        <IconButton label="Fit the graph" keys="0" side="bottom" onClick={() => void flow.fitView(fit)}>
          <Maximize />
        </IconButton>
      </div>
    </div>
  );
}

/** Fits again when the room or the graph changes, until the person has moved the picture. */
function useRefit(nodes: readonly BoxNode[], moved: { readonly current: boolean }): void {
  const { fitView } = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  useEffect(() => {
    if (width > 0 && height > 0 && nodes.length > 0 && !moved.current) void fitView(fit);
  }, [fitView, width, height, nodes, moved]);
}

function Box({ data: { box, ports: at, running }, selected }: NodeProps<BoxNode>) {
  return (
    <div className={cx(css.box, selected && css.chosen, running && css.running)}>
      <div className={css.head}>
        <b className={css.title} title={box.title}>
          <bdi>{box.title}</bdi>
        </b>
        {box.subtitle !== null && (
          <span className={css.subtitle} title={box.subtitle}>
            {box.subtitle}
          </span>
        )}
      </div>
      {box.rows.length > 0 && (
        <div className={css.rows}>
          {box.rows.map((row) => (
            <Row key={row.input} row={row} />
          ))}
          {box.more > 0 && <div className={css.row}>{box.more} more</div>}
        </div>
      )}
      {at.inputs.map(({ input, y }) => (
        <Handle
          key={input}
          id={input}
          type="target"
          position={Position.Left}
          style={{ top: y }}
          isConnectable={false}
        />
      ))}
      {at.top && <Handle id={ports.top} type="target" position={Position.Top} isConnectable={false} />}
      {at.right && (
        <Handle id={ports.right} type="source" position={Position.Right} style={{ top: 15 }} isConnectable={false} />
      )}
      {at.bottom && <Handle id={ports.bottom} type="source" position={Position.Bottom} isConnectable={false} />}
    </div>
  );
}

function Row({ row: { input, value, param, from, broken } }: { row: GraphRow }) {
  return (
    <div className={css.row}>
      <span className={css.input}>{input}</span>
      {param !== null && <Param param={param} />}
      {value !== null && (
        <span className={css.value} title={value}>
          <bdi>{value}</bdi>
        </span>
      )}
      {broken && (
        <span className={css.value} title={`There is no node ${from}`}>
          <TriangleAlert aria-hidden /> missing
        </span>
      )}
    </div>
  );
}

/** What fills an input on every call: the value it gets without one, else the parameter's name. */
function Param({ param: { name, standard } }: { param: GraphParam }) {
  const words = standard === null ? 'which every call gives' : `${standard} unless a call says otherwise`;
  return (
    <span className={css.param} title={`The parameter ${name}, ${words}`}>
      <bdi>{standard ?? name}</bdi>
    </span>
  );
}

/** A wire in curves, level where it passes a column. */
function Wire({ id, sourceX, sourceY, targetX, targetY, targetHandleId, data }: EdgeProps<WireEdge>) {
  const path = wirePath(
    { x: sourceX, y: sourceY },
    { x: targetX, y: targetY },
    targetHandleId === ports.top ? 'down' : (data?.lanes ?? []),
  );
  return <BaseEdge id={id} path={path} interactionWidth={0} />;
}
