/** The checks of the tools: what an agent does, over HTTP with the official clients, and the server at the far end. */
import { sharp } from '../sharp.js';
import { type Generation, generations } from './agent.js';
import { type Check, expectThat, type Notes } from './checks.js';
import { type Answer, type ToolBench, withTools } from './tool-bench.js';

const needs = ['EmptyImage', 'SaveImage'];
const longNeeds = ['EmptyImage', 'ImageScale', 'PreviewImage', 'SaveImage'];

/** Milliseconds a long job may take to begin, and between two looks. */
const startMs = 60_000;
const pollMs = 30;

type Step = (
  tools: ToolBench,
  notes: Notes,
  clock: { now(): number; sleep(ms: number): Promise<void> },
) => Promise<void>;

function checks(generation: Generation): Check[] {
  const check = (title: string, classes: readonly string[], run: Step): Check => ({
    title: `Tools, protocol ${generation}: ${title}`,
    needs: classes,
    run: (bench, notes) =>
      withTools(bench, generation, (tools) =>
        run(tools, notes, { now: () => bench.clock.monotonic(), sleep: (ms) => bench.clock.sleep(ms) }),
      ),
  });
  return [
    check('a picture, and again with another seed', needs, pictureAndAgain),
    check('what is refused before it is sent', needs, refusals),
    check('waiting, cancelling, the queue', longNeeds, cancelling),
    check('a node that fails', needs, failing),
    check('a file as input, and a result as the next one', [...needs, 'LoadImage', 'ImageInvert'], chaining),
    check('words of a node', ['StringConcatenate', 'PreviewAny'], words),
  ];
}

function record(value: unknown): Answer {
  return value as Answer;
}

function list(value: unknown): Answer[] {
  return value as Answer[];
}

const pictureAndAgain: Step = async ({ agent, ok }, notes) => {
  const names = (await agent.tools()).map(({ name }) => name);
  expectThat(names.includes('picture') && names.includes('regenerate'), `the tools are ${names.join(', ')}`);
  let told = 0;
  const made = await ok('picture', { width: '48', height: 32 }, () => {
    told += 1;
  });
  notes.run('picture', String(made.prompt_id));
  expectThat(made.status === 'completed', `the picture is ${made.status}`);
  expectThat(typeof made.seed === 'number', 'the seed that was drawn is not told');
  expectThat(made.width === 48 && made.height === 32, `it is ${made.width} by ${made.height}`);
  const viewed = await agent.call('view_image', { asset_id: made.asset_id });
  expectThat(
    viewed.content.some((block) => block.mimeType === 'image/webp'),
    'view_image shows no WebP',
  );
  const fetched = await fetch(String(made.asset_url));
  expectThat((await fetched.arrayBuffer()).byteLength === made.bytes_size, 'asset_url gives other bytes');
  const { assets } = await ok('list_assets', { query: 'picture', session_id: String(made.session_id) });
  expectThat(list(assets)[0]?.asset_id === made.asset_id, 'list_assets does not find it');
  const again = await ok('regenerate', { asset_id: made.asset_id, seed: -1, param_overrides: { width: 64 } });
  notes.run('picture', String(again.prompt_id));
  expectThat(again.parent_asset_id === made.asset_id && again.width === 64, 'regenerate made something else');
  expectThat(again.asset_id !== made.asset_id && again.seed !== made.seed, 'regenerate drew no new seed');
  const { submitted_workflow: graph } = await ok('get_asset_metadata', { asset_id: again.asset_id });
  expectThat(!JSON.stringify(graph).includes('PARAM_'), 'a placeholder was sent');
  notes.observed(`made, seen, found and made again; ${told > 0 ? 'progress came' : 'too quick for progress'}`);
};

const refusals: Step = async ({ ok, refused }, notes) => {
  const range = await refused('INVALID_VALUE', 'picture', { width: 100_000, height: 32 });
  expectThat(record(range.details).class_type === 'EmptyImage', 'the node is not named');
  await refused('VALIDATION_ERROR', 'picture', { widht: 32 });
  await refused('VALIDATION_ERROR', 'picture', { width: 'many' });
  await refused('WORKFLOW_NOT_FOUND', 'run_workflow', { workflow_id: 'pictur' });
  await refused('ASSET_NOT_FOUND', 'view_image', { asset_id: 'nothing' });
  expectThat((await ok('get_job', { prompt_id: 'nothing' })).status === 'not_found', 'an unknown job is known');
  await refused('JOB_NOT_FOUND', 'cancel_job', { prompt_id: 'nothing' });
  const { running_count, pending_count } = await ok('get_queue_status');
  expectThat(running_count === 0 && pending_count === 0, 'something was sent all the same');
  notes.observed('each with its code, and nothing was sent');
};

const cancelling: Step = async ({ ok }, notes, clock) => {
  const long = await ok('long', { colour: Math.floor(clock.now()) % 0xffffff, wait_seconds: 0 });
  notes.run('long', String(long.prompt_id));
  const waiting = await ok('picture', { width: 32, height: 32, wait_seconds: 0 });
  notes.run('picture', String(waiting.prompt_id));
  const deadline = clock.now() + startMs;
  while ((await ok('get_job', { prompt_id: long.prompt_id })).status !== 'running') {
    expectThat(clock.now() < deadline, 'the long job did not begin to run');
    await clock.sleep(pollMs);
  }
  const queue = await ok('get_queue_status');
  expectThat(list(queue.running)[0]?.prompt_id === long.prompt_id, 'the queue tells another running job');
  expectThat(list(queue.pending)[0]?.prompt_id === waiting.prompt_id, 'the queue tells another waiting job');
  for (const { prompt_id } of [waiting, long, long]) {
    const { success, status } = await ok('cancel_job', { prompt_id });
    expectThat(success === true && status === 'cancelled', `cancelling answers ${status}`);
  }
  const next = await ok('picture', { width: 32, height: 32 });
  expectThat(next.status === 'completed', 'the next job did not run');
  notes.observed('both were cancelled before the call answered; the next job runs');
};

const failing: Step = async ({ ok, refused }, notes) => {
  const { details, error } = await refused('EXECUTION_FAILED', 'run_workflow', { workflow_id: 'failing' });
  const { node_id, class_type, prompt_id } = record(details);
  expectThat(typeof node_id === 'string' && typeof class_type === 'string', 'the error names no node');
  expectThat(String(error).includes(String(node_id)), 'the sentence names no node');
  notes.run('failing', String(prompt_id));
  const job = await ok('get_job', { prompt_id });
  expectThat(job.status === 'error' && record(job.error).class_type === class_type, 'get_job tells otherwise');
  notes.observed(`names ${class_type} (node ${node_id})`);
};

const chaining: Step = async ({ ok, refused }, notes, clock) => {
  const colour = { r: Math.floor(clock.now()) % 256, g: 90, b: 160 };
  const bytes = await sharp({ create: { width: 40, height: 24, channels: 3, background: colour } })
    .png()
    .toBuffer();
  const base64 = bytes.toString('base64');
  const given = await ok('upload_image', { base64, filename: 'mcp check é.png' });
  const again = await ok('upload_image', { base64 });
  expectThat(again.asset_id === given.asset_id && again.already_there === true, 'the same file was uploaded twice');
  const first = await ok('inverted', { image: given.asset_id });
  notes.run('inverted', String(first.prompt_id));
  const second = await ok('inverted', { image: first.asset_id });
  notes.run('inverted', String(second.prompt_id));
  expectThat(second.width === 40 && second.height === 24, `it is ${second.width} by ${second.height}`);
  const back = await fetch(String(second.asset_url));
  const [pixel] = [
    await sharp(Buffer.from(await back.arrayBuffer()))
      .removeAlpha()
      .raw()
      .toBuffer(),
  ];
  // Servers round down, twice.
  const near = (value: number | undefined, wanted: number) => Math.abs((value ?? Number.NaN) - wanted) <= 2;
  expectThat(near(pixel[0], colour.r) && near(pixel[1], colour.g), 'inverted twice it is another picture');
  const { lineage } = await ok('get_asset_metadata', { asset_id: second.asset_id });
  const ancestors = list(record(lineage).ancestors);
  expectThat(
    JSON.stringify(ancestors) === JSON.stringify([first.asset_id, given.asset_id]),
    'the lineage tells otherwise',
  );
  await refused('INVALID_VALUE', 'inverted', { image: 'not there.png' });
  notes.observed(
    `uploaded once as ${String(given.name).replace(/[0-9a-f]{10}/, '…')}, inverted twice, the lineage has all three`,
  );
};

const words: Step = async ({ ok }, notes, clock) => {
  const text = `said at ${clock.now()}`;
  const made = await ok('words', { text });
  notes.run('words', String(made.prompt_id));
  const [asset] = list(made.assets);
  expectThat(asset?.media_kind === 'text' && String(asset.text).includes(text), 'the words are no asset');
  notes.observed('a text asset, and the words in the answer');
};

export const toolChecks: readonly Check[] = generations.flatMap(checks);
