import { toErrorValue } from '../../shared/errors.js';
import type { Rooms } from './rooms.js';

/** Why the engine can't be asked what it has; undefined when it was. */
export async function withoutNodes({ engine }: Pick<Rooms, 'engine'>): Promise<string | undefined> {
  try {
    await engine.ready();
    await engine.nodes.load();
    return undefined;
  } catch (error) {
    return toErrorValue(error).message;
  }
}
