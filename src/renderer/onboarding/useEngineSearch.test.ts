import { describe, expect, it } from 'vitest';
import { changesFor } from './useEngineSearch.js';

describe('changesFor', () => {
  const url = 'http://127.0.0.1:8188';

  it('takes a ComfyUI in place of the demo engine, also at the configured address', () => {
    expect(changesFor(url, { comfyui_url: url, demo: true })).toEqual({ demo: false });
    expect(changesFor(url, { comfyui_url: 'http://elsewhere:8188', demo: true })).toEqual({
      comfyui_url: url,
      demo: false,
    });
  });

  it('changes nothing that holds already', () => {
    expect(changesFor(url, { comfyui_url: url, demo: false })).toEqual({});
    expect(changesFor(url, undefined)).toEqual({ comfyui_url: url });
  });
});
