import { TriangleAlert } from 'lucide-react';
import { cx } from '../ui/cx.js';
import parts from '../ui/parts.module.css';

/** What keeps edits of a workflow from being saved, and why the last try failed. */
export function SaveNotes({ overtaken, error }: { overtaken: boolean; error: string | null }) {
  return (
    <>
      {overtaken && (
        <p className={parts.note} role="status">
          <TriangleAlert aria-hidden />
          <span>The file has changed since you began. Your edits are still here, and can’t be saved over it.</span>
        </p>
      )}
      {error !== null && (
        <p className={cx(parts.note, parts.bad)} role="alert">
          <TriangleAlert aria-hidden />
          <span>{error}</span>
        </p>
      )}
    </>
  );
}
