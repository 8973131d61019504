/** Default models that ComfyUI has not: told once, when the engine is first there. Nothing fails for it. */
import { sourceInWords } from '../shared/defaults.js';
import { toErrorValue } from '../shared/errors.js';
import type { AppEvent } from '../shared/events.js';
import { namespaces } from '../shared/workflow.js';
import type { Defaults, DefaultsCheck } from './defaults/index.js';
import type { Disposable, Logger } from './ports.js';

export interface ModelNotice {
  level: 'info' | 'warning';
  message: string;
  hint: string;
}

export interface DefaultModelsPorts {
  listen(listener: (event: AppEvent) => void): () => void;
  /** Reads the node classes. */
  loadNodes(): Promise<void>;
  defaults: Pick<Defaults, 'resolve'>;
  check: Pick<DefaultsCheck, 'hasModel'>;
  notify(notice: ModelNotice): void;
  /** The node classes are known, for the first time. */
  onNodes(): void;
  logger: Logger;
}

export function watchDefaultModels(ports: DefaultModelsPorts): Disposable {
  const { listen, loadNodes, notify, onNodes, logger } = ports;
  let done = false;
  const look = async () => {
    await loadNodes();
    if (done) return;
    done = true;
    unlisten();
    for (const notice of missingDefaultModels(ports)) {
      logger.warn(notice.message);
      notify(notice);
    }
    onNodes();
  };
  const unlisten = listen((event) => {
    if (event.type !== 'engine.changed' || event.engine.state !== 'ready') return;
    // The next time the engine comes is time enough.
    look().catch((error: unknown) =>
      logger.debug('the default models could not be looked at', { error: toErrorValue(error) }),
    );
  });
  return {
    dispose() {
      done = true;
      unlisten();
    },
  };
}

/** Pure: one notice for each namespace whose default model is surely not there. */
export function missingDefaultModels({
  defaults,
  check,
}: Pick<DefaultModelsPorts, 'defaults' | 'check'>): ModelNotice[] {
  return namespaces.flatMap((namespace): ModelNotice[] => {
    const model = defaults.resolve(namespace, 'model');
    if (model === undefined || check.hasModel(namespace, model.value) !== false) return [];
    const message = `ComfyUI does not have the default ${namespace} model ${model.value} (from ${sourceInWords(model.source)}).`;
    const choose = 'Choose another under Defaults, or let an agent do it with set_defaults.';
    return model.source === 'built-in'
      ? [{ level: 'info', message, hint: `An installed one that fits is used instead, if there is one. ${choose}` }]
      : [{ level: 'warning', message, hint: `Generations that need it will fail. ${choose}` }];
  });
}
