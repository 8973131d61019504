/** The checks of workflows: those that come with the app, and what the conversion makes of the editor's files. */

import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { builtInDefaults } from '../../shared/defaults.js';
import { AppError } from '../../shared/errors.js';
import { type NodeCatalog, parseNodeSpec } from '../../shared/nodes.js';
import type { Graph } from '../../shared/workflow.js';
import { sharp } from '../sharp.js';
import { silentLogger } from '../system.js';
import { convertUiGraph } from '../workflows/convert/index.js';
import { createWorkflowLibrary, findProblems, type WorkflowLibrary } from '../workflows/index.js';
import type { Bench } from './bench.js';
import { type Check, expectCompleted, expectThat, failureOf } from './checks.js';
import { standIns } from './model-files.js';
import { rewiredUi, scaledUi } from './ui-graphs.js';

/** Where the command is run. */
const bundledDir = resolve('workflows');

function catalogOf({ info }: Pick<Bench, 'info'>): NodeCatalog {
  return {
    get: (classType) => (Object.hasOwn(info, classType) ? parseNodeSpec(info[classType], classType) : undefined),
    names: () => Object.keys(info),
    refresh: async () => {},
  };
}

/** The bundled workflows as they are without any settings. */
async function withBundled(bench: Bench, work: (library: WorkflowLibrary) => Promise<void>): Promise<void> {
  const empty = await mkdtemp(join(tmpdir(), 'compat-workflows-'));
  const library = createWorkflowLibrary({
    bundledDir,
    userDir: empty,
    reservedToolNames: [],
    defaults(namespace, name) {
      const values = builtInDefaults[namespace];
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      return value === undefined ? undefined : { value, source: 'built-in' };
    },
    catalog: catalogOf(bench),
    logger: silentLogger,
    clock: bench.clock,
    onChange() {},
  });
  try {
    await library.load();
    await work(library);
  } finally {
    library.dispose();
    await rm(empty, { recursive: true, force: true });
  }
}

/** A value for everything that is needed; files are the one that was uploaded. */
function graphOf(library: WorkflowLibrary, id: string, file: string, withFiles: boolean): Graph {
  const entry = library.get(id);
  expectThat(entry !== undefined && entry.workflow.problem === null, `${id}: ${entry?.workflow.problem ?? 'gone'}`);
  const values = entry.workflow.params.flatMap(({ name, required, media }) => {
    if (media !== undefined) return required || withFiles ? [[name, file] as const] : [];
    return required ? [[name, 'a lighthouse'] as const] : [];
  });
  return library.bind(entry, Object.fromEntries(values)).graph;
}

async function uploadPicture({ client }: Bench): Promise<string> {
  const data = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#3a6' } })
    .png()
    .toBuffer();
  const { name, subfolder } = await client.upload({
    filename: 'compatibility-check.png',
    data,
    contentType: 'image/png',
  });
  return subfolder ? `${subfolder}/${name}` : name;
}

/** Takes a job away wherever it is: without weights it would only fail, with them it would take minutes. */
async function takeBack({ client, clock }: Bench, promptId: string): Promise<void> {
  const deadline = clock.monotonic() + 60_000;
  for (;;) {
    await client.deletePending([promptId]);
    await client.interrupt(promptId);
    const { running, pending } = await client.queue();
    if (![...running, ...pending].some((item) => item.promptId === promptId)) return;
    expectThat(clock.monotonic() < deadline, 'a job that was taken back goes on');
    await clock.sleep(50);
  }
}

const bundledAccepted: Check = {
  title: 'Bundled workflows: each is accepted',
  needs: ['LoadImage', 'KSampler'],
  async run(bench, notes) {
    const file = await uploadPicture(bench);
    await withBundled(bench, async (library) => {
      const ids = library.list().map(({ id }) => id);
      expectThat(ids.length > 0, `no workflow lies in ${bundledDir}`);
      const accepted: string[] = [];
      const standing = new Set<string>();
      for (const id of ids) {
        for (const withFiles of [false, true]) {
          const graph = graphOf(library, id, file, withFiles);
          const told = await accept(bench, graph, withFiles);
          if (told.missing.length > 0) {
            notes.notRun(`${id}: no ${told.missing.join(', ')}`);
            break;
          }
          for (const name of told.standIns) standing.add(name);
          for (const promptId of told.promptIds) notes.run(id, promptId);
        }
        accepted.push(id);
      }
      notes.observed(
        `${accepted.join(', ')}; ${standing.size === 0 ? 'all models are there' : `empty files stood in for ${standing.size} models`}`,
      );
    });
  },
};

/** Sends a graph; where models are missing and may not be stood in for, being refused for them alone is enough. */
async function accept(bench: Bench, graph: Graph, again: boolean) {
  const problems = findProblems(graph, catalogOf(bench));
  const missing = problems.flatMap(({ code, class_type }) => (code === 'NODE_NOT_FOUND' ? [class_type ?? '?'] : []));
  if (missing.length > 0) return { missing, standIns: [], promptIds: [] };
  const models = problems.filter(({ code }) => code === 'MODEL_NOT_FOUND');
  const [other] = problems.filter(({ code }) => code !== 'MODEL_NOT_FOUND');
  expectThat(other === undefined, `our own check says: ${other?.message}`);
  const names = models.map(({ class_type = '', value }) => ({ class_type, name: String(value) }));
  if (names.length > 0 && bench.modelsDir === undefined) {
    const refused = await failureOf(
      bench.client.submit({ graph, promptId: randomUUID(), clientId: bench.socket.clientId }),
    );
    expectThat(refused.code === 'MODEL_NOT_FOUND', `refused for ${refused.code}: ${refused.message}`);
    return { missing: [], standIns: names.map(({ name }) => name), promptIds: [] };
  }
  const remove = bench.modelsDir === undefined ? async () => {} : await standIns(bench.modelsDir, names);
  try {
    if (names.length > 0) await listsAgain(bench, names);
    // The same graph once more would be answered from the cache.
    const { promptId } = await bench.submit(again ? structuredClone(graph) : graph);
    await takeBack(bench, promptId);
    return { missing: [], standIns: names.map(({ name }) => name), promptIds: [promptId] };
  } finally {
    await remove();
  }
}

/** Servers look at a folder's time before they list it anew. */
async function listsAgain(bench: Bench, names: readonly { class_type: string; name: string }[]): Promise<void> {
  const deadline = bench.clock.monotonic() + 15_000;
  for (;;) {
    const info = await bench.client.objectInfo();
    const text = JSON.stringify(names.map(({ class_type }) => info[class_type]));
    if (names.every(({ name }) => text.includes(JSON.stringify(name)))) return;
    expectThat(
      bench.clock.monotonic() < deadline,
      `the server does not list ${names.map(({ name }) => name).join(', ')}`,
    );
    await bench.clock.sleep(200);
  }
}

const bundledNodes: Check = {
  title: 'Bundled workflows: every node and input is known',
  async run(bench, notes) {
    const names = (await readdir(bundledDir)).filter((name) => name.endsWith('.json') && !name.endsWith('.meta.json'));
    await withBundled(bench, async (library) => {
      const lacking: string[] = [];
      for (const { id } of library.list()) {
        for (const { class_type, inputs } of Object.values(library.get(id)?.graph ?? {})) {
          const spec = catalogOf(bench).get(class_type);
          if (spec === undefined) lacking.push(`${id}: ${class_type}`);
          const odd = Object.keys(inputs).find((input) => spec !== undefined && !Object.hasOwn(spec.inputs, input));
          expectThat(odd === undefined, `${id}: ${class_type} has no input ${odd}`);
        }
      }
      const complete = names.length - new Set(lacking.map((text) => text.split(':')[0])).size;
      notes.observed(`${complete} of ${names.length} workflows can be offered`);
      if (lacking.length > 0) notes.differs(`not there: ${[...new Set(lacking)].join(', ')}`);
    });
  },
};

function converted(title: string, needs: string[], ui: () => unknown, files: number): Check {
  return {
    title: `Converted from the editor’s format: ${title}`,
    needs,
    async run(bench, notes) {
      const { graph, warnings } = convertUiGraph(ui(), (classType) =>
        Object.hasOwn(bench.info, classType) ? bench.info[classType] : undefined,
      );
      const [problem] = findProblems(graph, catalogOf(bench));
      if (problem !== undefined) throw new AppError('WORKFLOW_INVALID', problem.message);
      const done = await bench.run(graph);
      expectCompleted(done);
      expectThat(done.files.length === files, `${done.files.length} files instead of ${files}`);
      notes.observed(`accepted and run; ${warnings.length === 0 ? 'no warnings' : `${warnings.length} warnings`}`);
    },
  };
}

export const workflowChecks: readonly Check[] = [
  bundledNodes,
  bundledAccepted,
  converted(
    'a primitive, a reroute, a bypassed node, a note',
    ['EmptyImage', 'ImageInvert', 'SaveImage'],
    rewiredUi,
    1,
  ),
  converted('values in the order of the widgets', ['EmptyImage', 'ImageScale', 'SaveImage'], scaledUi, 2),
];
