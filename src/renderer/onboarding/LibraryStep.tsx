import { useState } from 'react';
import { importChosenFolder, importPaths } from '../actions/import.js';
import { usePublishInfo } from '../publish/usePublishInfo.js';
import { importResult, importWords } from '../settings/import-words.js';
import { useApp, useAppState } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { Step } from './Step.js';

/** Offers what ComfyUI made before: its output folder where that is known, else one that is chosen. */
export function LibraryStep({ ready }: { ready: boolean }) {
  const app = useApp();
  const info = usePublishInfo();
  const status = useAppState((state) => state.importing);
  const demo = useAppState((state) => state.engine?.kind === 'demo');
  const [asked, setAsked] = useState(false);
  const root = info?.comfyui_output_root;
  // The demo engine's own folder holds nothing that was made before.
  const folder = !demo && root?.exists ? root.path : null;
  const begun = status !== null && (status.total > 0 || status.state !== 'idle');
  const done = begun && status.state === 'idle';
  return (
    <Step
      number={4}
      state={done ? 'done' : ready || asked ? 'doing' : 'later'}
      title="Bring in what you made before"
      aside={
        <Button
          look={folder === null ? 'plain' : 'outline'}
          disabled={begun && !done}
          onClick={() => {
            setAsked(true);
            void (folder === null ? importChosenFolder(app) : importPaths(app, [folder]));
          }}
        >
          {folder === null ? 'Choose a folder…' : 'Index it'}
        </Button>
      }
    >
      {begun ? (
        <p role="status">{done ? importResult(status) : importWords(status)}</p>
      ) : (
        <p>
          {folder === null
            ? 'Pictures, videos and sounds of a folder, with their prompts and graphs. They stay where they are.'
            : `ComfyUI’s output folder is ${folder}. Its files stay where they are.`}
        </p>
      )}
    </Step>
  );
}
