/** Tasks that the conformance suite begins, asks for, answers and cancels. For tests only. */
import { randomUUID } from 'node:crypto';
import {
  type CallToolResult,
  inputRequired,
  MissingRequiredClientCapabilityError,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { AppError } from '../../../shared/errors.js';
import { createdTask, type TaskBook, type TaskState, takesTasks, tasksExtension } from '../tasks.js';
import type { Tool } from '../tool.js';
import { answered, form } from './rounds.js';
import { pause, raw, text } from './tools.js';

interface Running {
  state: TaskState;
  /** Answers by the key of what was asked. */
  answers: Record<string, unknown>;
  onAnswers: () => void;
}

export function taskFixtures(): { tools: Tool[]; tasks: TaskBook } {
  const all = new Map<string, Running>();
  const known = (taskId: string): Running => {
    const running = all.get(taskId);
    if (running === undefined) throw new AppError('JOB_NOT_FOUND', `There is no task ${taskId}.`);
    return running;
  };
  const settle = (running: Running, change: Partial<TaskState>) => {
    if (running.state.status === 'cancelled') return;
    const { inputRequests, ...state } = running.state;
    running.state = { ...state, lastUpdatedAt: new Date().toISOString(), ...change };
  };
  const begin = (work: (running: Running) => Promise<CallToolResult>) => {
    const at = new Date().toISOString();
    const running: Running = {
      state: {
        taskId: randomUUID(),
        status: 'working',
        createdAt: at,
        lastUpdatedAt: at,
        ttlMs: 600_000,
        pollIntervalMs: 100,
      },
      answers: {},
      onAnswers() {},
    };
    const { state } = running;
    all.set(state.taskId, running);
    work(running).then(
      (result) => settle(running, { status: 'completed', result }),
      (error: unknown) => settle(running, { status: 'failed', error: { code: -32603, message: String(error) } }),
    );
    return createdTask(state);
  };
  const ask = (running: Running, requests: Record<string, unknown>): Promise<Record<string, unknown>> =>
    new Promise((resolve) => {
      const show = () => {
        const open = Object.entries(requests).filter(([key]) => running.answers[key] === undefined);
        if (open.length === 0) {
          settle(running, { status: 'working' });
          resolve(running.answers);
        } else settle(running, { status: 'input_required', inputRequests: Object.fromEntries(open) });
      };
      running.onAnswers = show;
      show();
    });
  const need = (context: ServerContext) => {
    if (takesTasks(context)) return;
    throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { extensions: { [tasksExtension]: {} } } });
  };
  const confirmed = () => form('Are you sure?', { confirm: { type: 'boolean' } });

  const tools = [
    raw('greet', async ({ name }) => text(`Hello, ${String(name)}!`), { name: { type: 'string' } }),
    raw(
      'slow_compute',
      async ({ seconds, label }, context) => {
        const ms = Number(seconds ?? 1) * 1000;
        const result = text(`Computed ${String(label ?? '')}.`);
        if (ms === 0 || !takesTasks(context)) return pause(ms).then(() => result);
        return begin(() => pause(ms).then(() => result));
      },
      { seconds: { type: 'number' }, label: { type: 'string' } },
    ),
    raw('failing_job', async (_args, context) => {
      need(context);
      return begin(() => pause(1000).then(() => ({ ...text('It failed.'), isError: true })));
    }),
    raw('protocol_error_job', async (_args, context) => {
      need(context);
      return begin(async () => {
        await pause(100);
        throw new Error('It broke.');
      });
    }),
    raw('confirm_delete', async ({ filename }, context) => {
      need(context);
      return begin(async (running) => {
        await ask(running, { confirm: confirmed() });
        return text(`Deleted ${String(filename)}.`);
      });
    }),
    raw('multi_input', async (_args, context) => {
      need(context);
      return begin(async (running) => {
        await ask(running, { first: confirmed(), second: confirmed() });
        return text('Both came.');
      });
    }),
    raw('test_tool_with_task', async (_args, context) => {
      need(context);
      const name = answered(context, 'user_name', 'name');
      if (typeof name !== 'string') {
        const user_name = form('What is your name?', { name: { type: 'string' } });
        return inputRequired({ inputRequests: { user_name } });
      }
      return begin(() => pause(100).then(() => text(`Hello, ${name}!`)));
    }),
  ];
  return {
    tools,
    tasks: {
      begin: () => undefined,
      get: async (taskId) => known(taskId).state,
      async update(taskId, responses) {
        const running = known(taskId);
        Object.assign(running.answers, responses);
        running.onAnswers();
      },
      async cancel(taskId) {
        const running = known(taskId);
        if (!['completed', 'failed'].includes(running.state.status)) settle(running, { status: 'cancelled' });
      },
    },
  };
}
