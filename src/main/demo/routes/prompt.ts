/** POST /prompt and GET /prompt. Source: ComfyUI 0.3.64, server.py post_prompt(). */
import { randomUUID } from 'node:crypto';
import type { EngineParts } from '../engine.js';
import { type Answer, type DemoRequest, json, type Route, readJson } from '../http.js';
import { PyFloat } from '../json.js';
import { PythonError, repr, str, toBool, toFloat, typeName } from '../python.js';
import type { QueueItem } from '../queue.js';
import { validatePrompt } from '../validate.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function promptRoutes(engine: EngineParts): Route[] {
  return [
    {
      method: 'GET',
      path: '/prompt',
      handler: () => json({ exec_info: { queue_remaining: engine.worker.remaining() } }),
    },
    { method: 'POST', path: '/prompt', handler: (request) => submit(engine, request) },
  ];
}

async function submit(engine: EngineParts, request: DemoRequest): Promise<Answer> {
  const { profile } = engine;
  engine.logs.add('got prompt\n');
  const body = pythonBody(await readJson(request));
  const numberIsFloat = body.has('number');
  const number = numberIsFloat ? toFloat(body.get('number')) : nextNumber(engine, body);
  if (!body.has('prompt')) return refuse(engine, noPrompt, profile.structuredNoPrompt);

  const promptId = promptIdOf(engine, body);
  if (promptId === undefined) {
    return refuse(engine, { type: 'invalid_prompt_id', ...twice('prompt_id must be a valid UUID'), extra_info: {} });
  }
  const targets = body.has('partial_execution_targets') ? body.get('partial_execution_targets') : undefined;
  const verdict = await validatePrompt(body.get('prompt'), {
    nodes: engine.nodes,
    folders: engine.folders,
    profile,
    targets: profile.partialTargets && Array.isArray(targets) ? targets : undefined,
  });
  if (!verdict.ok) {
    engine.logs.add(`invalid prompt: ${repr(verdict.error)}\n`);
    return json({ error: verdict.error, node_errors: verdict.nodeErrors }, 400);
  }
  const item: QueueItem = {
    number,
    numberIsFloat,
    promptId,
    graph: verdict.graph,
    extraData: extraDataOf(engine, body),
    outputs: verdict.outputs,
  };
  engine.worker.submit(item);
  return json({
    prompt_id: promptId,
    number: numberIsFloat ? new PyFloat(number) : number,
    node_errors: verdict.nodeErrors,
  });
}

/** The counter goes up even when the prompt turns out to be invalid; `front` makes the number negative. */
function nextNumber(engine: EngineParts, body: PythonBody): number {
  const isFront = body.has('front') && toBool(body.get('front'));
  const number = engine.takeNumber();
  return isFront && number !== 0 ? -number : number;
}

/** The id of the prompt; undefined for one that this version refuses. */
function promptIdOf({ profile }: EngineParts, body: PythonBody): string | undefined {
  if (profile.promptId === 'server' || !body.has('prompt_id')) return randomUUID();
  const given = body.get('prompt_id');
  // An explicit null is the text "None", as `str(None)` is.
  if (profile.promptId === 'any') return str(given);
  if (given === null) return randomUUID();
  return typeof given === 'string' && UUID.test(given) ? given : undefined;
}

function extraDataOf({ profile, clock }: EngineParts, body: PythonBody): Record<string, unknown> {
  const given = body.has('extra_data') ? body.get('extra_data') : {};
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new PythonError('TypeError', `'${typeName(given)}' object does not support item assignment`);
  }
  return {
    ...given,
    ...(body.has('client_id') ? { client_id: body.get('client_id') } : {}),
    ...(profile.jobs ? { create_time: Math.floor(clock.now()) } : {}),
  };
}

const twice = (message: string) => ({ message, details: message });
const noPrompt = { type: 'no_prompt', ...twice('No prompt provided'), extra_info: {} };

function refuse(engine: EngineParts, error: Record<string, unknown>, structured = true): Answer {
  engine.logs.add(`invalid prompt: ${repr(error)}\n`);
  return json(structured ? { error, node_errors: {} } : { error: 'no prompt', node_errors: [] }, 400);
}

interface PythonBody {
  has(key: string): boolean;
  get(key: string): unknown;
}

/** `key in body` and `body[key]` as Python has them for any JSON: a text "contains" words, a number nothing at all. */
function pythonBody(body: unknown): PythonBody {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
    const record = body as Record<string, unknown>;
    return { has: (key) => Object.hasOwn(record, key), get: (key) => record[key] };
  }
  return {
    has(key) {
      if (typeof body === 'string' || Array.isArray(body)) return body.includes(key);
      throw new PythonError('TypeError', `argument of type '${typeName(body)}' is not iterable`);
    },
    get() {
      throw new PythonError('TypeError', `${typeName(body)} indices must be integers, not 'str'`);
    },
  };
}
