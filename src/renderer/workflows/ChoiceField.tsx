import { Combobox } from '@base-ui/react/combobox';
import { Check, ChevronDown } from 'lucide-react';
import { ModelRow } from '../models/ModelRow.js';
import { areModels } from '../models/model-words.js';
import { cx } from '../ui/cx.js';
import overlays from '../ui/overlays.module.css';
import parts from '../ui/parts.module.css';
import css from './Form.module.css';

interface ChoiceFieldProps {
  id: string;
  label: string;
  /** It may be none of the choices: a file that is not installed. Empty for none. */
  value: string;
  choices: readonly string[];
  onChange(value: string): void;
  'aria-invalid'?: boolean;
  'aria-describedby'?: string | undefined;
}

/** Choices drawn at once; typing finds the others. */
const mostShown = 200;

/** One of many, found by typing a part of its name. */
export function ChoiceField({ id, label, value, choices, onChange, ...aria }: ChoiceFieldProps) {
  const models = areModels(choices);
  return (
    <Combobox.Root
      items={choices}
      limit={mostShown}
      value={value === '' ? null : value}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
    >
      <div className={css.choice}>
        <Combobox.Input
          id={id}
          {...aria}
          className={cx(parts.field, css.choiceField)}
          title={value}
          placeholder="Choose one"
          spellCheck={false}
        />
        <Combobox.Trigger className={css.choiceOpen} aria-label={`Choices of ${label}`}>
          <ChevronDown aria-hidden />
        </Combobox.Trigger>
      </div>
      <Combobox.Portal>
        <Combobox.Positioner className={overlays.layer} sideOffset={4} align="start">
          <Combobox.Popup className={cx(overlays.menu, css.choices, models && css.models)}>
            <Combobox.Empty className={css.noChoice}>Nothing has that in its name.</Combobox.Empty>
            <Combobox.List>
              {(choice: string) => (
                <Combobox.Item
                  key={choice}
                  value={choice}
                  className={cx(overlays.menuItem, css.choiceItem, models && css.modelItem)}
                >
                  <span className={css.choiceMark}>
                    <Combobox.ItemIndicator>
                      <Check aria-hidden />
                    </Combobox.ItemIndicator>
                  </span>
                  {models ? <ModelRow name={choice} /> : <bdi className={css.choiceName}>{choice}</bdi>}
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
