import { History, X } from 'lucide-react';
import { IconButton } from '../ui/Button.js';
import { SearchList } from '../ui/SearchList.js';
import type { FormValues } from './param-form.js';

interface RecentPromptsProps {
  recent: readonly FormValues[];
  onChoose(asked: FormValues): void;
  onRemove(asked: FormValues): void;
  /** The field that the prompt goes to. */
  field(): HTMLElement | null;
}

/** What was asked for lately, to ask for again. */
export function RecentPrompts({ recent, onChoose, onRemove, field }: RecentPromptsProps) {
  const items = recent.map((asked) => ({ value: JSON.stringify(asked), label: wordsOf(asked) }));
  const at = (value: string) => recent.find((asked) => JSON.stringify(asked) === value);
  const remove = (value: string) => {
    const asked = at(value);
    if (asked !== undefined) onRemove(asked);
  };
  return (
    <SearchList
      label="Recent prompts"
      side="top"
      focusAfter={field}
      items={items}
      empty="What you ask for is kept here."
      onChoose={(value) => {
        const asked = at(value);
        if (asked !== undefined) onChoose(asked);
      }}
      onRemove={remove}
      rowActions={({ value, label }) => (
        <IconButton small label={`Forget ${label.slice(0, 60)}`} side="left" onClick={() => remove(value)}>
          <X />
        </IconButton>
      )}
      trigger={
        <IconButton label="Recent prompts" side="top">
          <History />
        </IconButton>
      }
    />
  );
}

function wordsOf(asked: FormValues): string {
  return Object.values(asked)
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter((text) => text !== '')
    .join(' / ');
}
