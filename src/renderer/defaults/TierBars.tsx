import type { DefaultTier } from '../../shared/defaults.js';
import css from './Defaults.module.css';
import { tierHeights, tierNames } from './rows.js';

const steps = [1, 2, 3, 4, 5];

/** Five rising bars, lit up to the tier that gives the value; the fifth stands for a call or a workflow. */
export function TierBars({ tier, named }: { tier: DefaultTier | null; named?: boolean }) {
  const lit = tier === null ? 0 : tierHeights[tier];
  const name = tier === null ? 'Not set' : tierNames[tier];
  return (
    <span className={css.tier} title={named ? name : undefined}>
      {steps.map((step) => (
        <i key={step} data-lit={step <= lit || undefined} aria-hidden />
      ))}
      {named && <span className={css.tierName}>{name}</span>}
    </span>
  );
}
