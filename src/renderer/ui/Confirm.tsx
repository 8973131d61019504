import { AlertDialog } from '@base-ui/react/alert-dialog';
import { type ReactNode, useRef } from 'react';
import { Button } from './Button.js';
import overlays from './overlays.module.css';

interface ConfirmProps {
  open: boolean;
  title: string;
  text: ReactNode;
  /** The way back; it has the focus. */
  keep: string;
  /** What can't be undone. */
  go: string;
  onClose(): void;
  onGo(): void;
}

/** Asks before what undo can't mend. */
export function Confirm({ open, title, text, keep, go, onClose, onGo }: ConfirmProps) {
  const safe = useRef<HTMLButtonElement>(null);
  return (
    <AlertDialog.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={overlays.backdrop} />
        <AlertDialog.Popup className={overlays.dialog} initialFocus={safe}>
          <AlertDialog.Title className={overlays.dialogTitle}>{title}</AlertDialog.Title>
          <AlertDialog.Description className={overlays.dialogText}>{text}</AlertDialog.Description>
          <div className={overlays.dialogActions}>
            <AlertDialog.Close render={<Button ref={safe}>{keep}</Button>} />
            <Button
              danger
              onClick={() => {
                onGo();
                onClose();
              }}
            >
              {go}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
