/** Agents of both protocol generations, the same that `npm run compat` sends to a real server. */
export * from '../../src/main/compat/agent.js';
