/** The reference page, docs/REFERENCE.md, written from the tool table: what agents are told is what people read. */
import { isRecord } from '../shared/config-text.js';
import { errorCodes } from '../shared/errors.js';
import type { Offers } from './mcp/offers.js';
import type { JsonSchema, Tool, ToolTable } from './mcp/tool.js';

/** Markdown of the whole page. `workflowTools` are the names of tools that come from workflow files. */
export function renderReference(
  table: ToolTable,
  workflowTools: ReadonlySet<string>,
  { resources, prompts }: Pick<Offers, 'resources' | 'prompts'>,
): string {
  return [
    '# Tool reference',
    '',
    'Written from the contract by `npm run reference`; the tests fail when it is stale.',
    '',
    'Every tool answers with structured content and the same JSON as text. A failure answers with `isError: true` and',
    '`{error, error_code, hint?, details?}`: a sentence, a stable code, what to do next, and the facts.',
    'Numbers may be sent as strings. Unknown arguments are refused by name.',
    '',
    '| tool | title | reads only | destroys | repeatable |',
    '|---|---|---|---|---|',
    ...table.tools.map(summaryRow),
    '',
    ...table.tools.flatMap((tool) => section(tool, table, workflowTools.has(tool.name))),
    '## Resources',
    '',
    'Listed are workflows and assets, page by page; changes are told to who subscribes. A failure carries `error_code`,',
    '`hint` and `details` as its data.',
    '',
    '| address | | type |',
    '|---|---|---|',
    ...resources.templates.map(
      ({ uriTemplate, description, mimeType }) =>
        `| \`${uriTemplate}\` | ${cell(description)} | ${mimeType ?? 'its own'} |`,
    ),
    '',
    '## Prompts',
    '',
    '| prompt | title | | arguments |',
    '|---|---|---|---|',
    ...prompts.prompts.map(
      ({ name, title, description, arguments: args = [] }) =>
        `| \`${name}\` | ${title} | ${cell(description)} | ${args.map(argumentInWords).join(', ')} |`,
    ),
    '',
    '## Tasks',
    '',
    'A client that takes tasks (`io.modelcontextprotocol/tasks` of 2026-07-28) gets one for a generation that has not',
    'ended at once, unless the call gives `wait_seconds`, `return_inline_preview` or a `count`. Its id is the `prompt_id`.',
    '',
    '## Error codes',
    '',
    errorCodes.map((code) => `\`${code}\``).join(', '),
    '',
  ].join('\n');
}

function argumentInWords({ name, required }: { name: string; required?: boolean | undefined }): string {
  return required === true ? `\`${name}\` (required)` : `\`${name}\``;
}

function summaryRow({ name, title, annotations }: Tool): string {
  const mark = (yes: boolean) => (yes ? 'yes' : '');
  const { readOnly, destructive, idempotent } = annotations;
  return `| [${name}](#${name}) | ${title} | ${mark(readOnly)} | ${mark(destructive)} | ${mark(idempotent)} |`;
}

function section(tool: Tool, table: ToolTable, fromWorkflow: boolean): string[] {
  const inputs = properties(tool.inputSchema);
  return [
    `## ${tool.name}`,
    '',
    tool.description,
    '',
    ...(fromWorkflow ? [`This tool is the workflow file \`workflows/${tool.name}.json\`.`, ''] : []),
    ...(inputs.length === 0
      ? ['No arguments.', '']
      : ['| argument | type | | |', '|---|---|---|---|', ...inputs.map(argumentRow), '']),
    `Answers ${isBrief(tool, fromWorkflow) ? answersLikeRun(tool, table) : answerKeys(tool.outputSchema)}.`,
    '',
  ];
}

/** Tools that answer what run_workflow does tell only the keys that most need, to keep the tool list small. */
function isBrief({ name }: Tool, fromWorkflow: boolean): boolean {
  return fromWorkflow || name === 'regenerate';
}

function answersLikeRun({ outputSchema }: Tool, table: ToolTable): string {
  const full = new Set(properties(table.get('run_workflow')?.outputSchema ?? outputSchema).map(({ name }) => name));
  const more = properties(outputSchema).filter(({ name }) => !full.has(name));
  const beside = more.map(({ name }) => `, and \`${name}\``).join('');
  return `all that [run_workflow](#run_workflow) does${beside}`;
}

interface Property {
  name: string;
  required: boolean;
  schema: Record<string, unknown>;
}

function properties(schema: JsonSchema): Property[] {
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  return Object.entries(record(schema.properties)).map(([name, value]) => ({
    name,
    required: required.has(name),
    schema: record(value),
  }));
}

function argumentRow({ name, required, schema }: Property): string {
  const fallback = schema.default === undefined ? '' : `default \`${JSON.stringify(schema.default)}\``;
  return `| \`${name}\` | ${typeInWords(schema)} | ${required ? '**required**' : fallback} | ${cell(schema.description)} |`;
}

/** e.g. `integer, 64 to 4096`, `one of thumb, metadata`. */
function typeInWords(schema: Record<string, unknown>): string {
  if (Array.isArray(schema.enum)) return `one of ${schema.enum.map((value) => `\`${value}\``).join(', ')}`;
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(alternatives)) return alternatives.map((one) => typeInWords(record(one))).join(' or ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  const { minimum, maximum, multipleOf } = schema;
  const limits = [
    // zod writes the safe integers out as limits; they say nothing to a reader.
    typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER ? `from ${minimum}` : '',
    typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER ? `to ${maximum}` : '',
    typeof multipleOf === 'number' ? `in steps of ${multipleOf}` : '',
  ].filter(Boolean);
  return [String(schema.type ?? 'any value'), limits.join(' ')].filter(Boolean).join(', ');
}

function answerKeys(schema: JsonSchema): string {
  // Every answer may be a failure instead; an `error` of its own has another form beside that.
  const keys = properties(schema).filter(({ name, schema: { anyOf } }) => {
    if (name === 'error') return Array.isArray(anyOf);
    return name !== 'error_code';
  });
  return keys.map(({ name }) => `\`${name}\``).join(', ');
}

function cell(text: unknown): string {
  return typeof text === 'string' ? text.replaceAll('|', '\\|').replaceAll('\n', ' ') : '';
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
