import { useState } from 'react';
import { toErrorValue } from '../../shared/errors.js';
import type { SettingsView } from '../../shared/settings.js';
import { useProjectFolder } from '../publish/useProjectFolder.js';
import { type PublishInfo, usePublishInfo } from '../publish/usePublishInfo.js';
import { useApp } from '../store/hooks.js';
import { FolderRow } from './FolderRow.js';
import { lockWords } from './source.js';
import { useSave } from './useSetting.js';

export function PublishingSettings({ settings }: { settings: SettingsView }) {
  const info = usePublishInfo();
  return (
    <>
      <Project settings={settings} info={info} />
      <OutputFolder settings={settings} info={info} />
    </>
  );
}

interface SectionProps {
  settings: SettingsView;
  info: PublishInfo | null;
}

function Project({ settings, info }: SectionProps) {
  const { choose, error } = useProjectFolder();
  const forget = useSave();
  const fault =
    info?.status === 'error' && info.project_root.path !== null ? [info.message, info.hint].join(' ') : null;
  return (
    <FolderRow
      title="Project"
      text="Pictures are published into public/gen of it, or into static/gen or assets/gen where it has those."
      path={info?.project_root.path ?? null}
      missing={info === null ? '' : 'None chosen'}
      note={info === null || info.status === 'error' ? null : `Published into ${insideOf(info)}.`}
      fault={fault}
      lock={lockWords(settings, 'publish_root')}
      error={error ?? forget.error}
      chosen={settings.values.publish_root !== ''}
      onChoose={() => void choose()}
      onForget={() => void forget.reset('publish_root')}
    />
  );
}

/** The publish folder as seen from the project. */
function insideOf({ project_root, publish_root }: PublishInfo): string {
  const [project, folder] = [project_root.path ?? '', publish_root.path ?? ''];
  return folder.startsWith(project) ? folder.slice(project.length + 1) : folder;
}

function OutputFolder({ settings, info }: SectionProps) {
  const app = useApp();
  const forget = useSave();
  const [error, setError] = useState<string | null>(null);
  const choose = async () => {
    try {
      const { path } = await app.client.invoke('choose_folder', { title: 'Choose ComfyUI’s output folder' });
      if (path !== null) await app.client.invoke('set_comfyui_output_root', { path });
      setError(null);
    } catch (thrown) {
      const { message, hint } = toErrorValue(thrown);
      setError([message, hint].filter(Boolean).join(' '));
    }
  };
  const found = info?.comfyui_output_root;
  const how = { 'command line': 'As ComfyUI says itself.', 'usual place': 'Found in a usual place.' };
  return (
    <FolderRow
      title="ComfyUI’s output folder"
      text="Read while ComfyUI is away, for pictures that are no longer in the cache. Nothing in it is ever changed."
      path={found?.path ?? null}
      missing={info === null ? '' : 'Not known'}
      note={
        found?.detection_method === 'command line' || found?.detection_method === 'usual place'
          ? how[found.detection_method]
          : null
      }
      fault={found?.configured && !found.exists ? 'There is no such folder any more.' : null}
      lock={lockWords(settings, 'comfyui_output_root')}
      error={error ?? forget.error}
      chosen={settings.values.comfyui_output_root !== ''}
      onChoose={() => void choose()}
      onForget={() => void forget.reset('comfyui_output_root')}
    />
  );
}
