import type { SettingsView } from '../../shared/settings.js';
import { useApp } from '../store/hooks.js';
import { FolderRow } from './FolderRow.js';
import { lockWords } from './source.js';
import { useSave } from './useSetting.js';

interface FolderSettingProps {
  settings: SettingsView;
  name: 'workflow_dir' | 'import_dir';
  title: string;
  text: string;
  /** Asked by the dialog. */
  question: string;
  /** What holds while nothing is set: a folder, or in words that there is none. */
  path: string | null;
  missing: string;
}

/** A folder that is a setting: chosen by the system's dialog, in effect at once, taken back. */
export function FolderSetting({ settings, name, title, text, question, path, missing }: FolderSettingProps) {
  const app = useApp();
  const { error, save, reset } = useSave();
  const choose = async () => {
    try {
      const chosen = await app.client.invoke('choose_folder', { title: question });
      if (chosen.path !== null) await save({ [name]: chosen.path });
    } catch (thrown) {
      app.fail(thrown);
    }
  };
  return (
    <FolderRow
      title={title}
      text={text}
      path={path}
      missing={missing}
      note={null}
      fault={null}
      lock={lockWords(settings, name)}
      error={error}
      chosen={settings.sources[name] === 'file' && settings.values[name] !== ''}
      onChoose={() => void choose()}
      onForget={() => void reset(name)}
    />
  );
}
