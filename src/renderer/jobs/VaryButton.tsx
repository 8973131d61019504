import { Grid3x3 } from 'lucide-react';
import { IconButton } from '../ui/Button.js';
import type { SweepForm } from './useSweep.js';

/** Shows and hides the fields of what is varied. */
export function VaryButton({ sweep }: { sweep: SweepForm }) {
  return (
    <IconButton
      label={sweep.open ? 'Don’t vary anything' : 'Vary parameters'}
      side="top"
      aria-expanded={sweep.open}
      aria-pressed={sweep.open}
      onClick={sweep.toggle}
    >
      <Grid3x3 />
    </IconButton>
  );
}
