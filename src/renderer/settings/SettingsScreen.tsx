import { Cpu, FolderInput, Globe, HardDrive, Info, type LucideIcon, Monitor, Plug } from 'lucide-react';
import type { ReactNode } from 'react';
import type { SettingsView } from '../../shared/settings.js';
import { useApp, useAppState } from '../store/hooks.js';
import type { SettingsSection } from '../store/store.js';
import parts from '../ui/parts.module.css';
import { About } from './About.js';
import { EndpointSettings } from './EndpointSettings.js';
import { EngineSettings } from './EngineSettings.js';
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
  return (
    <>
      <div className={parts.toolbar}>
        <h1>Settings</h1>
      </div>
      <div className={css.page} data-testid="settings">
        <nav className={css.nav} aria-label="Settings">
          {sections.map(({ id, label, icon: Icon }) => (
            <button
              key={id}
              type="button"
              className={css.navItem}
              aria-current={section === id ? 'true' : undefined}
              onClick={() => app.set({ section: id })}
            >
              <Icon aria-hidden />
              {label}
            </button>
          ))}
        </nav>
        <div className={css.body}>
          {settings !== null && (
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
