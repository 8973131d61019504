import { ChevronDown, ChevronUp, Search } from 'lucide-react';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { IconButton } from '../ui/Button.js';
import { formatCount } from '../ui/format.js';
import { keyScrolled } from '../ui/key-scrolled.js';
import parts from '../ui/parts.module.css';
import { findAll, mostFound } from './find-text.js';
import css from './GraphOverlay.module.css';

/** Text to search in. What is found is marked without touching it, so that a megabyte stays one piece of text. */
export function GraphText({ text }: { text: string }) {
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const body = useRef<HTMLPreElement>(null);
  const found = useMemo(() => findAll(text, words), [text, words]);
  useMarks(body, found, words.length, at);
  const go = (by: 1 | -1) => found.length > 0 && setAt((at + by + found.length) % found.length);
  return (
    <>
      <search className={css.find}>
        <Search aria-hidden />
        <input
          aria-label="Find in the graph"
          placeholder="Find"
          value={words}
          spellCheck={false}
          onChange={(event) => {
            setWords(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
          }}
        />
        {words !== '' && (
          <span className={css.count} role="status">
            {found.length === 0
              ? 'Not found'
              : `${formatCount(at + 1)} of ${formatCount(found.length)}${found.length === mostFound ? ' or more' : ''}`}
          </span>
        )}
        <IconButton label="Previous" keys="Shift+Enter" small disabled={found.length === 0} onClick={() => go(-1)}>
          <ChevronUp />
        </IconButton>
        <IconButton label="Next" keys="Enter" small disabled={found.length === 0} onClick={() => go(1)}>
          <ChevronDown />
        </IconButton>
      </search>
      <section ref={keyScrolled} className={css.json} aria-label="Graph as JSON">
        <pre ref={body} className={parts.code}>
          {text}
        </pre>
      </section>
    </>
  );
}

/** Paints what was found, and scrolls to the one that the person is at. */
function useMarks(body: RefObject<HTMLElement | null>, found: readonly number[], length: number, at: number): void {
  useEffect(() => {
    const node = body.current?.firstChild;
    if (node == null) return;
    const rangeAt = (start: number) => {
      const range = new Range();
      range.setStart(node, start);
      range.setEnd(node, start + length);
      return range;
    };
    const here = found[at];
    CSS.highlights.set('found', new Highlight(...found.map(rangeAt)));
    if (here !== undefined) {
      const range = rangeAt(here);
      const current = new Highlight(range);
      current.priority = 1;
      CSS.highlights.set('found-here', current);
      scrollTo(body.current?.parentElement ?? null, range.getBoundingClientRect());
    }
    return () => {
      CSS.highlights.delete('found');
      CSS.highlights.delete('found-here');
    };
  }, [body, found, length, at]);
}

function scrollTo(scroller: HTMLElement | null, place: DOMRect): void {
  if (scroller === null) return;
  const room = scroller.getBoundingClientRect();
  if (place.top < room.top + 20 || place.bottom > room.bottom - 20) {
    scroller.scrollBy({ top: place.top - room.top - room.height / 3 });
  }
  if (place.left < room.left || place.right > room.right) scroller.scrollBy({ left: place.left - room.left - 40 });
}
