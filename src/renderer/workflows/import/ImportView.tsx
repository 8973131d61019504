import { ArrowLeft } from 'lucide-react';
import { useEffect } from 'react';
import { leaveImport, reviewDropped } from '../../actions/import-workflow.js';
import { isTyping } from '../../actions/keys.js';
import { useApp } from '../../store/hooks.js';
import { IconButton } from '../../ui/Button.js';
import { DropArea } from '../../ui/DropArea.js';
import { plural } from '../../ui/format.js';
import parts from '../../ui/parts.module.css';
import css from './Import.module.css';
import { Places } from './Places.js';
import { Review } from './Review.js';
import type { WorkflowImport } from './state.js';

/** Over the list of workflows: where to find one, and then what is in it. */
export function ImportView({ incoming }: { incoming: WorkflowImport }) {
  const app = useApp();
  const { chosen, waiting } = incoming;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing || isTyping(event.target)) return;
      const { palette, shortcuts } = app.store.getState();
      // What lies over the page closes first.
      if (palette || shortcuts || document.querySelector('[role="dialog"], [role="listbox"], [role="menu"]')) return;
      event.preventDefault();
      leaveImport(app);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [app]);
  return (
    <>
      <div className={parts.toolbar}>
        <IconButton label="Back" keys="Esc" onClick={() => leaveImport(app)}>
          <ArrowLeft />
        </IconButton>
        <h1>{chosen === null ? 'Import a workflow' : 'Review'}</h1>
        {waiting.length > 0 && (
          <span className={parts.count}>{plural(waiting.length, 'more file')} after this one</span>
        )}
      </div>
      <DropArea
        className={css.page}
        words="Drop to import as a workflow"
        onFiles={(files) => reviewDropped(app, files)}
      >
        {chosen === null ? (
          <Places place={incoming.place} />
        ) : (
          <Review key={JSON.stringify(chosen)} source={chosen} more={waiting.length} />
        )}
      </DropArea>
    </>
  );
}
