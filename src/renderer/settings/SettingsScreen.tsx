import { Cpu, FolderInput, Globe, HardDrive, Info, type LucideIcon, Monitor, Plug } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { SettingsView } from '../../shared/settings.js';
import { useApp, useAppState } from '../store/hooks.js';
import type { SettingsSection } from '../store/store.js';
import { Button } from '../ui/Button.js';
import parts from '../ui/parts.module.css';
import { SearchField } from '../ui/SearchField.js';
import { About } from './About.js';
import { EndpointSettings } from './EndpointSettings.js';
import { EngineSettings } from './EngineSettings.js';
import findCss from './Find.module.css';
import { FindSetting } from './find.js';
import { LibrarySettings } from './LibrarySettings.js';
import { PublishingSettings } from './PublishingSettings.js';
import { ResetSection } from './ResetSettings.js';
import css from './Settings.module.css';
import { StorageSettings } from './StorageSettings.js';
import { WindowSettings } from './WindowSettings.js';

const sections: readonly { id: SettingsSection; label: string; icon: LucideIcon }[] = [
  { id: 'engine', label: 'Engine', icon: Cpu },
  { id: 'endpoint', label: 'Endpoint', icon: Plug },
  { id: 'library', label: 'Library', icon: FolderInput },
  { id: 'storage', label: 'Storage', icon: HardDrive },
  { id: 'publishing', label: 'Publishing', icon: Globe },
  { id: 'window', label: 'Window', icon: Monitor },
  { id: 'about', label: 'About', icon: Info },
];

export function SettingsScreen() {
  const settings = useAppState((state) => state.settings);
  const app = useApp();
  const section = useAppState((state) => state.section);
  const [query, setQuery] = useState('');
  const looking = query.trim() !== '';
  return (
    <>
      <div className={parts.toolbar}>
        <h1>Settings</h1>
        <SearchField label="Find a setting" className={findCss.find} value={query} onChange={setQuery} />
      </div>
      <div className={css.page} data-testid="settings">
        <nav className={css.nav} aria-label="Settings">
          {sections.map(({ id, label, icon: Icon }) => (
            <button
              key={id}
              type="button"
              className={css.navItem}
              aria-current={section === id && !looking ? 'true' : undefined}
              onClick={() => {
                setQuery('');
                app.set({ section: id });
              }}
            >
              <Icon aria-hidden />
              {label}
            </button>
          ))}
        </nav>
        <div className={css.body}>
          {settings !== null && looking && <Found settings={settings} query={query} onClear={() => setQuery('')} />}
          {settings !== null && !looking && (
            <div>
              {content(section, settings)}
              <ResetSection
                settings={settings}
                section={section}
                label={sections.find(({ id }) => id === section)?.label.toLowerCase() ?? ''}
              />
            </div>
          )}
        </div>
      </div>
    </>
  );
}

/** The settings of every section that have the words. What has none of them takes itself away, its section with it. */
function Found({ settings, query, onClear }: { settings: SettingsView; query: string; onClear(): void }) {
  return (
    <div className={findCss.found}>
      <FindSetting value={query.trim()}>
        {sections.map(({ id, label }) => (
          <section key={id} aria-label={label}>
            <p className={findCss.where}>{label}</p>
            {content(id, settings)}
          </section>
        ))}
      </FindSetting>
      <div className={findCss.nothing} role="status">
        <p>No setting has all these words.</p>
        <Button compact onClick={onClear}>
          Clear the search
        </Button>
      </div>
    </div>
  );
}

function content(section: SettingsSection, settings: SettingsView): ReactNode {
  switch (section) {
    case 'engine':
      return <EngineSettings settings={settings} />;
    case 'endpoint':
      return <EndpointSettings settings={settings} />;
    case 'library':
      return <LibrarySettings settings={settings} />;
    case 'storage':
      return <StorageSettings settings={settings} />;
    case 'publishing':
      return <PublishingSettings settings={settings} />;
    case 'window':
      return <WindowSettings />;
    case 'about':
      return <About settings={settings} />;
  }
}
