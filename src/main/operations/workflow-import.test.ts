import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../../shared/contract.js';
import { stringifyJson } from '../../shared/exact-json.js';
import { type CoreBench, callContext as context, createCoreBench } from '../core.testing.js';
import { n, ui } from '../workflows/convert/ui.testing.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

const picture = ui([
  n(1, 'EmptyImage', [64, 64, 1, 255]),
  n(2, 'ImageInvert', [], { image: [1, 0] }, { mode: 4 }),
  n(3, 'SaveImage', ['imported'], { images: [2, 0] }),
]);

async function open() {
  const folder = path.join(bench.home, 'mine');
  mkdirSync(folder);
  const { args } = await bench.server();
  const { handlers } = await bench.open([...args, '--workflow-dir', folder]);
  return { handlers, folder };
}

describe('import_workflow', () => {
  it('makes a workflow that runs', async () => {
    const { handlers } = await open();
    const told = await handlers.import_workflow({ json: JSON.stringify(picture), name: 'From the editor' }, context());
    expect(contract.import_workflow.output.parse(told)).toEqual(told);
    expect(told).toEqual({
      workflow_id: 'From the editor',
      tool: null,
      parameters: ['width', 'height'],
      warnings: [],
      problems: [],
    });
    const { workflows } = await handlers.list_workflows({ query: 'editor' }, context());
    expect(workflows).toMatchObject([{ id: 'From the editor', problem: null, missing_nodes: [] }]);
    const made = await handlers.run_workflow({ workflow_id: 'From the editor', wait_seconds: 40 }, context());
    expect(made).toMatchObject({ status: 'completed', width: 64 });

    // The picture that came of it holds the graph.
    const again = await handlers.import_workflow({ asset_id: String(made.asset_id) }, context());
    expect(again).toMatchObject({ warnings: [], problems: [] });
    expect(again.workflow_id).toMatch(/^imported/);
  });

  it('keeps a seed beyond 2^53 on its way through file, engine and picture', async () => {
    const { handlers, folder } = await open();
    const seed = 18446744073709551615n;
    const noise = n(2, 'ImageAddNoise', [seed, 'fixed', 0.5], { image: [1, 0] });
    const graph = ui([n(1, 'EmptyImage', [64, 64, 1, 255]), noise, n(3, 'SaveImage', ['noise'], { images: [2, 0] })]);
    const { workflow_id } = await handlers.import_workflow(
      { json: stringifyJson(graph), parameters: 'none' },
      context(),
    );
    const made = await handlers.run_workflow({ workflow_id, wait_seconds: 40 }, context());
    expect(made).toMatchObject({ status: 'completed' });
    const again = await handlers.import_workflow(
      { asset_id: String(made.asset_id), name: 'again', parameters: 'none' },
      context(),
    );
    expect(again).toMatchObject({ problems: [], parameters: [] });
    expect(readFileSync(path.join(folder, 'again.json'), 'utf8')).toContain(`"seed":${seed}`);

    // As a parameter it is drawn; what it was stays beside it.
    const proposed = await handlers.import_workflow({ json: stringifyJson(graph), name: 'drawn' }, context());
    expect(proposed).toMatchObject({ tool: 'drawn', parameters: expect.arrayContaining(['seed']) });
    expect(readFileSync(path.join(folder, 'drawn.json'), 'utf8')).toContain('"seed":"PARAM_INT_SEED"');
    expect(readFileSync(path.join(folder, 'drawn.meta.json'), 'utf8')).toContain(String(seed));
  });

  it('tells what the engine lacks', async () => {
    const { handlers } = await open();
    const graph = { '1': { class_type: 'SaveImage', inputs: { filename_prefix: 'x' } } };
    expect(await handlers.import_workflow({ json: JSON.stringify(graph) }, context())).toMatchObject({
      workflow_id: 'Imported workflow',
      problems: [expect.stringContaining('images is missing')],
    });
  });

  it('takes files from the window only, and one source at a time', async () => {
    const { handlers, folder } = await open();
    const file = path.join(folder, 'saved.json');
    writeFileSync(file, JSON.stringify(picture));
    await expect(handlers.import_workflow({ path: file }, context())).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    const window = context({ door: 'ipc' });
    expect(await handlers.import_workflow({ path: file }, window)).toMatchObject({ workflow_id: 'saved 2' });
    await expect(handlers.import_workflow({}, window)).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    await expect(handlers.import_workflow({ json: '{}', asset_id: 'x' }, window)).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
    await expect(handlers.import_workflow({ asset_id: 'x' }, window)).rejects.toMatchObject({
      code: 'ASSET_NOT_FOUND',
    });
  });
});
