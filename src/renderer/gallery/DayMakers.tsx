import { useEffect, useState } from 'react';
import type { OperationOutput } from '../../shared/contract.js';
import { toErrorValue } from '../../shared/errors.js';
import { filterInput } from '../store/filter.js';
import { useApp, useAppState } from '../store/hooks.js';
import { makersWords } from './makers.js';

type Makers = OperationOutput<'get_makers'>['makers'];

/** A day that is only passed by is not asked for. */
const restMs = 150;

/** How much was made on a day, and by whom: asked for when the day is in sight. Give another number another key. */
export function DayMakers({ day, made }: { day: number | null; made: number }) {
  const app = useApp();
  const filter = useAppState((state) => state.filter);
  const [makers, setMakers] = useState<Makers>([]);
  useEffect(() => {
    if (day === null) return;
    const date = new Date(day);
    const to = new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
    let wanted = true;
    const timer = setTimeout(() => {
      app.client.invoke('get_makers', { ...filterInput(filter), from: day, to }).then(
        (found) => wanted && setMakers(found.makers),
        // A query that can't be understood is told where it is typed.
        (error: unknown) => toErrorValue(error).code !== 'VALIDATION_ERROR' && app.fail(error),
      );
    }, restMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [app, day, filter]);
  return makersWords(made, makers);
}
