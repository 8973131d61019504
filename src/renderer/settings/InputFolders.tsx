import { FolderPlus, X } from 'lucide-react';
import type { SettingsView } from '../../shared/settings.js';
import { useApp } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import parts from '../ui/parts.module.css';
import { Row } from './Row.js';
import css from './Settings.module.css';
import { lockWords } from './source.js';
import { useSave } from './useSetting.js';

/** The folders that agents may upload files from. */
export function InputFolders({ settings }: { settings: SettingsView }) {
  const app = useApp();
  const { error, save } = useSave();
  const folders = settings.values.input_dirs;
  const lock = lockWords(settings, 'input_dirs');
  const add = async () => {
    try {
      const { path } = await app.client.invoke('choose_folder', {
        title: 'Choose a folder that agents may take files from',
      });
      if (path !== null && !folders.includes(path)) await save({ input_dirs: [...folders, path] });
    } catch (thrown) {
      app.fail(thrown);
    }
  };
  return (
    <Row
      title="Files for agents"
      text="Agents may upload pictures, sounds and videos of these folders as inputs. What links in them lead to stays out."
      lock={lock}
      error={error}
    >
      {folders.map((folder) => (
        <div className={css.inline} key={folder}>
          <span className={css.path}>{folder}</span>
          {lock === null && (
            <IconButton
              label={`Allow no longer: ${folder}`}
              side="left"
              onClick={() => void save({ input_dirs: folders.filter((one) => one !== folder) })}
            >
              <X />
            </IconButton>
          )}
        </div>
      ))}
      <div className={css.inline}>
        {folders.length === 0 && (
          <span className={cx(css.unit, parts.grow)}>None: they can only send files themselves</span>
        )}
        {lock === null && (
          <Button onClick={() => void add()}>
            <FolderPlus aria-hidden />
            Allow a folder…
          </Button>
        )}
      </div>
    </Row>
  );
}
