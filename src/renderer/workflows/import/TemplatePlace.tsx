import { Workflow } from 'lucide-react';
import { useMemo, useState } from 'react';
import { templateAddress } from '../../../shared/bridge.js';
import { reviewGraph } from '../../actions/import-workflow.js';
import { useApp } from '../../store/hooks.js';
import css from './Import.module.css';
import { Listed, Option } from './Listed.js';
import { type Importable, useImportable, withWords } from './useImportable.js';

/** The templates that come with ComfyUI and with packs of custom nodes. */
export function TemplatePlace() {
  const [query, setQuery] = useState('');
  const { answer: all, error, retry } = useImportable('templates');
  const groups = useMemo(() => byCategory(withWords(all ?? [], query)), [all, query]);
  const count = groups.reduce((sum, { templates }) => sum + templates.length, 0);
  return (
    <Listed
      what="templates"
      query={query}
      onQuery={setQuery}
      count={all === null ? null : count}
      error={error}
      onRetry={retry}
      empty={<p>This ComfyUI brings no templates. They come with the package comfyui-workflow-templates.</p>}
    >
      {groups.map(({ category, templates }) => (
        <section key={category} aria-label={category}>
          <h2 className={css.category}>
            <bdi>{category}</bdi> <span>{templates.length}</span>
          </h2>
          <ul className={css.cards}>
            {templates.map((template) => (
              <li key={template.source}>
                <Card template={template} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Listed>
  );
}

function Card({ template: { source, name, description, picture } }: { template: Importable }) {
  const app = useApp();
  const [bare, setBare] = useState(picture === undefined);
  return (
    <Option data-testid="template" className={css.card} onClick={() => reviewGraph(app, { source })}>
      {picture === undefined || bare ? (
        <span className={css.noPicture}>
          <Workflow aria-hidden />
        </span>
      ) : (
        <img
          src={templateAddress(picture.key, picture.ending)}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setBare(true)}
        />
      )}
      <b>
        <bdi>{name}</bdi>
      </b>
      <span className={css.cardWords}>
        <bdi>{description}</bdi>
      </span>
    </Option>
  );
}

function byCategory(templates: readonly Importable[]): { category: string; templates: Importable[] }[] {
  const groups = new Map<string, Importable[]>();
  for (const template of templates) {
    const { category = 'Others' } = template;
    groups.set(category, [...(groups.get(category) ?? []), template]);
  }
  return [...groups].map(([category, all]) => ({ category, templates: all }));
}
