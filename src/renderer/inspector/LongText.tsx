import { useState } from 'react';
import { Button } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import { formatCount } from '../ui/format.js';
import css from './Inspector.module.css';
import { shorten } from './long-text.js';

/** Text as it was written, however long, in whatever script; what is long is cut until all of it is asked for. */
export function LongText({ text }: { text: string }) {
  const [all, setAll] = useState(false);
  const short = shorten(text);
  const cut = short.length < text.length;
  return (
    <>
      <p className={cx(css.text, all && css.whole)} dir="auto">
        {all ? text : short}
        {cut && !all && '…'}
      </p>
      {cut && (
        <Button compact look="plain" className={css.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show less' : `Show all ${formatCount(text.length)} characters`}
        </Button>
      )}
    </>
  );
}
