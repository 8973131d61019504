/** Jobs in words: what a person reads on a tile, in the queue and in a dialog. */
import type { ErrorValue } from '../../shared/errors.js';
import type { Job } from '../../shared/job.js';
import { formatCount, formatSeed, formatSteps, modelName } from '../ui/format.js';

const shortReasons: Partial<Record<ErrorValue['code'], string>> = {
  MODEL_NOT_FOUND: 'Model missing',
  NODE_NOT_FOUND: 'Node missing',
  PROMPT_REJECTED: 'Refused',
  INVALID_VALUE: 'Value refused',
  JOB_LOST: 'Lost',
  COMFYUI_UNREACHABLE: 'ComfyUI is gone',
  COMFYUI_TIMEOUT: 'No answer in time',
  MEDIA_UNAVAILABLE: 'Result missing',
};

/** Why a job failed: a few words, where it happened, and the whole sentence. */
export function failureOf(job: Job): { title: string; where: string; sentence: string; hint: string } {
  const { error } = job;
  if (error === null) {
    const lost = job.status === 'lost';
    return {
      title: lost ? 'Lost' : 'Failed',
      where: '',
      sentence: lost ? 'ComfyUI no longer knows this job.' : 'It ended without a result and without a reason.',
      hint: '',
    };
  }
  const memory = /out of (\w+ )?memory|OutOfMemory|failed to allocate/i.test(error.message);
  return {
    title: memory ? 'Out of memory' : (shortReasons[error.code] ?? 'Failed'),
    where: nodeOf(error),
    sentence: error.message,
    hint: error.hint ?? '',
  };
}

/** "KSampler, node 3"; empty when the error names no node. */
export function nodeOf(error: ErrorValue): string {
  const { class_type: type, node_id: node } = error.details ?? {};
  const name = typeof type === 'string' ? type : '';
  const id = typeof node === 'string' || typeof node === 'number' ? `node ${node}` : '';
  return [name, id].filter((part) => part !== '').join(', ');
}

/** What stands at the left of a running tile: "14 of 28", else the percentage; empty before the first word. */
export function stepWords(job: Job): string {
  if (job.progress === null) return '';
  const { value, max, percent } = job.progress;
  return formatSteps(value, max) || `${Math.round(percent)} %`;
}

/** Where a waiting job stands. */
export function placeWords(job: Job): string {
  if (job.position === null) return 'Waiting';
  return job.position <= 1 ? 'Next in line' : `${formatCount(job.position - 1)} before it`;
}

/** Who asked: the client's name, or the person at the window. */
export function askedBy(clientName: string | null): string {
  return clientName ?? 'You';
}

/** Model, size and seed of a job in one line, as far as known. */
export function factsOf({ parameters }: Pick<Job, 'parameters'>): string {
  const { model, ckpt_name: checkpoint, width, height, seed, noise_seed: noiseSeed, seconds } = parameters;
  const name = model ?? checkpoint;
  const drawn = seed ?? noiseSeed;
  return [
    typeof name === 'string' && name !== '' ? modelName(name) : '',
    typeof width === 'number' && typeof height === 'number' ? `${width} × ${height}` : '',
    typeof seconds === 'number' ? `${seconds} s of sound` : '',
    typeof drawn === 'number' ? `seed ${formatSeed(drawn)}` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
