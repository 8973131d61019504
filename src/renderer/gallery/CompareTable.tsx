import type { Asset } from '../../shared/asset.js';
import { Button, Hint } from '../ui/Button.js';
import css from './Compare.module.css';
import { letters } from './comparison.js';
import { type Difference, differences, tally } from './differences.js';

interface CompareTableProps {
  assets: readonly Asset[];
  /** The one that keys work on. */
  current: string;
  onKeep(assetId: string): void;
}

/** How they were made: what differs on a chip, what is alike faded. Two have their names between them. */
export function CompareTable({ assets, current, onKeep }: CompareTableProps) {
  const rows = differences(assets);
  const pair = assets.length === 2;
  const names = assets.map((asset) => <File key={asset.asset_id} name={asset.filename} />);
  return (
    <section className={css.details} data-count={assets.length} aria-label="Parameters" data-testid="compare-table">
      <div className={css.rows}>
        <table>
          <thead>
            <tr>
              {between(
                <th key="label" scope="col">
                  File
                </th>,
                names,
                pair,
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.label} row={row} pair={pair} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              {between(
                <th key="tally" scope="row">
                  {tally(rows)}
                </th>,
                assets.map((asset, at) => (
                  <td key={asset.asset_id}>
                    <Hint label="Reject the others" keys={asset.asset_id === current ? 'K' : undefined} side="top">
                      <Button compact onClick={() => onKeep(asset.asset_id)}>
                        Keep {letters[at]}
                      </Button>
                    </Hint>
                  </td>
                )),
                pair,
              )}
            </tr>
          </tfoot>
        </table>
      </div>
    </section>
  );
}

function File({ name }: { name: string }) {
  return (
    <th scope="col" className={css.file} title={name}>
      <span>{name}</span>
    </th>
  );
}

function Row({ row, pair }: { row: Difference; pair: boolean }) {
  const values = row.values.map((value, at) => (
    <td key={letters[at]} data-number={row.number || undefined}>
      <span className={css.value} title={(value?.length ?? 0) > 40 ? (value ?? '') : undefined}>
        {row.differs ? <mark>{value ?? '–'}</mark> : (value ?? '–')}
      </span>
    </td>
  ));
  return (
    <tr data-differs={row.differs}>
      {between(
        <th key="label" scope="row">
          {row.label}
        </th>,
        values,
        pair,
      )}
    </tr>
  );
}

/** The label between two, before more. */
function between(label: React.ReactElement, values: readonly React.ReactElement[], pair: boolean) {
  const [first, ...rest] = values;
  return pair ? [first, label, ...rest] : [label, ...values];
}
