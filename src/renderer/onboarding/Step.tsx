import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import css from './FirstRun.module.css';

interface StepProps {
  number: number;
  state: 'later' | 'doing' | 'done';
  title: string;
  aside?: ReactNode;
  below?: ReactNode;
  children: ReactNode;
}

/** One step of the welcome: its number or a check, what it is, and its button. */
export function Step({ number, state, title, aside, below, children }: StepProps) {
  return (
    <li className={css.step} data-later={state === 'later' || undefined}>
      <span className={css.number} data-state={state}>
        {state === 'done' ? <Check aria-label="Done" /> : number}
      </span>
      <div>
        <h2>{title}</h2>
        {children}
      </div>
      <div>{aside}</div>
      {below}
    </li>
  );
}
