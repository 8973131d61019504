import { Ellipsis } from 'lucide-react';
import { useId } from 'react';
import type { Asset } from '../../shared/asset.js';
import { actionById, titleOf } from '../actions/registry.js';
import { FaultLine } from '../gallery/Fault.js';
import { useFault } from '../gallery/useFault.js';
import { useApp, useAppState } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { formatBytes, formatLength } from '../ui/format.js';
import { Menu, MenuEntry } from '../ui/Menu.js';
import parts from '../ui/parts.module.css';
import css from './Inspector.module.css';
import { Rating } from './Rating.js';

/** What is done most, in this order: the first two that can be done are buttons, the others are in the menu. */
const deeds = [
  'asset.remake',
  'asset.variations',
  'asset.save',
  'asset.publish',
  'asset.export',
  'asset.album',
  'asset.copyPrompt',
  'asset.restore',
  'asset.delete',
];

/** File, stars and what can be done with it. */
export function Header({ asset }: { asset: Asset }) {
  const app = useApp();
  const fault = useFault(asset);
  const state = useAppState((all) => all);
  const can = deeds.flatMap((id) => {
    const action = actionById(id);
    return action?.available(state) ? [{ action, reason: action.blocked?.(app) ?? null }] : [];
  });
  const buttons = can.slice(0, 2);
  const why = [...new Set(buttons.flatMap(({ reason }) => reason ?? []))];
  const solid = buttons[0]?.action.id === 'asset.remake' && why.length === 0;
  const whyId = useId();
  return (
    <header>
      <div className={css.title}>
        <h2 className={parts.clip} title={asset.filename}>
          <bdi>{asset.filename}</bdi>
        </h2>
        <Menu
          label={`More for ${asset.filename}`}
          trigger={
            <IconButton label="More" small side="left">
              <Ellipsis />
            </IconButton>
          }
        >
          {can.slice(2).map(({ action, reason }) => (
            <MenuEntry key={action.id} disabled={reason !== null} onClick={() => action.run(app)}>
              <action.icon aria-hidden />
              <span>{titleOf(action, state)}</span>
            </MenuEntry>
          ))}
        </Menu>
      </div>
      <div className={css.facts}>
        <span className={css.factWords}>
          {fileFacts(asset).map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </span>
        <Rating assetIds={[asset.asset_id]} rating={asset.rating} />
      </div>
      {(fault !== undefined || asset.missing) && <FaultLine asset={asset} fault={fault ?? 'missing'} />}
      <div className={css.actions}>
        {buttons.map(({ action, reason }, place) => (
          <Button
            key={action.id}
            look={solid && place === 0 ? 'solid' : 'outline'}
            disabled={reason !== null}
            aria-describedby={reason === null ? undefined : whyId}
            onClick={() => action.run(app)}
          >
            <action.icon aria-hidden />
            {action.shortTitle ?? titleOf(action, state)}
          </Button>
        ))}
      </div>
      {why.length > 0 && (
        <p id={whyId} className={css.why}>
          {why.join(' ')}
        </p>
      )}
    </header>
  );
}

function fileFacts(asset: Asset): string[] {
  const ending = asset.filename.split('.').at(-1) ?? '';
  return [
    ending.slice(0, 8).toUpperCase(),
    asset.width !== null && asset.height !== null ? `${asset.width} × ${asset.height}` : '',
    asset.duration_seconds !== null ? formatLength(asset.duration_seconds) : '',
    asset.bytes_size !== null ? formatBytes(asset.bytes_size) : '',
  ].filter((fact) => fact !== '');
}
