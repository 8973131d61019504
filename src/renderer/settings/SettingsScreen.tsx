import { Cpu, Globe, HardDrive, Info, type LucideIcon, Monitor, Plug } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { SettingsView } from '../../shared/settings.js';
import { useAppState } from '../store/hooks.js';
import parts from '../ui/parts.module.css';
import { About } from './About.js';
import { EndpointSettings } from './EndpointSettings.js';
import { EngineSettings } from './EngineSettings.js';
import { PublishingSettings } from './PublishingSettings.js';
import css from './Settings.module.css';
import { StorageSettings } from './StorageSettings.js';
import { WindowSettings } from './WindowSettings.js';

type Section = 'engine' | 'endpoint' | 'storage' | 'publishing' | 'window' | 'about';

const sections: readonly { id: Section; label: string; icon: LucideIcon }[] = [
  { id: 'engine', label: 'Engine', icon: Cpu },
  { id: 'endpoint', label: 'Endpoint', icon: Plug },
  { id: 'storage', label: 'Storage', icon: HardDrive },
  { id: 'publishing', label: 'Publishing', icon: Globe },
  { id: 'window', label: 'Window', icon: Monitor },
  { id: 'about', label: 'About', icon: Info },
];

export function SettingsScreen() {
  const settings = useAppState((state) => state.settings);
  const [section, setSection] = useState<Section>('engine');
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
              onClick={() => setSection(id)}
            >
              <Icon aria-hidden />
              {label}
            </button>
          ))}
        </nav>
        <div className={css.body}>{settings !== null && <div>{content(section, settings)}</div>}</div>
      </div>
    </>
  );
}

function content(section: Section, settings: SettingsView): ReactNode {
  switch (section) {
    case 'engine':
      return <EngineSettings settings={settings} />;
    case 'endpoint':
      return <EndpointSettings settings={settings} />;
    case 'storage':
      return <StorageSettings settings={settings} />;
    case 'publishing':
      return <PublishingSettings settings={settings} />;
    case 'window':
      return <WindowSettings />;
    case 'about':
      return <About />;
  }
}
