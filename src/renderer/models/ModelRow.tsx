import { Box } from 'lucide-react';
import { useRef, useState } from 'react';
import { modelPictureAddress, thumbnailAddress } from '../../shared/bridge.js';
import type { ModelFacts } from '../../shared/contract-models.js';
import { cx } from '../ui/cx.js';
import parts from '../ui/parts.module.css';
import css from './ModelRow.module.css';
import { factWords } from './model-words.js';
import { useModelFacts } from './useModelFacts.js';

interface ModelRowProps {
  /** As the engine has it, with folder and ending. */
  name: string;
  /** What stands for it; the name itself when absent. */
  label?: string;
  /** Stands before what is known, such as its folder. */
  detail?: string | undefined;
}

/** A model in a list: its picture, its name and what is known of it, all of which comes when the row is in view. */
export function ModelRow({ name, label = name, detail = '' }: ModelRowProps) {
  const row = useRef<HTMLSpanElement>(null);
  const facts = useModelFacts(name, row);
  const [picture, setPicture] = useState<Picture>('own');
  const [loaded, setLoaded] = useState('');
  const shown = pictureOf(facts, picture);
  // Whether there is a picture shows when it is asked for: until then nothing is promised.
  const drawn = shown !== null && shown.address === loaded ? shown : null;
  const words = [detail, factWords(facts, Date.now())].filter(Boolean).join(' · ');
  return (
    <span className={css.row} ref={row} data-model={name}>
      <span className={css.frame} data-picture={drawn?.picture ?? 'none'} title={drawn?.words}>
        <Box aria-hidden />
        {shown !== null && (
          // A failure is told by the address it belongs to: the next one is tried then.
          <img
            key={shown.address}
            src={shown.address}
            alt=""
            draggable={false}
            onLoad={() => setLoaded(shown.address)}
            onError={() => setPicture(shown.picture === 'own' ? 'made' : 'none')}
          />
        )}
      </span>
      <span className={css.text}>
        <bdi className={parts.clip}>{label}</bdi>
        {/* What it shows is told with the facts: two pictures in one list may mean different things. */}
        <span className={cx(parts.clip, css.facts)} title={words === '' ? undefined : words}>
          {words}
          {drawn !== null && `${words === '' ? '' : ' · '}${drawn.words}`}
        </span>
      </span>
    </span>
  );
}

/** `own`: the model's picture is tried first; `made`: it has none, the newest result is; `none`: neither can be had. */
type Picture = 'own' | 'made' | 'none';

function pictureOf(facts: ModelFacts | undefined, picture: Picture) {
  if (facts === undefined || picture === 'none') return null;
  const { folder, name, modified, asset_id } = facts;
  if (picture === 'own' && folder !== null) {
    const address = modelPictureAddress(folder, name, modified ?? 0);
    return { picture: 'own' as const, address, words: 'model’s picture' };
  }
  if (asset_id === null) return null;
  return { picture: 'made' as const, address: thumbnailAddress(asset_id, 256), words: 'picture made with it' };
}
