import { FileJson2 } from 'lucide-react';
import { useState } from 'react';
import { reviewGraph } from '../../actions/import-workflow.js';
import { useApp, useNow } from '../../store/hooks.js';
import { formatAgo } from '../../ui/format.js';
import css from './Import.module.css';
import { Listed, Option } from './Listed.js';
import { useImportable, withWords } from './useImportable.js';

/** What somebody saved on ComfyUI's own page. */
export function SavedPlace() {
  const app = useApp();
  const now = useNow(30_000);
  const [query, setQuery] = useState('');
  const { answer: all, error, retry } = useImportable('comfyui');
  const shown = withWords(all ?? [], query);
  return (
    <Listed
      what="saved workflows"
      query={query}
      onQuery={setQuery}
      count={all === null ? null : shown.length}
      error={error}
      onRetry={retry}
      empty={<p>Nothing is saved in ComfyUI yet. What its page saves under Workflow → Save shows here.</p>}
    >
      <ul>
        {shown.map(({ source, name, modified_at }) => (
          <li key={source}>
            <Option data-testid="saved-workflow" className={css.row} onClick={() => reviewGraph(app, { source })}>
              <FileJson2 aria-hidden />
              <bdi className={css.rowName}>{name}</bdi>
              {modified_at !== undefined && (
                <span className={css.quiet}>{formatAgo(Date.parse(modified_at), now)}</span>
              )}
            </Option>
          </li>
        ))}
      </ul>
    </Listed>
  );
}
