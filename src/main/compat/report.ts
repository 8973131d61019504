/** The results as a page of Markdown with one section per server, so that a run replaces only its own. */
import type { Graph } from '../comfy/graph.js';
import type { ServerProfile } from '../comfy/probe.js';

export interface CheckResult {
  title: string;
  outcome: 'passed' | 'differs' | 'failed' | 'not run';
  observed: string[];
  differs: string[];
  /** The prompts that were run: what ran, and the id it had at the server. */
  prompts: { graph: string; promptId: string }[];
}

export interface Report {
  /** What the section is called, such as `ComfyUI 0.3.64`. */
  label: string;
  /** ISO 8601, day only. */
  date: string;
  profile: ServerProfile;
  nodeClasses: number;
  results: CheckResult[];
}

const marks: Record<CheckResult['outcome'], string> = {
  passed: 'passed',
  differs: 'passed, differs',
  failed: '**failed**',
  'not run': 'not run',
};

const head = `# Compatibility with ComfyUI

Made by \`npm run compat -- --comfyui-url URL\`, which runs the app's own client, its job engine and its tools (over HTTP, with the
official clients of both protocol generations) against a server, with graphs that need no models and one that does, if the
server has a checkpoint. Each section is one server, as it answered on that day. "Differs" marks what that version does
otherwise than the newest protocol the client knows; the client copes with it unless the check failed.
`;

/** The page with this report's section put in, or put in the place of the one of the same label. */
export function updatePage(page: string | undefined, report: Report): string {
  const sections = readSections(page ?? '');
  sections.set(report.label, section(report));
  const labels = [...sections.keys()].sort(newestFirst);
  return `${head}\n${labels.map((label) => sections.get(label)).join('\n')}`;
}

/** Numbered versions before those of which only the date is known. */
function newestFirst(a: string, b: string): number {
  const numbered = (label: string) => (/\d+\.\d+/.test(label) ? 1 : 0);
  return numbered(b) - numbered(a) || b.localeCompare(a, 'en', { numeric: true });
}

function readSections(page: string): Map<string, string> {
  const found = [...page.matchAll(/^## (.+)\n[\s\S]*?(?=^## |$(?![\s\S]))/gm)];
  return new Map(found.map((match) => [match[1] ?? '', `${match[0].trimEnd()}\n`]));
}

function section({ label, date, profile, nodeClasses, results }: Report): string {
  const facts = [
    ['Date', date],
    ['Version it tells', profile.version ?? 'none'],
    ['Python, PyTorch', [profile.python, profile.pytorch].filter(Boolean).join(', ')],
    ['Device', profile.devices.map((device) => device.type).join(', ')],
    ['Node classes', String(nodeClasses)],
    ['Keeps our prompt id', yesNo(profile.acceptsPromptId)],
    ['Interrupts one job by id', yesNo(profile.hasTargetedInterrupt)],
    ['Previews name their job', yesNo(profile.hasPreviewMetadata)],
    ['Jobs API', yesNo(profile.hasJobsApi)],
  ];
  const rows = results.map(({ title, outcome, observed, differs, prompts }) => {
    const remarks = [...observed, ...differs.map((text) => `*differs:* ${text}`)].join('; ');
    return `| ${cell(title)} | ${marks[outcome]} | ${cell(remarks)} | ${cell(promptsInWords(prompts))} |`;
  });
  return [
    `## ${label}`,
    '',
    '| | |',
    '| --- | --- |',
    ...facts.map(([name = '', value = '']) => `| ${name} | ${cell(value)} |`),
    '',
    '| Check | Result | Remarks | Graphs and their prompt ids |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** Each graph once, with the id of its first run and how many more there were. */
function promptsInWords(prompts: CheckResult['prompts']): string {
  const ids = new Map<string, string[]>();
  for (const { graph, promptId } of prompts) ids.set(graph, [...(ids.get(graph) ?? []), promptId]);
  return [...ids]
    .map(([graph, [first, ...more]]) => `${graph}: \`${first}\`${more.length > 0 ? ` and ${more.length} more` : ''}`)
    .join('; ');
}

/** A graph as its node classes, in the order they run; a long row of one class as one. */
export function graphInWords(graph: Graph): string {
  const classes = Object.values(graph).map(({ class_type }) => class_type);
  const rows: [string, number][] = [];
  for (const name of classes) {
    const last = rows.at(-1);
    if (last?.[0] === name) last[1] += 1;
    else rows.push([name, 1]);
  }
  return rows.map(([name, count]) => (count === 1 ? name : `${count} × ${name}`)).join(' → ');
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
