import { Dialog } from '@base-ui/react/dialog';
import { Brush, Contrast, Eraser, Redo2, SquareDashed, Trash2, Undo2, ZoomIn, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { originalAddress } from '../../shared/bridge.js';
import { inWords, toErrorValue } from '../../shared/errors.js';
import { useApp } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import overlays from '../ui/overlays.module.css';
import parts from '../ui/parts.module.css';
import { giveMask } from './give.js';
import css from './Inputs.module.css';
import {
  canRedo,
  canUndo,
  drawStep,
  emptyMask,
  firstBrush,
  largerBrush,
  type MaskHistory,
  type MaskStep,
  markedShare,
  type Point,
  rectangleOf,
  redone,
  smallerBrush,
  undone,
  withStep,
} from './mask-model.js';

interface MaskPainterProps {
  /** The picture that is painted on. */
  assetId: string;
  onClose(): void;
  /** The asset of the mask that was uploaded. */
  onMask(assetId: string): void;
}

/** Longest side of a mask in pixels: ComfyUI scales it to the picture. */
const longestSide = 2048;
const zooms = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8];
const unmarked = { x: '', y: '', width: '', height: '' };

/** A mask over a picture, by brush, or by numbers for who does not paint. */
export function MaskPainter({ assetId, onClose, onMask }: MaskPainterProps) {
  const app = useApp();
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const [history, setHistory] = useState<MaskHistory>(emptyMask);
  const [brush, setBrush] = useState(40);
  const [erase, setErase] = useState(false);
  const [zoom, setZoom] = useState<number | null>(null);
  const [share, setShare] = useState(0);
  const [rectangle, setRectangle] = useState(unmarked);
  const [error, setError] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const canvas = useRef<HTMLCanvasElement>(null);
  const table = useRef<HTMLDivElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const stroke = useRef<Point[] | null>(null);

  useEffect(() => {
    const context = contextOf(canvas.current);
    if (context === null || size === null) return;
    drawAll(context, history, size);
    setShare(markedShare(context.getImageData(0, 0, size.width, size.height).data));
  }, [history, size]);

  const add = (step: MaskStep) => setHistory((before) => withStep(before, step));
  const scale = size === null ? 1 : (zoom ?? fitting(size, table.current));
  const zoomBy = (step: 1 | -1) =>
    setZoom(
      step > 0 ? (zooms.find((one) => one > scale + 0.01) ?? 8) : (zooms.findLast((one) => one < scale - 0.01) ?? 0.1),
    );

  const place = (event: PointerEvent): Point => {
    const box = sheet.current?.getBoundingClientRect();
    if (box === undefined || size === null) return { x: 0, y: 0 };
    return {
      x: ((event.clientX - box.left) / box.width) * size.width,
      y: ((event.clientY - box.top) / box.height) * size.height,
    };
  };
  const begin = (event: PointerEvent) => {
    if (event.button !== 0 || size === null) return;
    sheet.current?.setPointerCapture(event.pointerId);
    stroke.current = [place(event)];
    follow();
  };
  const move = (event: PointerEvent) => {
    if (stroke.current === null) return;
    stroke.current.push(place(event));
    follow();
  };
  /** The stroke as far as it is painted, over what is there. */
  const follow = () => {
    const context = contextOf(canvas.current);
    const points = stroke.current?.slice(-2);
    if (context === null || points === undefined || size === null) return;
    drawStep(tinted(context, canvas.current), { kind: 'stroke', erase, size: brush, points }, size.width, size.height);
  };
  const end = () => {
    const points = stroke.current;
    stroke.current = null;
    if (points !== null) add({ kind: 'stroke', erase, size: brush, points });
  };

  const mark = (without: boolean) => {
    const step = size === null ? null : rectangleOf(rectangle, size, without);
    setError(step === null ? 'Nothing of that rectangle lies on the picture.' : null);
    if (step !== null) add(step);
  };
  const whole = () => {
    const step = size === null ? null : rectangleOf(unmarked, size, false);
    if (step !== null) add(step);
  };
  const use = async () => {
    setSending(true);
    try {
      onMask(await giveMask(app, await blackAndWhite(canvas.current), assetId));
      onClose();
    } catch (reason) {
      setError(inWords(toErrorValue(reason)));
      setSending(false);
    }
  };

  const keys: Readonly<Record<string, () => void>> = {
    '[': () => setBrush(smallerBrush),
    ']': () => setBrush(largerBrush),
    b: () => setErase(false),
    e: () => setErase(true),
    i: () => add({ kind: 'invert' }),
    Delete: () => add({ kind: 'clear' }),
    '+': () => zoomBy(1),
    '=': () => zoomBy(1),
    '-': () => zoomBy(-1),
    '0': () => setZoom(null),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // The window's own keys mean something else.
    event.stopPropagation();
    const typing = event.target instanceof HTMLInputElement;
    const mod = event.ctrlKey || event.metaKey;
    const run = mod
      ? event.key.toLowerCase() === 'z'
        ? () => setHistory(event.shiftKey ? redone : undone)
        : undefined
      : keys[event.key];
    if (typing || run === undefined) return;
    event.preventDefault();
    run();
  };

  return (
    <Dialog.Root open onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={overlays.backdrop} />
        <Dialog.Popup className={css.painter} onKeyDown={onKeyDown} data-testid="mask-painter">
          <div className={css.bar}>
            <Dialog.Title className={css.title}>Paint a mask</Dialog.Title>
            <IconButton label="Brush" keys="B" aria-pressed={!erase} onClick={() => setErase(false)}>
              <Brush />
            </IconButton>
            <IconButton label="Eraser" keys="E" aria-pressed={erase} onClick={() => setErase(true)}>
              <Eraser />
            </IconButton>
            <Button compact aria-label="Smaller brush" keys="[" onClick={keys['[']}>
              −
            </Button>
            <span className={css.size}>{brush} px</span>
            <Button compact aria-label="Larger brush" keys="]" onClick={keys[']']}>
              +
            </Button>
            <IconButton label="Undo" keys="Ctrl Z" disabled={!canUndo(history)} onClick={() => setHistory(undone)}>
              <Undo2 />
            </IconButton>
            <IconButton label="Redo" keys="Ctrl ⇧ Z" disabled={!canRedo(history)} onClick={() => setHistory(redone)}>
              <Redo2 />
            </IconButton>
            <IconButton label="Invert" keys="I" onClick={keys.i}>
              <Contrast />
            </IconButton>
            <IconButton label="Clear" keys="Del" onClick={keys.Delete}>
              <Trash2 />
            </IconButton>
            <span className={css.spring} />
            <IconButton label="Zoom out" keys="-" onClick={keys['-']}>
              <ZoomOut />
            </IconButton>
            <Button compact look="plain" aria-label="Fit the picture" keys="0" onClick={() => setZoom(null)}>
              {Math.round(scale * 100)} %
            </Button>
            <IconButton label="Zoom in" keys="+" onClick={keys['+']}>
              <ZoomIn />
            </IconButton>
          </div>
          <div className={css.table} ref={table}>
            <div
              className={css.sheet}
              ref={sheet}
              data-testid="mask-sheet"
              style={size === null ? undefined : { width: size.width * scale, height: size.height * scale }}
              onPointerDown={begin}
              onPointerMove={move}
              onPointerUp={end}
              onPointerCancel={end}
            >
              <img
                src={originalAddress(assetId)}
                alt="What is painted on"
                draggable={false}
                onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
                  const fit = Math.min(1, longestSide / Math.max(naturalWidth, naturalHeight));
                  const width = Math.max(1, Math.round(naturalWidth * fit));
                  const height = Math.max(1, Math.round(naturalHeight * fit));
                  setSize({ width, height });
                  setBrush(firstBrush(width, height));
                }}
                onError={() => setError('The picture can’t be shown, so nothing can be painted on it.')}
              />
              {size !== null && <canvas ref={canvas} width={size.width} height={size.height} aria-hidden />}
            </div>
          </div>
          <div className={cx(css.bar, css.low)}>
            <fieldset className={css.group} aria-label="Rectangle in pixels">
              {(['x', 'y', 'width', 'height'] as const).map((name) => (
                <input
                  key={name}
                  className={cx(parts.field, parts.num, css.number)}
                  aria-label={`Rectangle ${name}`}
                  placeholder={placeholder(name, size)}
                  inputMode="numeric"
                  value={rectangle[name]}
                  onChange={({ target: { value } }) => setRectangle((before) => ({ ...before, [name]: value }))}
                />
              ))}
              <Button compact onClick={() => mark(false)}>
                <SquareDashed aria-hidden />
                Mark
              </Button>
              <Button compact onClick={() => mark(true)}>
                Unmark
              </Button>
            </fieldset>
            <Button compact onClick={whole}>
              Whole image
            </Button>
            <span className={css.told} role="status">
              {share === 0 ? 'Nothing is marked yet' : `${Math.max(1, Math.round(share * 100))} % is made anew`}
            </span>
            {error !== null && (
              <span className={cx(parts.note, parts.bad)} role="alert">
                {error}
              </span>
            )}
            <span className={css.spring} />
            <Dialog.Close render={<Button>Cancel</Button>} />
            <Button look="solid" disabled={share === 0 || sending} onClick={() => void use()}>
              Use the mask
            </Button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function contextOf(canvas: HTMLCanvasElement | null): CanvasRenderingContext2D | null {
  return canvas?.getContext('2d', { willReadFrequently: true }) ?? null;
}

/** In the accent's colour: on a picture neither black nor white can be seen everywhere. */
function tinted(context: CanvasRenderingContext2D, canvas: HTMLCanvasElement | null): CanvasRenderingContext2D {
  const colour = canvas === null ? '' : getComputedStyle(canvas).getPropertyValue('--picture-accent');
  context.fillStyle = colour || 'orange';
  context.strokeStyle = context.fillStyle;
  return context;
}

function drawAll(
  context: CanvasRenderingContext2D,
  { steps, done }: MaskHistory,
  { width, height }: { width: number; height: number },
): void {
  context.clearRect(0, 0, width, height);
  for (const step of steps.slice(0, done)) drawStep(tinted(context, context.canvas), step, width, height);
}

/** White where the mask is, black elsewhere, as a PNG. */
async function blackAndWhite(mask: HTMLCanvasElement | null): Promise<Blob> {
  if (mask === null) throw new Error('There is no mask.');
  const copy = document.createElement('canvas');
  copy.width = mask.width;
  copy.height = mask.height;
  const context = contextOf(copy);
  if (context === null) throw new Error('The mask could not be drawn.');
  context.drawImage(mask, 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, copy.width, copy.height);
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = '#000';
  context.fillRect(0, 0, copy.width, copy.height);
  return new Promise((resolve, reject) => {
    copy.toBlob((blob) => (blob === null ? reject(new Error('The mask could not be encoded.')) : resolve(blob)));
  });
}

/** The zoom at which the whole picture is seen, at most its own size. */
function fitting({ width, height }: { width: number; height: number }, table: HTMLElement | null): number {
  if (table === null) return 1;
  const margin = 32;
  return Math.min(1, (table.clientWidth - margin) / width, (table.clientHeight - margin) / height);
}

function placeholder(name: keyof typeof unmarked, size: { width: number; height: number } | null): string {
  return { x: 'x', y: 'y', width: `${size?.width ?? 'width'}`, height: `${size?.height ?? 'height'}` }[name];
}
