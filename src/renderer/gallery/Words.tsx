import type { ReactNode } from 'react';
import type { Asset } from '../../shared/asset.js';
import type { Fault } from '../store/faults.js';
import { cx } from '../ui/cx.js';
import { FaultIcon } from './Fault.js';
import { faultWords } from './fault-words.js';
import css from './Tile.module.css';

interface WordsProps {
  icon: ReactNode;
  title: string;
  detail: string;
  small: boolean;
}

/** Two short lines in place of a picture. */
export function Words({ icon, title, detail, small }: WordsProps) {
  return (
    <span className={cx(css.tile, css.blank, css.words)} data-small={small || undefined}>
      {icon}
      <b>{title}</b>
      {detail !== '' && <span>{detail}</span>}
    </span>
  );
}

/** A file that can't be drawn: what it is, how it is called, and why. */
export function Unshown({ asset, fault, cell }: { asset: Asset; fault: Fault; cell: number }) {
  const { reason } = faultWords(asset.media_kind, fault);
  const icon = <FaultIcon asset={asset} fault={fault} />;
  return <Words icon={icon} title={asset.filename} detail={reason} small={cell < 120} />;
}
