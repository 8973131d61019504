import { Tabs } from '@base-ui/react/tabs';
import { ClipboardPaste, FileInput, Images, LayoutTemplate, type LucideIcon, Save } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { chooseWorkflowFiles, reviewGraph } from '../../actions/import-workflow.js';
import { keyCaps } from '../../actions/keys.js';
import { useApp } from '../../store/hooks.js';
import { Button } from '../../ui/Button.js';
import { cx } from '../../ui/cx.js';
import parts from '../../ui/parts.module.css';
import { AssetPlace } from './AssetPlace.js';
import css from './Import.module.css';
import { SavedPlace } from './SavedPlace.js';
import type { ImportPlace } from './state.js';
import { TemplatePlace } from './TemplatePlace.js';

const places: readonly { place: ImportPlace; title: string; about: string; icon: LucideIcon }[] = [
  { place: 'file', title: 'File', about: 'JSON, or a picture with its graph', icon: FileInput },
  { place: 'paste', title: 'Paste JSON', about: 'From the clipboard', icon: ClipboardPaste },
  { place: 'comfyui', title: 'Saved in ComfyUI', about: 'What its page keeps', icon: Save },
  { place: 'templates', title: 'Templates', about: 'Of ComfyUI and custom nodes', icon: LayoutTemplate },
  { place: 'library', title: 'From the library', about: 'What something was made with', icon: Images },
];

/** The places a workflow can come from, and what is there. */
export function Places({ place }: { place: ImportPlace }) {
  const app = useApp();
  return (
    <Tabs.Root
      className={css.places}
      orientation="vertical"
      value={place}
      onValueChange={(next: ImportPlace) => app.set({ incoming: { place: next, chosen: null, waiting: [] } })}
    >
      <Tabs.List className={css.placeList} activateOnFocus aria-label="Where from">
        {places.map(({ place: value, title, about, icon: Icon }) => (
          <Tabs.Tab key={value} value={value} className={css.place}>
            <Icon aria-hidden />
            <span>
              <b>{title}</b>
              <span className={css.quiet}>{about}</span>
            </span>
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="file" className={css.panel} tabIndex={-1}>
        <FilePlace />
      </Tabs.Panel>
      <Tabs.Panel value="paste" className={css.panel} tabIndex={-1}>
        <PastePlace />
      </Tabs.Panel>
      <Tabs.Panel value="comfyui" className={css.panel} tabIndex={-1}>
        <SavedPlace />
      </Tabs.Panel>
      <Tabs.Panel value="templates" className={css.panel} tabIndex={-1}>
        <TemplatePlace />
      </Tabs.Panel>
      <Tabs.Panel value="library" className={css.panel} tabIndex={-1}>
        <AssetPlace />
      </Tabs.Panel>
    </Tabs.Root>
  );
}

function FilePlace() {
  const app = useApp();
  return (
    <div className={css.file}>
      <div className={css.fileInside}>
        <h2>Drop a file anywhere here</h2>
        <p>
          A graph as ComfyUI saves or exports it, or a picture, film or sound that ComfyUI made: PNG, WebP, MP4, WebM,
          FLAC, MP3. You see what is in it before anything is added.
        </p>
        <Button look="solid" onClick={() => void chooseWorkflowFiles(app)}>
          <FileInput aria-hidden />
          Choose files…
        </Button>
      </div>
    </div>
  );
}

function PastePlace() {
  const app = useApp();
  const [text, setText] = useState('');
  const read = () => {
    if (text.trim() !== '') reviewGraph(app, { json: text });
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    read();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    read();
  };
  return (
    <form className={css.paste} onSubmit={onSubmit} onKeyDown={onKeyDown}>
      <textarea
        className={cx(parts.area, css.code)}
        aria-label="JSON of a graph"
        placeholder="Paste a graph here, in the format of ComfyUI’s editor or of its API"
        value={text}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
      />
      <div>
        <Button
          look="solid"
          type="submit"
          disabled={text.trim() === ''}
          keys={keyCaps('mod+↵', app.client.platform).join(' ')}
        >
          Review
        </Button>
      </div>
    </form>
  );
}
