import { Braces, Workflow } from 'lucide-react';
import { useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { Button } from '../ui/Button.js';
import { GraphOverlay, type GraphShape } from './GraphOverlay.js';
import css from './Inspector.module.css';
import { Section } from './Section.js';

/** The graph it was made with, as a picture or as it was submitted; read when it is asked for. */
export function GraphPart({ asset }: { asset: Asset }) {
  const [shape, setShape] = useState<GraphShape | null>(null);
  if (asset.prompt_id === null) return null;
  return (
    <Section title="Graph">
      <div className={css.part}>
        <Button compact onClick={() => setShape('picture')}>
          <Workflow aria-hidden />
          Open as a picture
        </Button>
        <Button compact onClick={() => setShape('json')}>
          <Braces aria-hidden />
          Open as JSON
        </Button>
      </div>
      <GraphOverlay asset={asset} shape={shape} onShape={setShape} />
    </Section>
  );
}
