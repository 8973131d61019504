/** What ComfyUI has to import, read when its place is opened and whenever the engine changes. */
import { useMemo } from 'react';
import type { OperationOutput } from '../../../shared/contract.js';
import type { WorkflowPlace } from '../../../shared/contract-workflow-import.js';
import { everyWord } from '../../../shared/words.js';
import type { App } from '../../store/store.js';
import { useAnswer } from '../../store/useAnswer.js';
import { useEngineKey } from '../useWorkflows.js';

export type Importable = OperationOutput<'list_importable'>['importable'][number];

const ask = async (app: App, { place }: { place: WorkflowPlace }) =>
  (await app.client.invoke('list_importable', { place })).importable;

export function useImportable(place: WorkflowPlace) {
  const engine = useEngineKey();
  return useAnswer(
    useMemo(() => ({ place, engine }), [place, engine]),
    ask,
  );
}

/** Those with all the words in name, description, category or tags. */
export function withWords(all: readonly Importable[], query: string): readonly Importable[] {
  const fits = everyWord(query);
  return all.filter(({ name, description = '', category = '', tags = [] }) =>
    fits([name, description, category, ...tags].join(' ')),
  );
}
