/** One progress for several jobs. */
import type { CallContext } from '../../shared/contract.js';

/** The mean of all: it only rises, as the protocol demands. */
export function jointProgress(count: number, context: CallContext) {
  const percents: number[] = Array.from({ length: count }, () => 0);
  const mean = () => percents.reduce((sum, percent) => sum + percent, 0) / count;
  return {
    of: (index: number): CallContext => ({
      ...context,
      progress({ value, message }) {
        percents[index] = Math.max(percents[index] ?? 0, value);
        context.progress({ value: mean(), max: 100, message: `${index + 1} of ${count}: ${message}` });
      },
    }),
    done(index: number) {
      percents[index] = 100;
    },
  };
}
