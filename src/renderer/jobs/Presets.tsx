import { Bookmark, Pencil, Plus, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Preset } from '../../shared/contract-making.js';
import { NameDialog } from '../gallery/NameDialog.js';
import { useApp } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { modelName, paramLabel } from '../ui/format.js';
import { SearchList } from '../ui/SearchList.js';
import type { FormValues } from './param-form.js';

interface PresetsProps {
  workflowId: string;
  /** The settings as they stand, without what is asked for. */
  values: FormValues;
  onApply(preset: Preset): void;
}

/** Named settings of a workflow: taken, kept, renamed, deleted. */
export function Presets({ workflowId, values, onApply }: PresetsProps) {
  const app = useApp();
  const [presets, setPresets] = useState<readonly Preset[]>([]);
  /** The preset whose name is asked for: a new one, or one that is renamed. */
  const [naming, setNaming] = useState<Preset | 'new' | null>(null);
  useEffect(() => {
    let wanted = true;
    app.client.invoke('get_presets', { workflow_id: workflowId }).then((answer) => {
      if (wanted) setPresets(answer.presets);
    }, app.fail);
    return () => {
      wanted = false;
    };
  }, [app, workflowId]);
  const save = async (name: string) => {
    const renamed = naming === 'new' || naming === null ? null : naming;
    const answer = await app.client.invoke('save_preset', {
      workflow_id: workflowId,
      name,
      values: renamed?.values ?? values,
      ...(renamed === null ? {} : { was: renamed.name }),
    });
    setPresets(answer.presets);
    if (renamed === null) app.toast(`Kept as “${name}”.`);
  };
  const remove = async (name: string) => {
    const gone = presets.find((preset) => preset.name === name);
    if (gone === undefined) return;
    try {
      setPresets((await app.client.invoke('delete_preset', { workflow_id: workflowId, name })).presets);
      const undo = () =>
        app.client.invoke('save_preset', { workflow_id: workflowId, ...gone }).then((answer) => {
          setPresets(answer.presets);
        }, app.fail);
      app.toast(`“${name}” deleted.`, { action: { label: 'Undo', run: () => void undo() } });
    } catch (error) {
      app.fail(error);
    }
  };
  return (
    <>
      <SearchList
        label="Presets"
        side="top"
        items={presets.map(({ name, values: kept }) => ({ value: name, label: name, detail: wordsOf(kept) }))}
        empty="No settings are kept yet for this workflow."
        onChoose={(name) => {
          const preset = presets.find((one) => one.name === name);
          if (preset !== undefined) onApply(preset);
        }}
        onRemove={(name) => void remove(name)}
        rowActions={({ value }) => (
          <>
            <IconButton
              small
              label={`Rename ${value}`}
              side="left"
              onClick={() => setNaming(presets.find(({ name }) => name === value) ?? null)}
            >
              <Pencil />
            </IconButton>
            <IconButton small label={`Delete ${value}`} side="left" onClick={() => void remove(value)}>
              <X />
            </IconButton>
          </>
        )}
        footer={(close) => (
          <Button
            look="plain"
            onClick={() => {
              close();
              setNaming('new');
            }}
          >
            <Plus aria-hidden />
            Keep these settings…
          </Button>
        )}
        trigger={
          <IconButton label="Presets" side="top">
            <Bookmark />
          </IconButton>
        }
      />
      <NameDialog
        open={naming !== null}
        title={naming === 'new' ? 'Keep these settings' : 'Rename the preset'}
        label="Name of the preset"
        initial={naming === null || naming === 'new' ? '' : naming.name}
        action={naming === 'new' ? 'Keep' : 'Rename'}
        known={presets.map(({ name }) => name)}
        onClose={() => setNaming(null)}
        onName={save}
      />
    </>
  );
}

function wordsOf(values: FormValues): string {
  const words = Object.entries(values)
    .filter(([, value]) => value.trim() !== '')
    .map(([name, value]) => `${paramLabel(name)} ${modelName(value)}`);
  return words.length === 0 ? 'as the workflow says' : words.join(', ');
}
