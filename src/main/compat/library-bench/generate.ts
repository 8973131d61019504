/**
 * Writes a library as years of use would have left it, in bulk: the rows are those of the registry's own transactions,
 * without their syncs. The same seed makes the same library.
 */
import type { Parameters } from '../../../shared/asset.js';
import { packDocument } from '../../registry/documents.js';
import { migrations } from '../../registry/migrations/index.js';
import { migrate } from '../../registry/schema.js';
import { indexAsset } from '../../registry/search.js';
import { type Database, openDatabase } from '../../registry/sqlite.js';
import { silentLogger } from '../../system.js';
import { createPrompts, createRandom, createZipf, type Prompts, pick, type Random } from './words.js';

export interface GenerateOptions {
  /** Must not exist. */
  file: string;
  /** Assets; the jobs are fewer, as most make several. */
  rows: number;
  seed: number;
  /** Milliseconds since the epoch: the library ends here. */
  now: number;
  onProgress?: (rows: number) => void;
}

const models = Array.from(
  { length: 40 },
  (_, n) => `${['flux', 'sdxl', 'sd15', 'wan', 'ace'][n % 5]}-${n}.safetensors`,
);
const workflows = ['generate_image', 'upscale', 'inpaint', 'portrait', 'song', 'clip', 'logo', 'poster', 'icon'];
export const workflowNames = [...workflows, 'product_shot', 'storyboard', 'texture'];
const agents = ['Claude', 'Cursor', 'Codex', 'Gemini CLI', null];
export const tagNames = Array.from({ length: 40 }, (_, n) => `tag ${n}`);
const albumNames = Array.from({ length: 15 }, (_, n) => `Album ${n}`);
export const sessionOf = (n: number) => `session-${n}`;
const sessions = 30;
const sizes: readonly (readonly [number, number])[] = [
  [1024, 1024],
  [832, 1216],
  [1216, 832],
  [512, 512],
];
const transactionRows = 5000;
/** Documents are much the same size and are not looked into: so many different ones are packed. */
const packedDocuments = 200;
const span = 3 * 365 * 86_400_000;

const chooseModel = createZipf(models.length, 2);
const chooseWorkflow = createZipf(workflowNames.length, 1);
const chooseTag = createZipf(tagNames.length, 2);
const chooseAlbum = createZipf(albumNames.length, 3);

interface State {
  database: Database;
  random: Random;
  prompts: Prompts;
  documents: { graph: Uint8Array; history: Uint8Array }[];
  now: number;
  rows: number;
  /** Assets that are written. */
  done: number;
  jobs: number;
  /** Ids of some of the latest, for lineage. */
  recent: string[];
}

/** Makes the file, with exactly `rows` assets. */
export function generateLibrary({ file, rows, seed, now, onProgress }: GenerateOptions): void {
  const database = openDatabase(file);
  try {
    migrate(database, file, migrations, silentLogger);
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000');
    const random = createRandom(seed);
    const prompts = createPrompts(seed);
    const state: State = {
      database,
      random,
      prompts,
      documents: packSome(random, prompts),
      now,
      rows,
      done: 0,
      jobs: 0,
      recent: [],
    };
    database.run(`INSERT INTO source_folder (path, watched, added_ms) VALUES ('/pictures', 1, ?)`, now - span);
    for (const name of albumNames) database.run('INSERT INTO album (name, created_ms) VALUES (?, ?)', name, now);
    while (state.done < rows) {
      database.exec('BEGIN');
      const until = Math.min(rows, state.done + transactionRows);
      while (state.done < until) addOne(state);
      database.exec('COMMIT');
      onProgress?.(state.done);
    }
    // As the program leaves it when it is closed.
    database.exec('PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

/** Two folders are taken in while the library grows; everything else is made by jobs. */
function addOne(state: State): void {
  const progress = state.done / state.rows;
  if ((progress >= 0.4 && progress < 0.46) || (progress >= 0.8 && progress < 0.84)) addImported(state, progress);
  else addJob(state, progress);
}

function addJob(state: State, progress: number): void {
  const { database, random, documents } = state;
  const created = Math.round(state.now - span * (1 - progress) - 120_000);
  const submitted = created + 20;
  const started = submitted + Math.floor(random() * 2000);
  const finished = started + 2000 + Math.floor(random() * 60_000);
  const kind = kindOf(random);
  const workflow =
    kind === 'audio' ? 'song' : kind === 'video' ? 'clip' : (workflowNames[chooseWorkflow(random)] ?? '');
  const parameters = parametersOf(state);
  const client = pick(random, agents);
  const session =
    client === null ? null : sessionOf(Math.min(sessions - 1, Math.floor((progress + random() * 0.1) * sessions)));
  const parent = random() < 0.1 && state.recent.length > 0 ? pick(random, state.recent) : null;
  const promptId = uuid(random);
  const { id: jobId } = database.run(
    `INSERT INTO job (prompt_id, backend, remote_id, status, workflow_id, tool, title, session_id, client_name,
       client_version, parameters, parent_asset_id, demo, created_ms, submitted_ms, started_ms, finished_ms)
     VALUES (?, 'bench', ?, 'completed', ?, ?, ?, ?, ?, '1.0', ?, ?, 0, ?, ?, ?, ?)`,
    promptId,
    promptId,
    workflow,
    workflow,
    String(parameters.prompt).slice(0, 200),
    session,
    client,
    JSON.stringify(parameters),
    parent,
    created,
    submitted,
    started,
    finished,
  );
  const document = documents[state.jobs % documents.length];
  if (document !== undefined) {
    addDocument(database, jobId, 'graph', document.graph);
    addDocument(database, jobId, 'history', document.history);
  }
  state.jobs += 1;
  const batch = Math.min(state.rows - state.done, 1 + Math.floor(random() * 4));
  const expires = expiryOf(state, finished);
  for (let ord = 0; ord < batch; ord += 1) {
    const filename = `${workflow}_${String(state.done).padStart(7, '0')}_${extensions[kind]}`;
    const { id, asset_id } = addAsset(state, {
      jobId,
      backend: 'bench',
      filename,
      kind,
      workflow,
      session,
      parent,
      created: finished,
      expires,
      parameters,
      client,
      imported: false,
    });
    database.run(
      `INSERT INTO job_output (job_id, ord, node_id, asset_id, cached) VALUES (?, ?, '9', ?, 0)`,
      jobId,
      ord,
      id,
    );
    remember(state, asset_id);
  }
}

/** Files older than what is around them, by their paths: most of a folder in the order they were made, some not. */
function addImported(state: State, progress: number): void {
  const { database, random } = state;
  const inOrder = random() < 0.8;
  const created = Math.round(state.now - span * (inOrder ? 1.4 - progress * 0.5 : 0.6 + random() * 0.8));
  const parameters = parametersOf(state);
  const promptId = `import-${uuid(random)}`;
  const { id: jobId } = database.run(
    `INSERT INTO job (prompt_id, backend, remote_id, status, title, parameters, demo, imported, created_ms, finished_ms)
     VALUES (?, 'folder:1', ?, 'completed', ?, ?, 0, 1, ?, ?)`,
    promptId,
    promptId,
    String(parameters.prompt).slice(0, 200),
    JSON.stringify(parameters),
    created,
    created,
  );
  const graph = state.documents[state.done % state.documents.length]?.graph;
  if (graph !== undefined) addDocument(database, jobId, 'graph', graph);
  const filename = `ComfyUI_${String(state.done).padStart(7, '0')}_.png`;
  const { id, asset_id } = addAsset(state, {
    jobId,
    backend: 'folder:1',
    filename,
    kind: 'image',
    workflow: null,
    session: null,
    parent: null,
    created,
    expires: null,
    parameters,
    client: null,
    imported: true,
  });
  database.run(
    'INSERT INTO source_file (folder_id, path, asset_id, bytes_size, modified_ms) VALUES (1, ?, ?, 1000000, ?)',
    filename,
    id,
    created,
  );
  remember(state, asset_id);
}

type Kind = 'image' | 'video' | 'audio';
const extensions: Readonly<Record<Kind, string>> = { image: '.png', video: '.mp4', audio: '.flac' };
const mimes: Readonly<Record<Kind, string>> = { image: 'image/png', video: 'video/mp4', audio: 'audio/flac' };

interface AssetDraft {
  jobId: number;
  backend: string;
  filename: string;
  kind: Kind;
  workflow: string | null;
  session: string | null;
  parent: string | null;
  created: number;
  expires: number | null;
  parameters: Parameters;
  client: string | null;
  imported: boolean;
}

function addAsset(state: State, draft: AssetDraft): { id: number; asset_id: string } {
  const { database, random } = state;
  const { parameters, filename, kind } = draft;
  const [width, height] = pick(random, sizes);
  const asset_id = uuid(random);
  const { id } = database.run(
    `INSERT INTO asset (asset_id, job_id, backend, folder_type, subfolder, filename, media_kind, mime_type, animated,
       width, height, duration_seconds, bytes_size, workflow_id, session_id, parent_asset_id, created_ms, expires_ms,
       rating, deleted_ms, model, seed, client_name, imported, sample_hash)
     VALUES (?, ?, ?, 'output', '', ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    asset_id,
    draft.jobId,
    draft.backend,
    filename,
    kind,
    mimes[kind],
    kind === 'audio' ? null : width,
    kind === 'audio' ? null : height,
    kind === 'image' ? null : 5,
    Math.floor((0.2 + random() ** 4 * 30) * 1_000_000),
    draft.workflow,
    draft.session,
    draft.parent,
    draft.created,
    draft.expires,
    ratingOf(random),
    random() < 0.02 ? state.now - 1000 : null,
    String(parameters.model),
    String(parameters.seed),
    draft.client,
    draft.imported ? 1 : 0,
    draft.imported ? uuid(random) : null,
  );
  const tags =
    random() < 0.08 ? [...new Set([tagNames[chooseTag(random)] ?? '', tagNames[chooseTag(random)] ?? ''])] : [];
  for (const tag of tags) database.run('INSERT INTO asset_tag (asset_id, tag) VALUES (?, ?)', id, tag);
  if (random() < 0.05) {
    const album = 1 + chooseAlbum(random);
    database.run('INSERT INTO album_asset (album_id, asset_id, added_ms) VALUES (?, ?, ?)', album, id, draft.created);
  }
  indexAsset(database, id, { job: { parameters, workflow_id: draft.workflow }, filename, text: undefined, tags });
  state.done += 1;
  return { id, asset_id };
}

function parametersOf({ random, prompts }: State): Parameters {
  const [width, height] = pick(random, sizes);
  return {
    prompt: prompts.prompt(random),
    negative_prompt: prompts.negative(random),
    seed: Math.floor(random() * Number.MAX_SAFE_INTEGER),
    steps: 20 + Math.floor(random() * 20),
    cfg: 7,
    sampler_name: pick(random, ['euler', 'dpmpp_2m', 'uni_pc']),
    scheduler: pick(random, ['normal', 'karras']),
    model: models[chooseModel(random)] ?? '',
    width,
    height,
  };
}

function kindOf(random: Random): Kind {
  const drawn = random();
  return drawn < 0.04 ? 'audio' : drawn < 0.1 ? 'video' : 'image';
}

function ratingOf(random: Random): number {
  const drawn = random();
  if (drawn < 0.8) return 0;
  if (drawn < 0.84) return -1;
  if (drawn < 0.87) return 5;
  if (drawn < 0.92) return 4;
  return 1 + Math.floor(random() * 3);
}

/** A quarter expires after a day; the rest was kept. */
function expiryOf({ random }: State, created: number): number | null {
  return random() < 0.25 ? created + 86_400_000 : null;
}

function addDocument(database: Database, jobId: number, kind: 'graph' | 'history', body: Uint8Array): void {
  database.run(`INSERT INTO job_document (job_id, kind, codec, body) VALUES (?, ?, 'brotli', ?)`, jobId, kind, body);
}

function remember({ recent, random }: State, assetId: string): void {
  if (recent.length < 100) recent.push(assetId);
  else recent[Math.floor(random() * recent.length)] = assetId;
}

/** In the form of a UUID; not random enough for anything else. */
function uuid(random: Random): string {
  const part = () =>
    Math.floor(random() * 65_536)
      .toString(16)
      .padStart(4, '0');
  return `${part()}${part()}-${part()}-4${part().slice(1)}-8${part().slice(1)}-${part()}${part()}${part()}`;
}

/** Graphs of a text-to-image workflow, and the histories ComfyUI tells of them. */
function packSome(random: Random, prompts: Prompts): { graph: Uint8Array; history: Uint8Array }[] {
  return Array.from({ length: packedDocuments }, () => {
    const graph = graphOf(random, prompts);
    const history = {
      prompt: [1, uuid(random), graph, { client_id: uuid(random) }, ['9']],
      outputs: { '9': { images: [{ filename: 'generate_image_0000001_.png', subfolder: '', type: 'output' }] } },
      status: {
        status_str: 'success',
        completed: true,
        messages: ['execution_start', 'execution_cached', 'execution_success'].map((name) => [
          name,
          { prompt_id: uuid(random), timestamp: Math.floor(random() * 1e12) },
        ]),
      },
    };
    return { graph: packDocument(graph), history: packDocument(history) };
  });
}

function graphOf(random: Random, prompts: Prompts) {
  const seed = Math.floor(random() * Number.MAX_SAFE_INTEGER);
  const inputs = { seed, steps: 25, cfg: 7, sampler_name: 'euler', scheduler: 'normal', denoise: 1 };
  return {
    '3': {
      class_type: 'KSampler',
      inputs: { ...inputs, model: ['4', 0], positive: ['6', 0], negative: ['7', 0], latent_image: ['5', 0] },
      _meta: { title: 'KSampler' },
    },
    '4': {
      class_type: 'CheckpointLoaderSimple',
      inputs: { ckpt_name: pick(random, models) },
      _meta: { title: 'Model' },
    },
    '5': { class_type: 'EmptyLatentImage', inputs: { width: 1024, height: 1024, batch_size: 4 } },
    '6': { class_type: 'CLIPTextEncode', inputs: { text: prompts.prompt(random), clip: ['4', 1] } },
    '7': { class_type: 'CLIPTextEncode', inputs: { text: prompts.negative(random), clip: ['4', 1] } },
    '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
    '9': { class_type: 'SaveImage', inputs: { filename_prefix: 'generate_image', images: ['8', 0] } },
  };
}
