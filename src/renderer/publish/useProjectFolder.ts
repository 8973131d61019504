import { useSave } from '../settings/useSetting.js';
import { useApp } from '../store/hooks.js';

/** Asks for the project to publish into and remembers it; `error` is what was wrong with that, in words. */
export function useProjectFolder(): { error: string | null; choose(): Promise<void> } {
  const app = useApp();
  const { error, save } = useSave();
  return {
    error,
    async choose() {
      try {
        const { path } = await app.client.invoke('choose_folder', { title: 'Choose the project to publish into' });
        if (path !== null) await save({ publish_root: path });
      } catch (thrown) {
        app.fail(thrown);
      }
    },
  };
}
