import { useState } from 'react';
import { pictureOf } from '../../inputs/accepting.js';
import type { FormValues } from '../../jobs/param-form.js';
import { cx } from '../../ui/cx.js';
import { plural } from '../../ui/format.js';
import forms from '../Form.module.css';
import { RunField } from '../RunField.js';
import { fieldIssue, inFormOrder } from '../run-form.js';
import css from './Designer.module.css';
import { previewChoices, previewOf } from './design.js';
import type { EditedDesign } from './useDesign.js';

/** The form as it would be with the design at hand; it can be tried, and sends nothing. `below` the list, or beside it. */
export function DesignPreview({ design, below = false }: { design: EditedDesign; below?: boolean }) {
  const [values, setValues] = useState<FormValues>({});
  const choices = previewChoices(design.inputs, design.design);
  const specs = inFormOrder(previewOf(design.inputs, design.design), choices);
  const needed = specs.filter(({ required }) => required).length;
  return (
    <section className={cx(css.preview, below && css.below)} aria-label="Preview of the form">
      <h3 className={css.previewTitle}>Preview</h3>
      <p className={cx(forms.plain, css.previewWords)}>
        {specs.length === 0
          ? 'Without parameters every value stays as it is in the graph, and agents get no tool.'
          : `${plural(specs.length, 'parameter')}, ${needed === 0 ? 'none needed' : `${needed} needed`}.`}
      </p>
      <div className={forms.fields}>
        {specs.map((spec) => (
          <RunField
            key={JSON.stringify(spec.targets)}
            spec={spec}
            picture={pictureOf(specs, values)}
            values={values}
            choices={choices[spec.name]}
            error={fieldIssue(spec, values)}
            onChange={(value) => setValues(withValue(values, spec.name, value))}
          />
        ))}
      </div>
    </section>
  );
}

function withValue(values: FormValues, name: string, value: string | undefined): FormValues {
  const { [name]: _, ...others } = values;
  return value === undefined ? others : { ...others, [name]: value };
}
