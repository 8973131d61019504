import { Check, Copy, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { OperationInput, OperationOutput } from '../../shared/contract.js';
import { toErrorValue } from '../../shared/errors.js';
import type { Job } from '../../shared/job.js';
import type { Agent, EndpointStatus } from '../../shared/status.js';
import { copyText } from '../actions/asset.js';
import { lockWords } from '../settings/source.js';
import { useApp, useAppState, useNow } from '../store/hooks.js';
import type { App } from '../store/store.js';
import { Button, IconButton } from '../ui/Button.js';
import { Switch } from '../ui/controls.js';
import { formatAgo, formatCount, formatSeconds, plural } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { ConfigBlock } from './ConfigBlock.js';
import css from './Connect.module.css';
import { useClientConfig } from './clientConfig.js';

export function ConnectScreen() {
  const endpoint = useAppState((state) => state.endpoint);
  const agents = endpoint?.agents.length ?? 0;
  return (
    <>
      <div className={parts.toolbar}>
        <h1>Connect</h1>
        <span className={parts.count}>
          {agents > 0 ? `${plural(agents, 'agent')} connected` : 'No agent connected'}
        </span>
      </div>
      {endpoint !== null && (
        <div className={css.page} data-testid="connect">
          <div className={css.left}>
            <Endpoint endpoint={endpoint} />
            <Agents agents={endpoint.agents} reachable={endpoint.url !== null} />
          </div>
          <Configuration endpoint={endpoint} />
        </div>
      )}
    </>
  );
}

type SettingValues = OperationInput<'update_settings'>['values'];

async function change(app: App, values: SettingValues): Promise<void> {
  try {
    await app.client.invoke('update_settings', { values });
  } catch (error) {
    app.fail(error);
  }
}

function Endpoint({ endpoint }: { endpoint: EndpointStatus }) {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  const on = endpoint.state !== 'off';
  const configured = settings === null ? '' : configuredAddress(settings.values);
  const lock = settings === null ? null : lockWords(settings, 'endpoint_enabled');
  return (
    <section className={css.endpoint} aria-label="Endpoint">
      <div className={css.top}>
        <p>Endpoint</p>
        {endpoint.state === 'failed' ? 'Not running' : on ? 'On' : 'Off'}
        <Switch
          label="Endpoint"
          checked={on}
          disabled={lock !== null}
          onChange={(endpoint_enabled) => void change(app, { endpoint_enabled })}
        />
      </div>
      <div className={css.line}>
        <p className={css.address} data-off={endpoint.url === null || undefined} data-testid="endpoint-url">
          {endpoint.url ?? configured}
        </p>
        {endpoint.url !== null && (
          <IconButton label="Copy address" onClick={() => void copyText(app, endpoint.url ?? '', 'Address copied.')}>
            <Copy />
          </IconButton>
        )}
      </div>
      {endpoint.state === 'off' && <p className={css.reach}>Switched off: agents can’t reach this app.</p>}
      {endpoint.state === 'on' && settings !== null && (
        <p className={css.reach}>{reachWords(settings.values.host, settings.values.has_token)}</p>
      )}
      {endpoint.state === 'failed' && <Trouble endpoint={endpoint} />}
      {endpoint.state === 'on' && <ConnectionCheck />}
    </section>
  );
}

/** Where it would be when switched on; port 0 is drawn anew each time. */
function configuredAddress({ host, port }: { host: string; port: number }): string {
  return port === 0 ? 'Any free port' : `http://${host}:${port}/mcp`;
}

function reachWords(host: string, hasToken: boolean): string {
  const near = /^(127\.|localhost$|\[?::1\]?$)/.test(host);
  const who = near ? 'Only this computer can reach it.' : 'Other computers in the network can reach it.';
  return `${who} ${hasToken ? 'A token is asked for.' : 'No token is set.'}`;
}

/** The endpoint could not start: why, and another port. */
function Trouble({ endpoint }: { endpoint: EndpointStatus }) {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  const port = settings?.values.port ?? 0;
  const lock = settings === null ? null : lockWords(settings, 'port');
  const next = port > 0 && port < 65_535 ? port + 1 : 0;
  const taken = endpoint.error?.code === 'PORT_IN_USE';
  return (
    <div className={css.trouble} role="alert">
      <TriangleAlert aria-hidden />
      <div>
        <p>{endpoint.error?.message ?? 'The endpoint could not start.'}</p>
        {endpoint.error?.hint !== undefined && <p className={css.hint}>{endpoint.error.hint}</p>}
        {lock !== null && <p className={css.hint}>{lock}</p>}
        <div className={css.troubleActions}>
          {taken && lock === null && (
            <>
              <Button onClick={() => void change(app, { port: next })}>Use port {next}</Button>
              <Button look="plain" onClick={() => void change(app, { port: 0 })}>
                Use any free port
              </Button>
            </>
          )}
          <Button look="plain" onClick={() => void retry(app)}>
            Try again
          </Button>
        </div>
      </div>
    </div>
  );
}

async function retry(app: App): Promise<void> {
  await change(app, { endpoint_enabled: false });
  await change(app, { endpoint_enabled: true });
}

type CheckState = 'idle' | 'checking' | OperationOutput<'check_endpoint'>;

/** Connects as an agent would and says what came of it. */
function ConnectionCheck() {
  const app = useApp();
  const [state, setState] = useState<CheckState>('idle');
  const check = async () => {
    setState('checking');
    try {
      setState(await app.client.invoke('check_endpoint', {}));
    } catch (error) {
      setState({ ok: false, tools: 0, elapsed_ms: 0, error: toErrorValue(error) });
    }
  };
  return (
    <div className={css.check}>
      <Button onClick={() => void check()} disabled={state === 'checking'}>
        Check the connection
      </Button>
      <output>
        {typeof state === 'object' && state.ok && (
          <span className={css.check} style={{ margin: 0, gap: 6 }}>
            <Check aria-hidden />
            {plural(state.tools, 'tool')} answered in {formatCheck(state.elapsed_ms)}
          </span>
        )}
        {typeof state === 'object' && !state.ok && (
          <span className={css.bad}>
            {state.error?.message ?? 'It did not answer.'} {state.error?.hint}
          </span>
        )}
      </output>
    </div>
  );
}

function formatCheck(milliseconds: number): string {
  return milliseconds < 1000 ? `${formatCount(Math.round(milliseconds))} ms` : formatSeconds(milliseconds / 1000);
}

function Agents({ agents, reachable }: { agents: readonly Agent[]; reachable: boolean }) {
  const now = useNow(5_000);
  if (agents.length === 0) {
    return (
      <div className={css.nobody}>
        <div className={parts.nothing}>
          <h2>No agent is connected</h2>
          <p>
            {reachable
              ? 'Paste the configuration into your agent’s settings and start it anew. It shows here when it connects.'
              : 'Agents find this app again by themselves once the endpoint runs.'}
          </p>
        </div>
      </div>
    );
  }
  return (
    <>
      <div className={css.head}>
        <h2>Agents</h2>
        <span>{formatCount(agents.length)}</span>
      </div>
      <ul>
        {agents.map((agent) => (
          <AgentRow key={agent.session_id} agent={agent} now={now} />
        ))}
      </ul>
    </>
  );
}

function AgentRow({ agent, now }: { agent: Agent; now: number }) {
  const running = useAppState((state) =>
    [...state.jobs.values()].some((job) => job.status === 'running' && isOf(job, agent)),
  );
  const last =
    agent.last_call_at === null ? 'no call yet' : `last call ${formatAgo(Date.parse(agent.last_call_at), now)}`;
  return (
    <li className={css.agent}>
      <span className={css.monogram} aria-hidden="true">
        {monogram(agent.name)}
      </span>
      <div className={parts.grow}>
        <h3>{agent.name}</h3>
        <p className={parts.clip}>
          {agent.version === null ? '' : `version ${agent.version}, `}connected{' '}
          {formatAgo(Date.parse(agent.connected_at), now)}, {last}
        </p>
      </div>
      <span className={css.state}>
        <span className={parts.dot} data-tone={running ? 'run' : undefined} />
        {running ? 'Running' : 'Connected'}
      </span>
    </li>
  );
}

/** Clients without protocol sessions are listed by name and version, and their jobs carry conversations of other ids. */
function isOf(job: Job, agent: Agent): boolean {
  return agent.session_id.includes('@') ? job.client_name === agent.name : job.session_id === agent.session_id;
}

/** "Claude Desktop" → "Cd", "cursor" → "Cu". */
function monogram(name: string): string {
  const [first = '', second = ''] = name.split(/[\s_-]+/).filter((word) => word !== '');
  const one = first.charAt(0).toUpperCase();
  return `${one}${(second === '' ? first.charAt(1) : second.charAt(0)).toLowerCase()}` || '?';
}

function Configuration({ endpoint }: { endpoint: EndpointStatus }) {
  const config = useClientConfig();
  if (endpoint.url === null) {
    return (
      <aside className={css.side} aria-label="Configuration">
        <p className={parts.quiet}>The configuration shows here once the endpoint runs.</p>
      </aside>
    );
  }
  if (config === null) return <aside className={css.side} aria-label="Configuration" />;
  return (
    <aside className={css.side} aria-label="Configuration">
      <ConfigBlock
        title="Configuration"
        text={config.json}
        note="For any client that takes a file of MCP servers. Other servers in the file stay as they are."
      />
      <ConfigBlock title="Claude Code" text={config.command} wrap note="Run it once in a terminal." />
    </aside>
  );
}
