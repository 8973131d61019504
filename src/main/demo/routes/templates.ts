/**
 * Templates: those of the package below `/templates`, those of packs of custom nodes below `/api/workflow_templates`.
 * Sources: ComfyUI 0.3.64, server.py and app/custom_node_manager.py; the index of comfyui-workflow-templates 0.1.
 */
import type { EngineParts } from '../engine.js';
import { type Answer, json, type Route } from '../http.js';
import { shownPicture } from '../nodes/picture/shown.js';
import { drawGraph } from '../templates/editor.js';
import type { DemoTemplate } from '../templates/templates.js';

const packaged = 'default';
/** Pixels of a picture's sides. */
const side = 320;

export function templateRoutes({ nodes, profile, templates: all }: EngineParts): Route[] {
  if (!profile.modernRoutes) return [];
  const pictures = new Map<DemoTemplate, Promise<Buffer>>();
  const pictureOf = async (template: DemoTemplate, format: 'webp' | 'jpg'): Promise<Answer> => {
    if (template.picture === undefined) return missing;
    const drawn = pictures.get(template) ?? shownPicture(template.picture, side, format);
    pictures.set(template, drawn);
    const type = format === 'webp' ? 'image/webp' : 'image/jpeg';
    return { status: 200, headers: { 'content-type': type }, body: await drawn };
  };
  const graphOf = ({ notes, subgraphs = [] }: DemoTemplate) =>
    drawGraph(notes, subgraphs, (classType) => nodes.get(classType)?.info);

  const ofPackage = all.filter(({ module }) => module === packaged);
  const ofNodes = all.filter(({ module }) => module !== packaged);
  /** Static files, each with the template that it is of. */
  const serve = (templates: readonly DemoTemplate[], file: string, picture: 'webp' | 'jpg', number: string) => {
    for (const template of templates) {
      if (file === `${template.name}.json`) return json(graphOf(template));
      if (file === `${template.name}${number}.${picture}`) return pictureOf(template, picture);
    }
    return missing;
  };
  const packageFiles: Route = {
    method: 'GET',
    path: '/templates/{file}',
    api: 'no',
    handler: ({ params: { file = '' } }) =>
      file === 'index.json' ? json(indexOf(ofPackage)) : serve(ofPackage, file, 'webp', '-1'),
  };
  return [
    {
      method: 'GET',
      path: '/workflow_templates',
      handler: () => json(Object.fromEntries(modulesOf(ofNodes).map((module) => [module, namesOf(ofNodes, module)]))),
    },
    {
      method: 'GET',
      path: '/workflow_templates/{module}/{file}',
      api: 'only',
      handler: ({ params: { module, file = '' } }) =>
        serve(
          ofNodes.filter((template) => template.module === module),
          file,
          'jpg',
          '',
        ),
    },
    // Without the package there is no such folder to serve.
    ...(ofPackage.length === 0 ? [] : [packageFiles]),
  ];
}

/** As every path that the server knows nothing of. */
const missing: Answer = { status: 404, headers: { 'content-type': 'application/octet-stream' } };

function modulesOf(templates: readonly DemoTemplate[]): string[] {
  return [...new Set(templates.map(({ module }) => module))];
}

function namesOf(templates: readonly DemoTemplate[], module: string): string[] {
  return templates.filter((template) => template.module === module).map(({ name }) => name);
}

function indexOf(templates: readonly DemoTemplate[]) {
  const categories = [...new Set(templates.map(({ category }) => category))];
  return categories.map((title) => ({
    moduleName: packaged,
    title,
    type: title === 'Audio' ? 'audio' : 'image',
    templates: templates
      .filter(({ category }) => category === title)
      .map(({ name, title: shown, description, tags }) => ({
        name,
        title: shown,
        mediaType: 'image',
        mediaSubtype: 'webp',
        description,
        tags,
      })),
  }));
}
