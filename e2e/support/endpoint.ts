import type { LaunchedApp } from './launch.js';

/** Address of a launched application's endpoint, from the line it prints when the endpoint is ready. */
export function endpointOf(app: Pick<LaunchedApp, 'log'>): string {
  const url = /MCP endpoint ready: (http:\S+)/.exec(app.log())?.[1];
  if (url === undefined) throw new Error(`The endpoint is not ready. The application wrote:\n${app.log()}`);
  return url;
}
