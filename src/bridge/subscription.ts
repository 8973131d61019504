/** A subscription of 2026-07-28 that outlives the program: it is asked for again, and the client sees one. */
import { changesMissed, isAnswerTo, isObject, type Message, type Request, subscriptionKey } from './messages.js';

export interface Subscription {
  /** It was refused, and the client knows. */
  readonly refused: boolean;
  /** Whether a message is for the client. */
  take(message: Message): boolean;
}

const acknowledged = 'notifications/subscriptions/acknowledged';

export function createSubscription(request: Request, forward: (text: string) => void): Subscription {
  let isKnown = false;
  let refused = false;
  const filter = request.params?.notifications;
  const wants = (list: string) => isObject(filter) && filter[`${list}ListChanged`] === true;
  return {
    get refused() {
      return refused;
    },
    take(message) {
      if (isAnswerTo(request.id, message)) {
        refused = message.error !== undefined;
        // A good end of the stream is one of the program: the client's subscription waits for the next.
        return refused;
      }
      if (message.method !== acknowledged) return true;
      if (!isKnown) {
        isKnown = true;
        return true;
      }
      // Another program may answer now, or the same with other tools: nobody told meanwhile.
      for (const text of changesMissed(wants, { _meta: { [subscriptionKey]: request.id } })) forward(text);
      return false;
    },
  };
}
