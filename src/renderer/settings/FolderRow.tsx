import { TriangleAlert, X } from 'lucide-react';
import { Button, IconButton } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import parts from '../ui/parts.module.css';
import { Row } from './Row.js';
import css from './Settings.module.css';

interface FolderRowProps {
  title: string;
  text: string;
  path: string | null;
  /** Said in its place while there is none. */
  missing: string;
  note: string | null;
  fault: string | null;
  lock: string | null;
  error: string | null;
  /** It was set here, so it can be forgotten here. */
  chosen: boolean;
  onChoose(): void;
  onForget(): void;
}

/** A folder: where it is, another one, none. */
export function FolderRow({
  title,
  text,
  path,
  missing,
  note,
  fault,
  lock,
  error,
  chosen,
  onChoose,
  onForget,
}: FolderRowProps) {
  return (
    <Row title={title} text={text} lock={lock} error={error}>
      <div className={css.inline}>
        <span className={path === null ? cx(css.unit, parts.grow) : css.path}>{path ?? missing}</span>
        {lock === null && (
          <>
            {chosen && (
              <IconButton label={`Forget: ${title}`} side="left" onClick={onForget}>
                <X />
              </IconButton>
            )}
            <Button onClick={onChoose} aria-label={`Choose: ${title}`}>
              Choose…
            </Button>
          </>
        )}
      </div>
      {note !== null && <div className={parts.note}>{note}</div>}
      {fault !== null && (
        <div className={cx(parts.note, parts.bad)}>
          <TriangleAlert aria-hidden />
          <span>{fault}</span>
        </div>
      )}
    </Row>
  );
}
