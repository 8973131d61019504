/** The registry's words for protocol sessions in those of the MCP room. */
import type { SessionStore } from './mcp/sessions.js';
import type { Registry } from './registry/index.js';

export function sessionStoreOf({ sessions: { protocol } }: Registry): SessionStore {
  return {
    save: ({ id, protocolVersion, initialize, lastSeen }) =>
      protocol.save({ id, protocol_version: protocolVersion, initialize, last_seen_ms: lastSeen }),
    load(id) {
      const stored = protocol.load(id);
      return (
        stored && {
          id,
          protocolVersion: stored.protocol_version,
          initialize: stored.initialize,
          lastSeen: stored.last_seen_ms,
        }
      );
    },
    remove: protocol.remove,
    touch(id, lastSeen) {
      const stored = protocol.load(id);
      if (stored) protocol.save({ ...stored, last_seen_ms: lastSeen });
    },
    prune: (before) => void protocol.removeOlderThan(before),
  };
}
