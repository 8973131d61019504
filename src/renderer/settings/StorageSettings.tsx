import { Copy } from 'lucide-react';
import { useState } from 'react';
import type { SettingName, SettingsView } from '../../shared/settings.js';
import { copyText } from '../actions/asset.js';
import { useApp } from '../store/hooks.js';
import { IconButton } from '../ui/Button.js';
import { BackupRows } from './BackupRows.js';
import { BinRow } from './BinRow.js';
import { DraftField } from './DraftField.js';
import { FolderSetting } from './FolderSetting.js';
import { InputFolders } from './InputFolders.js';
import { DataFolderRow } from './move/DataFolderRow.js';
import { Reset } from './Reset.js';
import { Row } from './Row.js';
import css from './Settings.module.css';
import { lockWords } from './source.js';
import { type SettingValues, useSave } from './useSetting.js';

const gigabyte = 1024 ** 3;

export function StorageSettings({ settings }: { settings: SettingsView }) {
  return (
    <>
      <NumberRow
        settings={settings}
        name="asset_ttl_hours"
        title="Agents see work for"
        text="After that it is out of their sight, never out of your gallery. 0 means for ever."
        unit="hours"
        value={settings.values.asset_ttl_hours}
        toValues={(hours) => ({ asset_ttl_hours: hours })}
      />
      <NumberRow
        settings={settings}
        name="cache_limit_bytes"
        title="Cache"
        text="Room for thumbnails and copies of originals. ComfyUI’s temporary files are kept beside it, without a limit."
        unit="GB"
        value={Number((settings.values.cache_limit_bytes / gigabyte).toFixed(2))}
        toValues={(gigabytes) => ({ cache_limit_bytes: Math.round(gigabytes * gigabyte) })}
      />
      <BinRow />
      <BackupRows />
      <DataFolderRow settings={settings} />
      <FolderSetting
        settings={settings}
        name="workflow_dir"
        title="Workflow folder"
        text="Your own workflows, apart from those that come with the app. Another folder’s are tools at once."
        question="Choose the folder of your workflows"
        path={settings.workflow_dir}
        missing=""
      />
      <InputFolders settings={settings} />
      <PathRow
        title="Defaults file"
        text="Sizes, steps and models for work that doesn’t name its own."
        path={settings.config_file}
        lock={lockWords(settings, 'config_file')}
      />
    </>
  );
}

interface NumberRowProps {
  settings: SettingsView;
  name: SettingName;
  title: string;
  text: string;
  unit: string;
  value: number;
  toValues(value: number): SettingValues;
}

function NumberRow({ settings, name, title, text, unit, value, toValues }: NumberRowProps) {
  const { error, save } = useSave();
  const [wrong, setWrong] = useState<string | null>(null);
  const lock = lockWords(settings, name);
  return (
    <Row
      title={title}
      text={text}
      lock={lock}
      error={wrong ?? error}
      reset={<Reset settings={settings} name={name} title={title} />}
    >
      <div className={css.inline}>
        <DraftField
          label={title}
          numeric
          className={css.short}
          value={String(value)}
          disabled={lock !== null}
          invalid={wrong !== null}
          onEdit={() => setWrong(null)}
          onCommit={(typed) => {
            const next = Number(typed.replace(',', '.'));
            if (typed === '' || !Number.isFinite(next) || next < 0) setWrong('Needs a number from 0.');
            else void save(toValues(next));
          }}
        />
        <span className={css.unit}>{unit}</span>
      </div>
    </Row>
  );
}

interface PathRowProps {
  title: string;
  text: string;
  path: string;
  lock: string | null;
}

function PathRow({ title, text, path, lock }: PathRowProps) {
  const app = useApp();
  return (
    <Row title={title} text={text} lock={lock}>
      <div className={css.inline}>
        <span className={css.path}>{path}</span>
        <IconButton label={`Copy: ${title}`} side="left" onClick={() => void copyText(app, path, 'Path copied.')}>
          <Copy />
        </IconButton>
      </div>
    </Row>
  );
}
