import { Dialog } from '@base-ui/react/dialog';
import { type FormEvent, useEffect, useState } from 'react';
import { toErrorValue } from '../../shared/errors.js';
import { Button } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import overlays from '../ui/overlays.module.css';
import parts from '../ui/parts.module.css';
import css from './NameDialog.module.css';

interface NameDialogProps {
  open: boolean;
  title: string;
  label: string;
  initial: string;
  action: string;
  /** Names there are already, offered while one types. */
  known?: readonly string[];
  onClose(): void;
  /** Rejects with why the name won't do: the dialog stays. */
  onName(name: string): Promise<unknown>;
}

/** Asks for a name. */
export function NameDialog({ open, title, label, initial, action, known = [], onClose, onName }: NameDialogProps) {
  const [name, setName] = useState(initial);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    if (!open) return;
    setName(initial);
    setError(null);
  }, [open, initial]);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await onName(name.trim());
      onClose();
    } catch (reason) {
      const { message, hint } = toErrorValue(reason);
      setError([message, hint].filter(Boolean).join(' '));
    }
  };
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={overlays.backdrop} />
        <Dialog.Popup className={overlays.dialog}>
          <Dialog.Title className={overlays.dialogTitle}>{title}</Dialog.Title>
          <form onSubmit={send} className={css.form}>
            <input
              className={cx(parts.field, css.name)}
              aria-label={label}
              value={name}
              maxLength={100}
              dir="auto"
              list="known-names"
              aria-invalid={error !== null}
              onChange={(event) => setName(event.target.value)}
            />
            <datalist id="known-names">
              {known.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
            {error !== null && (
              <p className={cx(parts.note, parts.bad)} role="alert">
                {error}
              </p>
            )}
            <div className={overlays.dialogActions}>
              <Dialog.Close render={<Button>Cancel</Button>} />
              <Button look="solid" type="submit" disabled={name.trim() === ''}>
                {action}
              </Button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
