import { useMemo } from 'react';
import type { Asset } from '../../shared/asset.js';
import { inspectParameters, parametersAsText } from '../gallery/inspect.js';
import { FilePart } from './FilePart.js';
import { GraphPart } from './GraphPart.js';
import { Header } from './Header.js';
import css from './Inspector.module.css';
import { Labels } from './Labels.js';
import { LineagePart } from './LineagePart.js';
import { LongText } from './LongText.js';
import { OriginPart } from './OriginPart.js';
import { CopyAll, CopyLine, Section } from './Section.js';
import { useOrigin } from './useOrigin.js';

/** Everything about one asset. */
export function Facts({ asset }: { asset: Asset }) {
  const parameters = useMemo(() => inspectParameters(asset.parameters), [asset.parameters]);
  const origin = useOrigin(asset.asset_id);
  const { prompt, without, pairs, lines, models } = parameters;
  return (
    <>
      <Header asset={asset} />
      {prompt !== '' && (
        <Section title="Prompt" side={<CopyAll label="Copy prompt" text={prompt} done="Prompt copied." />}>
          <LongText text={prompt} />
        </Section>
      )}
      {without !== '' && (
        <Section title="Without" side={<CopyAll label="Copy what to avoid" text={without} done="Copied." />}>
          <LongText text={without} />
        </Section>
      )}
      {pairs.length + lines.length > 0 && (
        <Section
          title="Parameters"
          side={<CopyAll label="Copy all parameters" text={parametersAsText(asset)} done="Parameters copied." />}
        >
          <div className={css.pairs}>
            {pairs.map((line) => (
              <CopyLine key={line.name} line={line} />
            ))}
          </div>
          {lines.map((line) => (
            <CopyLine key={line.name} line={line} />
          ))}
        </Section>
      )}
      {models.length > 0 && (
        <Section title="Models">
          {models.map((line) => (
            <CopyLine key={line.name} line={line} />
          ))}
        </Section>
      )}
      <LineagePart assetId={asset.asset_id} />
      <OriginPart asset={asset} origin={origin} />
      <Section title="Tags">
        <Labels list="tags" assetIds={[asset.asset_id]} labels={asset.tags.map((name) => ({ name, share: 1 }))} />
      </Section>
      <Section title="Albums">
        <Labels list="albums" assetIds={[asset.asset_id]} labels={asset.albums.map((name) => ({ name, share: 1 }))} />
      </Section>
      <GraphPart asset={asset} />
      <FilePart asset={asset} origin={origin} />
    </>
  );
}
