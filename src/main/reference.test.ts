import { afterEach, beforeEach, expect, it } from 'vitest';
import { contract } from '../shared/contract.js';
import { type CoreBench, callContext, createCoreBench } from './core.testing.js';
import { createOffers } from './mcp/offers.js';
import { buildToolTable } from './mcp/tools.js';
import { renderReference } from './reference.js';
import { systemClock } from './system.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

// `npm run reference` writes the page; anywhere else a difference is a failure.
it('docs/REFERENCE.md is what the contract says', async () => {
  const { handlers } = await bench.open(['--comfyui-url', 'http://127.0.0.1:9']);
  const { workflows } = await handlers.get_snapshot({}, callContext());
  const table = buildToolTable({ contract, handlers, workflows });
  const tools = new Set(workflows.map((workflow) => workflow.tool ?? ''));
  const assetFile = () => Promise.reject(new Error('Nothing is read here.'));
  const offers = createOffers({ handlers, assetFile, clock: systemClock });
  await expect(renderReference(table, tools, offers)).toMatchFileSnapshot('../../docs/REFERENCE.md');
});
