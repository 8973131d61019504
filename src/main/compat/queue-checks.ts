/** The checks of the queue and of the connection: cancelling, interrupting, a lost socket, uploads, sampling. */
import { randomUUID } from 'node:crypto';
import { AppError } from '../../shared/errors.js';
import type { Bench } from './bench.js';
import { type Check, expectCompleted, expectThat, failureOf, fetchFile } from './checks.js';
import * as graphs from './graphs.js';

/** Submits a long job and waits until it runs. */
async function startLongJob(bench: Bench): Promise<string> {
  const { promptId } = await bench.submit(graphs.longGraph());
  await bench.until('the long job to run', (event) => {
    if (event.type !== 'message' || event.message.type !== 'executing') return false;
    return event.message.data.prompt_id === promptId && event.message.data.node !== null;
  });
  return promptId;
}

const cancelPending: Check = {
  title: 'Cancelling a job that waits',
  needs: ['EmptyImage', 'ImageScale', 'PreviewImage', 'SaveImage'],
  async run(bench, notes) {
    const long = await startLongJob(bench);
    const waiting = (await bench.submit(graphs.pictureGraph(bench.has))).promptId;
    const front = (await bench.submit(graphs.pictureGraph(bench.has), { front: true })).promptId;
    const queue = await bench.client.queue();
    const order = queue.pending.map((item) => item.promptId);
    if (queue.running.some((item) => item.promptId === long)) {
      expectThat(order.indexOf(front) < order.indexOf(waiting), 'front does not come first');
      notes.observed('`front` runs before what waits');
      await bench.client.deletePending([waiting, randomUUID()]);
      const left = (await bench.client.queue()).pending.map((item) => item.promptId);
      expectThat(!left.includes(waiting) && left.includes(front), 'the wrong job was taken out');
    } else notes.differs('the long job was too short for this check');
    await bench.client.interrupt(long);
    await bench.finish(long);
    await bench.finish(front);
    expectThat((await bench.client.history(waiting)) === undefined, 'the cancelled job has a history entry');
    expectThat(bench.messagesOf(waiting).length === 0, 'the cancelled job has events');
    notes.observed('no events and no history entry for it');
  },
};

const interrupt: Check = {
  title: 'Interrupting a job that runs',
  needs: ['EmptyImage', 'ImageScale', 'PreviewImage'],
  async run(bench, notes) {
    const long = await startLongJob(bench);
    expectThat(!(await bench.client.interrupt(randomUUID())), 'an interrupt of another job was sent');
    expectThat(await bench.client.interrupt(long), 'the job was over before it was interrupted');
    const done = await bench.finish(long);
    expectThat(done.end.status === 'cancelled', `it counts as ${done.end.status}`);
    if (done.entry.status) notes.observed('the history tells it from an error');
    else notes.differs('only the socket tells it from success');
    notes.observed(
      `events: ${done.sequence
        .slice(-2)
        .map((step) => `\`${step}\``)
        .join(' → ')}`,
    );
  },
};

const lostSocket: Check = {
  title: 'A socket that is lost while a job runs',
  needs: ['EmptyImage', 'ImageScale', 'PreviewImage'],
  async run(bench, notes) {
    const long = await startLongJob(bench);
    const before = bench.events.length;
    bench.socket.reconnect();
    const since = () => bench.events.slice(before);
    await bench.until('the connection to come back', () => since().some((event) => event.type === 'connected'));
    const done = await bench.finish(long);
    expectCompleted(done);
    const after = since().flatMap((event) => (event.type === 'message' ? [event.message] : []));
    const greeting = after.find((message) => message.type === 'executing');
    notes.observed(
      greeting ? 'the server says which node runs when the socket is back' : 'no word of the running node',
    );
    if (done.sequence.at(-1) === 'executing null') notes.observed('events go on under the same client id');
    else notes.differs('no events after the reconnection: the end was found in the history');
  },
};

const uploads: Check = {
  title: 'Upload and use a picture',
  needs: ['EmptyImage', 'SaveImage', 'LoadImage'],
  async run(bench, notes) {
    const [file] = (await bench.run(graphs.pictureGraph(bench.has))).files;
    expectThat(file !== undefined, 'no file');
    const { bytes } = await fetchFile(bench, file);
    const filename = `mcp check é ${randomUUID().slice(0, 8)}.png`;
    const upload = await bench.client.upload({ filename, data: bytes, contentType: 'image/png' });
    expectThat(upload.name === filename, `the name became ${upload.name}`);
    const again = await bench.client.upload({ filename, data: bytes });
    const reused = again.name === upload.name;
    notes.observed(
      reused ? 'same name and content: the file is reused' : `same name and content: saved again as a copy`,
    );
    const done = await bench.run(graphs.loadGraph(upload.name));
    expectCompleted(done);
    expectThat(done.files.length === 1, `${done.files.length} files instead of one`);
  },
};

const jobsApi: Check = {
  title: 'Jobs API',
  needs: ['EmptyImage', 'SaveImage'],
  async run(bench, notes) {
    const done = await bench.run(graphs.pictureGraph(bench.has));
    if (!bench.profile.hasJobsApi) {
      const error = await failureOf(bench.client.job(done.promptId));
      expectThat(error.code === 'NOT_SUPPORTED', `the missing API gives ${error.code}`);
      notes.differs('the server has none');
      return;
    }
    const job = await bench.client.job(done.promptId);
    expectThat(job?.status === 'completed', `the status is ${job?.status}`);
    expectThat((await bench.client.job(randomUUID())) === undefined, 'an unknown job has an answer');
    notes.observed(`status ${job.status}, ${job.outputs_count} output`);
    try {
      expectThat(!(await bench.client.cancelJob(done.promptId)), 'a finished job could be cancelled');
      notes.observed('cancelling by id is there');
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'NOT_SUPPORTED')) throw error;
      notes.differs('cancelling by id is not there');
    }
  },
};

const textToImage: Check = {
  title: 'Text to image, 64×64, 2 steps',
  needs: ['CheckpointLoaderSimple', 'KSampler', 'VAEDecode', 'SaveImage'],
  async run(bench, notes) {
    const checkpoints = await checkpointsOf(bench);
    const [checkpoint] = checkpoints;
    if (checkpoint === undefined) {
      notes.notRun('no checkpoint');
      return;
    }
    const done = await bench.run(graphs.textToImageGraph(checkpoint));
    expectCompleted(done);
    expectThat(done.files.length === 1, `${done.files.length} files instead of one`);
    const previews = bench.events.flatMap((event) => (event.type === 'preview' ? [event.preview] : []));
    const mine = previews.filter((preview) => preview.promptId === done.promptId && preview.nodeId === '3');
    expectThat(previews.length === 0 || mine.length > 0, 'previews came, but none is known to be of this job');
    notes.observed(
      mine.length > 0 ? `${mine.length} previews, known to be of the sampler` : 'no previews (server option)',
    );
    const steps = bench.messagesOf(done.promptId).filter((message) => message.type === 'progress').length;
    if (steps > 0) notes.observed(`${steps} \`progress\` events name the job`);
    else notes.differs('`progress` events do not name their job');
  },
};

/** From the node itself: the models route is younger, and an empty list means none either way. */
async function checkpointsOf(bench: Bench): Promise<string[]> {
  const type = bench.info.CheckpointLoaderSimple?.input.required.ckpt_name?.[0];
  if (Array.isArray(type)) return type.map(String);
  return bench.client.models('checkpoints');
}

export const queueChecks: readonly Check[] = [cancelPending, interrupt, lostSocket, uploads, jobsApi, textToImage];
