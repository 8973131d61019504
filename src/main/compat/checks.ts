/** The checks of graphs and their ends: what a job makes, how it fails, what the events and the history say. */
import { AppError } from '../../shared/errors.js';
import type { Graph } from '../comfy/graph.js';
import type { Bench, Finished } from './bench.js';
import * as graphs from './graphs.js';

/** What a check writes down. A check without `differs` is passed. */
export interface Notes {
  /** Worth a line in the report, and as it should be. */
  observed(text: string): void;
  /** Otherwise than the client takes for granted, or than newer servers do. */
  differs(text: string): void;
  /** The server lacks what the check needs. */
  notRun(why: string): void;
  /** A prompt that was run, by what it is or by its graph, and the id it has at the server. */
  run(graph: string | Graph, promptId: string): void;
}

export interface Check {
  title: string;
  /** Node classes without which it can't be run. */
  needs?: readonly string[];
  run(bench: Bench, notes: Notes): Promise<void>;
}

export function expectThat(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new AppError('INTERNAL_ERROR', problem);
}

/** The error a promise ends in. */
export async function failureOf(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expectThat(error instanceof AppError, `expected a refusal, got ${error === undefined ? 'none' : String(error)}`);
  return error;
}

/** First bytes of a file, and its size, both by way of /view. */
export async function fetchFile(
  bench: Bench,
  file: Finished['files'][number],
): Promise<{ bytes: Buffer; mime: string }> {
  const view = await bench.client.view(file);
  const chunks: Buffer[] = [];
  for await (const chunk of view.body) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  expectThat(view.size === undefined || view.size === bytes.length, 'the length of the file is not the one announced');
  return { bytes, mime: view.headers['content-type'] ?? 'no type' };
}

/** The end in a few words; no traceback, which would name folders of the machine. */
export function expectCompleted({ end }: Finished): void {
  const why = end.status === 'error' ? `: ${end.error.classType}: ${end.error.message}` : '';
  expectThat(end.status === 'completed', `the job ended as ${end.status}${why}`);
}

/** A check of one graph that makes one file. */
function makes(title: string, needs: string[], graph: (bench: Bench) => Graph, kind: string, magic: RegExp): Check {
  return {
    title,
    needs,
    async run(bench, notes) {
      const job = await bench.run(graph(bench));
      expectCompleted(job);
      const [file] = job.files;
      expectThat(file !== undefined, 'no file in the outputs');
      const { bytes, mime } = await fetchFile(bench, file);
      expectThat(magic.test(bytes.subarray(0, 16).toString('latin1')), `unexpected first bytes of ${file.filename}`);
      expectThat(file.kind === kind, `${file.filename} was taken for ${file.kind}`);
      const flags = file.animated ? ', animated' : '';
      notes.observed(
        `\`${file.key}\` → ${file.filename.replace(/^.*\./, '.')} (${mime}${flags}), ${bytes.length} bytes`,
      );
    },
  };
}

const job: Check = {
  title: 'A job, its events and its history',
  needs: ['EmptyImage', 'SaveImage'],
  async run(bench, notes) {
    const submitted = await bench.submit(graphs.pictureGraph(bench.has));
    if (submitted.idKept) notes.observed('prompt id kept');
    else notes.differs('prompt id not kept: the server makes its own');
    const done = await bench.finish(submitted.promptId);
    expectCompleted(done);
    expectThat(done.files.length === 1, `${done.files.length} files instead of one`);
    notes.observed(`events: ${done.sequence.map((step) => `\`${step}\``).join(' → ')}`);
    const documented = [
      'execution_start',
      'execution_cached',
      ...['1', '2', '3'].flatMap((node) => [
        'progress_state',
        `executing ${node}`,
        ...(node === '3' ? ['executed 3'] : []),
      ]),
      'progress_state',
      'execution_success',
      'executing null',
    ];
    for (const step of new Set(documented)) {
      if (!done.sequence.includes(step)) notes.differs(`no \`${step}\` event`);
    }
    const inOrder = done.sequence.filter((step) => step !== 'progress_state');
    const expected = documented.filter((step) => inOrder.includes(step));
    if (inOrder.join() !== expected.join()) notes.differs(`order of events: expected ${expected.join(' → ')}`);
    if (done.entry.status === undefined || done.entry.status === null) notes.differs('history without `status`');
  },
};

const historyGap: Check = {
  title: 'History right after the end',
  needs: ['EmptyImage', 'SaveImage'],
  async run(bench, notes) {
    let early = 0;
    const rounds = 20;
    for (let round = 0; round < rounds; round += 1) {
      const { promptId } = await bench.submit(graphs.pictureGraph(bench.has));
      // Servers without execution_success: what comes last before the end is the output node's `executed`.
      await bench.until('success', (event) => {
        if (event.type !== 'message' || !('prompt_id' in event.message.data)) return false;
        const { type, data } = event.message;
        return (
          data.prompt_id === promptId && (type === 'execution_success' || (type === 'executed' && data.node === '3'))
        );
      });
      if ((await bench.client.history(promptId)) === undefined) early += 1;
      await bench.finish(promptId);
      const entry = await bench.client.history(promptId);
      expectThat(entry !== undefined, 'no history entry after the last event');
    }
    notes.observed(
      `empty in ${early} of ${rounds} asked at the output's event, filled after \`executing null\` in all`,
    );
  },
};

const ranges: Check = {
  title: 'Bytes of a file: whole, range, preview, missing',
  needs: ['EmptyImage', 'SaveImage'],
  async run(bench, notes) {
    const [file] = (await bench.run(graphs.pictureGraph(bench.has, { size: 64 }))).files;
    expectThat(file !== undefined, 'no file');
    const { bytes } = await fetchFile(bench, file);
    expectThat(bytes.subarray(1, 4).toString() === 'PNG', 'not a PNG');
    const part = await bench.client.view(file, { range: 'bytes=0-7' });
    part.body.destroy();
    if (part.status === 206) notes.observed('ranges work');
    else notes.differs(`a range gives HTTP ${part.status}`);
    const small = await bench.client.view(file, { preview: 'webp;80' });
    small.body.destroy();
    notes.observed(`preview: ${small.headers['content-type']}`);
    const missing = await failureOf(bench.client.view({ filename: 'no such file.png' }));
    expectThat(missing.code === 'MEDIA_UNAVAILABLE', `a missing file gives ${missing.code}`);
  },
};

const exactSeed: Check = {
  title: 'A seed of 2^64-1 arrives exactly',
  needs: ['EmptyImage', 'ImageAddNoise', 'SaveImage'],
  async run(bench, notes) {
    const seed = 2n ** 64n - 1n;
    const done = await bench.run(graphs.pictureGraph(bench.has, { seed }));
    expectCompleted(done);
    const stored = done.entry.prompt?.graph['2'];
    const text = JSON.stringify(stored, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
    expectThat(text.includes(String(seed)), `the history has ${text}`);
    notes.observed('kept in the history digit by digit');
  },
};

const cached: Check = {
  title: 'The same graph again',
  needs: ['EmptyImage', 'SaveImage'],
  async run(bench, notes) {
    const graph = graphs.pictureGraph(bench.has);
    const first = await bench.run(graph);
    const second = await bench.run(graph);
    expectCompleted(second);
    const names = (done: Finished) => done.files.map((file) => file.filename).join();
    if (second.files.length === 0) notes.differs('no outputs in the history of the cached job');
    else if (names(first) === names(second)) notes.observed('outputs repeat the first job’s file');
    else notes.differs('the graph ran anew: the cache is off');
    if (!second.sequence.includes('executed 3')) notes.differs('no `executed` event for the cached output node');
  },
};

const runtimeError: Check = {
  title: 'A node that fails while it runs',
  needs: ['EmptyImage', 'SaveImage'],
  async run(bench, notes) {
    const done = await bench.run(graphs.failingGraph(bench.has));
    expectThat(done.end.status === 'error', `ended as ${done.end.status}`);
    const { classType, exceptionType, nodeId } = done.end.error;
    expectThat(nodeId !== undefined, 'nobody names the node that failed');
    notes.observed(`${classType} (node ${nodeId}), ${exceptionType}`);
    if (!done.entry.status) notes.differs('only the socket tells it from success');
    expectThat(done.sequence.includes('execution_error'), 'no execution_error event');
    notes.observed(
      `events: ${done.sequence
        .slice(-3)
        .map((step) => `\`${step}\``)
        .join(' → ')}`,
    );
  },
};

const literalLink: Check = {
  title: 'A value where a link is needed',
  needs: ['ImageScale', 'SaveImage'],
  async run(bench, notes) {
    const graph: Graph = {
      '1': { class_type: 'SaveImage', inputs: { images: `text ${Date.now()}`, filename_prefix: graphs.folder } },
    };
    const error = await bench.run(graph).catch((thrown: unknown) => thrown);
    if (error instanceof AppError) notes.differs(`refused at once: ${error.code}`);
    else notes.observed('accepted, and fails when it runs');
  },
};

const refusals: Check = {
  title: 'Refusals: value out of range, unknown class, unknown model, missing file',
  needs: ['EmptyImage', 'SaveImage'],
  async run(bench, notes) {
    const good = graphs.pictureGraph(bench.has);
    const cases: [string, Graph, string][] = [
      [
        'EmptyImage of width 0',
        { ...good, '1': { class_type: 'EmptyImage', inputs: { width: 0, height: 8, batch_size: 1, color: 0 } } },
        'INVALID_VALUE',
      ],
      [
        'an unknown class',
        { ...good, '2': { class_type: 'NoSuchNodeClass', inputs: { image: ['1', 0] } } },
        'NODE_NOT_FOUND',
      ],
    ];
    if (bench.has('CheckpointLoaderSimple')) {
      cases.push(['an unknown model', graphs.textToImageGraph('no such model.safetensors'), 'MODEL_NOT_FOUND']);
    }
    if (bench.has('LoadImage'))
      cases.push(['a missing input file', graphs.loadGraph('no such file.png'), 'INVALID_VALUE']);
    for (const [what, graph, code] of cases) {
      const error = await failureOf(bench.submit(graph));
      if (error.code === code) notes.observed(`${what}: ${code}`);
      else notes.differs(`${what}: ${error.code} (${error.message})`);
      expectThat(error.details?.delivered === false, `${what}: the refusal is in doubt`);
    }
  },
};

export const graphChecks: readonly Check[] = [
  job,
  historyGap,
  ranges,
  exactSeed,
  makes('Batch to animated WebP', ['EmptyImage', 'SaveAnimatedWEBP'], graphs.animationGraph, 'image', /^RIFF/),
  makes('Silence to FLAC', ['EmptyAudio', 'SaveAudio'], graphs.soundGraph, 'audio', /^fLaC/),
  makes('Pictures to MP4', ['EmptyImage', 'CreateVideo', 'SaveVideo'], graphs.videoGraph, 'video', /^.{4}ftyp/s),
  {
    title: 'Text output',
    needs: ['StringConcatenate', 'PreviewAny'],
    async run(bench, notes) {
      const done = await bench.run(graphs.textGraph());
      expectCompleted(done);
      expectThat(/^seed \d+$/.test(done.texts[0] ?? ''), `the text is ${done.texts[0]}`);
      notes.observed('text in the history');
    },
  },
  cached,
  runtimeError,
  literalLink,
  refusals,
];
