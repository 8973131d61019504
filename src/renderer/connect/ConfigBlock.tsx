import { Copy } from 'lucide-react';
import { copyText } from '../actions/asset.js';
import { useApp } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { CodeBlock } from '../ui/CodeBlock.js';
import css from './Connect.module.css';

interface ConfigBlockProps {
  title: string;
  text: string;
  note?: string;
  /** Long single lines break instead of scrolling. */
  wrap?: boolean;
}

/** Lines to paste somewhere, with a button that copies them. */
export function ConfigBlock({ title, text, note, wrap }: ConfigBlockProps) {
  const app = useApp();
  return (
    <div className={css.block}>
      <div className={css.blockHead}>
        <h2>{title}</h2>
        <Button compact aria-label={`Copy: ${title}`} onClick={() => void copyText(app, text, 'Copied.')}>
          <Copy aria-hidden />
          Copy
        </Button>
      </div>
      <CodeBlock label={title} className={wrap ? css.wrap : undefined}>
        {text}
      </CodeBlock>
      {note !== undefined && <p className={css.small}>{note}</p>}
    </div>
  );
}
