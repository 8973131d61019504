/**
 * The text that AUTOMATIC1111's Stable Diffusion web UI writes into pictures, and Forge, SD.Next, Civitai and many savers of
 * ComfyUI after it: the prompt, `Negative prompt: …`, and one line `Steps: 20, Sampler: Euler a, …`
 * (modules/infotext_utils.py, parse_generation_parameters). Pure.
 */
import type { Parameters } from '../../shared/asset.js';

export interface A1111 {
  /** By the names used in this program. Whole numbers beyond 2^53 are texts; samplers have ComfyUI's names. */
  parameters: Parameters;
  /** Every value of the line as it stands there, by its name there. */
  raw: Record<string, string>;
}

/** Longer ones are no work of that program; only so much is looked at. */
const maxLength = 2 ** 18;
const maxValues = 500;
const maxLoras = 9;
const negativeMark = 'Negative prompt:';

/** Whether the text has the line of settings: three values or more, the first of them the steps. */
export function tellsSettings(text: string): boolean {
  return settingsLine(text.slice(0, maxLength).split(/\r\n|\r|\n/)) !== -1;
}

/** What the text says. A text without the line of settings is a prompt, and perhaps a negative one. */
export function parseA1111(text: string): A1111 {
  const lines = text.slice(0, maxLength).split(/\r\n|\r|\n/);
  const at = settingsLine(lines);
  const raw = at === -1 ? {} : readValues(lines[at] ?? '');
  const written = at === -1 ? lines : lines.slice(0, at);
  const negativeAt = written.findIndex((line) => line.startsWith(negativeMark));
  const prompt = (negativeAt === -1 ? written : written.slice(0, negativeAt)).join('\n').trim();
  const negative = negativeAt === -1 ? '' : written.slice(negativeAt).join('\n').slice(negativeMark.length).trim();
  return {
    raw,
    parameters: {
      ...(prompt === '' ? {} : { prompt }),
      ...(negative === '' ? {} : { negative_prompt: negative }),
      ...settingsOf(raw),
      ...lorasOf(prompt),
    },
  };
}

/** The last line that looks like settings; -1 when none does. Prompts may speak of steps, and notes may follow. */
function settingsLine(lines: readonly string[]): number {
  return lines.findLastIndex((line) => /^\s*Steps:\s*\d+\s*,/.test(line) && Object.keys(readValues(line)).length >= 3);
}

/** `name: value` between commas. Values in quotes, and lists and objects, hold commas of their own. */
function readValues(line: string): Record<string, string> {
  const values: [string, string][] = [];
  for (let at = 0; at < line.length && values.length < maxValues; ) {
    const comma = indexOr(line, ',', at);
    const colon = line.indexOf(':', at);
    // What follows a comma without a name is the rest of a value nobody quoted.
    if (colon === -1) break;
    if (colon > comma) {
      at = comma + 1;
      continue;
    }
    const start = colon + 1 + (/^ */.exec(line.slice(colon + 1, colon + 9))?.[0].length ?? 0);
    const end = indexOr(line, ',', endOfGroup(line, start));
    const name = line.slice(at, colon).trim();
    if (name !== '') values.push([name, unquoted(line.slice(start, end).trim())]);
    at = end + 1;
  }
  // The first of a name counts; values of a later one may come from a quoted text.
  return Object.fromEntries(values.reverse());
}

function indexOr(line: string, mark: string, from: number): number {
  const found = line.indexOf(mark, from);
  return found === -1 ? line.length : found;
}

/** Behind the quoted text, list or object that begins here; `start` when none does, or it never ends. */
function endOfGroup(line: string, start: number): number {
  const first = line[start];
  if (first !== '"' && first !== '{' && first !== '[') return start;
  let depth = 0;
  let quoted = false;
  for (let at = start; at < line.length; at += 1) {
    const sign = line[at];
    if (quoted && sign === '\\') at += 1;
    else if (sign === '"') quoted = !quoted;
    else if (!quoted && (sign === '{' || sign === '[')) depth += 1;
    else if (!quoted && (sign === '}' || sign === ']')) depth -= 1;
    if (depth === 0 && !quoted) return at + 1;
  }
  return start;
}

function unquoted(value: string): string {
  if (!/^".*"$/s.test(value) || value.length < 2) return value;
  try {
    const text: unknown = JSON.parse(value);
    return typeof text === 'string' ? text : value;
  } catch {
    return value.slice(1, -1);
  }
}

function settingsOf(raw: Record<string, string>): Parameters {
  const [, width, height] = /^(\d{1,6})\s*x\s*(\d{1,6})$/.exec(raw.Size ?? '') ?? [];
  const sampler = samplerOf(raw.Sampler ?? '');
  const scheduler = schedulerOf(raw['Schedule type'] ?? '') ?? sampler.scheduler;
  const found: Record<string, string | number | undefined> = {
    steps: numberOf(raw.Steps),
    cfg: numberOf(raw['CFG scale']),
    guidance: numberOf(raw['Distilled CFG Scale']),
    sampler_name: sampler.name,
    scheduler,
    seed: numberOf(raw.Seed),
    width: numberOf(width),
    height: numberOf(height),
    model: raw.Model || undefined,
    denoise: numberOf(raw['Denoising strength']),
  };
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** A number; its text when it is a whole one that a number can't hold. */
function numberOf(text: string | undefined): number | string | undefined {
  if (text === undefined || !/^-?\d{1,30}(\.\d{1,30})?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? text : value;
}

const samplers: Readonly<Record<string, string>> = {
  'euler a': 'euler_ancestral',
  euler: 'euler',
  lms: 'lms',
  heun: 'heun',
  dpm2: 'dpm_2',
  'dpm2 a': 'dpm_2_ancestral',
  'dpm++ 2s a': 'dpmpp_2s_ancestral',
  'dpm++ 2m': 'dpmpp_2m',
  'dpm++ sde': 'dpmpp_sde',
  'dpm++ 2m sde': 'dpmpp_2m_sde',
  'dpm++ 2m sde heun': 'dpmpp_2m_sde_heun',
  'dpm++ 3m sde': 'dpmpp_3m_sde',
  'dpm fast': 'dpm_fast',
  'dpm adaptive': 'dpm_adaptive',
  ddim: 'ddim',
  ddpm: 'ddpm',
  unipc: 'uni_pc',
  lcm: 'lcm',
};
const schedulers: Readonly<Record<string, string>> = {
  uniform: 'normal',
  normal: 'normal',
  karras: 'karras',
  exponential: 'exponential',
  'sgm uniform': 'sgm_uniform',
  simple: 'simple',
  ddim: 'ddim_uniform',
  beta: 'beta',
  'kl optimal': 'kl_optimal',
};

/** ComfyUI's names; until 2024 the schedule was the last word of the sampler. What is not known keeps its name. */
function samplerOf(text: string): { name?: string; scheduler?: string } {
  if (text === '') return {};
  const known = samplers[text.toLowerCase()];
  if (known !== undefined) return { name: known };
  const [, base = text, last = ''] = /^(.{1,100}) (Karras|Exponential)$/i.exec(text) ?? [];
  const scheduler = schedulers[last.toLowerCase()];
  return { name: samplers[base.toLowerCase()] ?? base, ...(scheduler === undefined ? {} : { scheduler }) };
}

/** `Automatic` names none. */
function schedulerOf(text: string): string | undefined {
  if (text === '' || text === 'Automatic') return undefined;
  return schedulers[text.toLowerCase()] ?? text;
}

/** `<lora:name>` and `<lora:name:0.8>` in the prompt: `lora`, `lora_strength`, then `lora_2`, `lora_strength_2` and so on. */
function lorasOf(prompt: string): Parameters {
  const found: Parameters = {};
  const tags = prompt.matchAll(/<(?:lora|lyco):([^<>:]{1,200})(?::(-?\d{0,4}(?:\.\d{1,10})?))?(?::[^<>]{0,200})?>/gi);
  let count = 0;
  for (const [, name = '', strength = ''] of tags) {
    if (Object.values(found).includes(name)) continue;
    count += 1;
    if (count > maxLoras) break;
    const end = count === 1 ? '' : `_${count}`;
    found[`lora${end}`] = name;
    found[`lora_strength${end}`] = /\d/.test(strength) ? Number(strength) : 1;
  }
  return found;
}
