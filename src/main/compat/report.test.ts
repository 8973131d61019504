import { describe, expect, it } from 'vitest';
import { type Report, updatePage } from './report.js';

function report(label: string, remark: string): Report {
  return {
    label,
    date: '2026-01-02',
    profile: {
      address: 'http://host',
      version: '0.3.64',
      os: 'posix',
      python: '3.11.7',
      pytorch: undefined,
      devices: [],
      ramTotal: undefined,
      ramFree: undefined,
      features: {},
      hasJobsApi: false,
      hasTargetedInterrupt: true,
      acceptsPromptId: true,
      hasPreviewMetadata: true,
    },
    nodeClasses: 3,
    results: [
      {
        title: 'A | check',
        outcome: 'differs',
        observed: [remark],
        differs: ['two\nlines'],
        prompts: ['id-1', 'id-2', 'id-3'].map((promptId) => ({ graph: 'EmptyImage → SaveImage', promptId })),
      },
    ],
  };
}

describe('updatePage', () => {
  const page = updatePage(undefined, report('ComfyUI 0.3.9', 'old remark'));

  it('makes the page', () => {
    expect(page).toMatch(/^# Compatibility with ComfyUI\n/);
    expect(page).toContain(
      '| A \\| check | passed, differs | old remark; *differs:* two lines | EmptyImage → SaveImage: `id-1` and 2 more |\n',
    );
    expect(page).not.toContain('http://host');
  });

  it('adds a section, the newest version first', () => {
    const both = updatePage(page, report('ComfyUI 0.3.64', 'new'));
    expect(both.match(/^## .*$/gm)).toEqual(['## ComfyUI 0.3.64', '## ComfyUI 0.3.9']);
    expect(both.match(/^# /gm)).toHaveLength(1);
  });

  it('puts servers without a number last', () => {
    const three = updatePage(updatePage(page, report('ComfyUI of 2024-10-31', 'x')), report('ComfyUI 0.3.64', 'y'));
    expect(three.match(/^## .*$/gm)).toEqual(['## ComfyUI 0.3.64', '## ComfyUI 0.3.9', '## ComfyUI of 2024-10-31']);
  });

  it('replaces only the section of the same server', () => {
    const both = updatePage(page, report('ComfyUI 0.3.64', 'first run'));
    const again = updatePage(both, report('ComfyUI 0.3.64', 'second run'));
    expect(again).toContain('second run');
    expect(again).toContain('old remark');
    expect(again).not.toContain('first run');
    expect(updatePage(again, report('ComfyUI 0.3.64', 'second run'))).toBe(again);
  });
});
