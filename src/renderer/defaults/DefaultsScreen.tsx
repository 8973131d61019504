import { useEffect, useMemo, useRef, useState } from 'react';
import { type Namespace, namespaces } from '../../shared/workflow.js';
import { useApp, useNow } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { Segments } from '../ui/controls.js';
import parts from '../ui/parts.module.css';
import { resetDefaults } from './actions.js';
import { Bars } from './Bars.js';
import css from './Defaults.module.css';
import { latestByKey } from './history.js';
import { readKeep, writeKeep } from './keep.js';
import { Row } from './Row.js';
import { canReset, type Details, type Keep, keyOf, namespaceLabels, type Place, placesOf } from './rows.js';
import { Side } from './Side.js';
import { type DefaultsRead, useDefaults } from './useDefaults.js';

const kinds = namespaces.map((namespace) => ({ value: namespace, label: namespaceLabels[namespace] }));
const keeps: readonly { value: Keep; label: string }[] = [
  { value: 'runtime', label: 'Until the app quits' },
  { value: 'config', label: 'For good' },
];

/** The values a generation gets for what a call leaves out: where each comes from, who changed it, and how to set it. */
export function DefaultsScreen() {
  const read = useDefaults();
  const { details } = read;
  const [keep, setKeep] = useState<Keep>(() => readKeep(window.localStorage));
  useEffect(() => writeKeep(window.localStorage, keep), [keep]);
  const [current, setCurrent] = useState(keyOf('image', 'model'));
  const list = useRef<HTMLDivElement>(null);
  const view = useSections(list);
  const ready = details !== null;
  useEffect(() => {
    // Come by key, one goes on by key; a button that was pressed keeps the focus.
    if (ready && document.activeElement === document.body) {
      list.current?.querySelector<HTMLElement>('[data-current] > button')?.focus({ preventScroll: true });
    }
  }, [ready]);
  const noFile = details !== null && details.config_file.fault !== null;
  return (
    <>
      <div className={parts.toolbar}>
        <h1>Defaults</h1>
        <span className={`${parts.count} ${css.subtitle}`}>for every agent and for you</span>
        <span className={parts.grow} />
        {noFile ? (
          <span className={css.keepWords}>Changes last until the app quits</span>
        ) : (
          <div data-keep className={css.keep}>
            <span className={css.keepWords}>Changes last</span>
            <Segments label="How long changes last" value={keep} choices={keeps} onChange={(next) => setKeep(next)} />
          </div>
        )}
        <Segments
          label="Kind"
          value={view.section}
          choices={kinds}
          onChange={(namespace) => {
            view.show(namespace);
            setCurrent(keyOf(namespace, 'model'));
          }}
        />
      </div>
      {details === null ? (
        <Unread read={read} />
      ) : (
        <div className={css.page} data-testid="defaults">
          <div className={css.left}>
            <Bars configFile={details.config_file} />
            <div className={css.list} ref={list} onScroll={view.onScroll}>
              <List
                details={details}
                changes={read.changes}
                keep={noFile ? 'runtime' : keep}
                current={current}
                onCurrent={setCurrent}
              />
            </div>
          </div>
          <Side
            details={details}
            changes={read.changes}
            current={current}
            onCurrent={(key) => {
              setCurrent(key);
              headOf(list.current, key)?.scrollIntoView({ block: 'nearest' });
            }}
          />
        </div>
      )}
    </>
  );
}

/** The button of a row. */
function headOf(list: HTMLElement | null, key: string): HTMLElement | null | undefined {
  return list?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"] > button`);
}

function Unread({ read }: { read: DefaultsRead }) {
  if (read.error === null) return <div className={css.unread} role="status" aria-label="Reading the defaults" />;
  return (
    <div className={css.unread} role="alert">
      <div className={parts.nothing}>
        <h2>The defaults could not be read</h2>
        <p>
          {read.error.message} {read.error.hint}
        </p>
        <Button onClick={read.reload}>Try again</Button>
      </div>
    </div>
  );
}

interface ListProps extends Pick<DefaultsRead, 'changes'> {
  details: Details;
  keep: Keep;
  current: string;
  onCurrent(key: string): void;
}

function List({ details, changes, keep, current, onCurrent }: ListProps) {
  const now = useNow(10_000);
  const places = useMemo(() => placesOf(details), [details]);
  const latest = useMemo(() => latestByKey(changes), [changes]);
  const lists = useRef<HTMLDivElement>(null);
  // A row that went (its last tier was taken away) leaves the keyboard on the list, not nowhere.
  const standing = places.some(({ key }) => key === current) ? current : places[0]?.key;

  const move = (from: Place, to: 'next' | 'previous' | 'first' | 'last') => {
    const at = places.indexOf(from);
    const next = { next: at + 1, previous: at - 1, first: 0, last: places.length - 1 }[to];
    const key = places[next]?.key;
    if (key === undefined) return;
    headOf(lists.current, key)?.focus();
  };
  return (
    <div ref={lists}>
      {namespaces.map((namespace) => (
        <section aria-label={namespaceLabels[namespace]} key={namespace} data-section={namespace}>
          <SectionHead namespace={namespace} details={details} />
          <ul>
            {places
              .filter((place) => place.namespace === namespace)
              .map((place) => (
                <Row
                  key={place.key}
                  place={place}
                  keep={keep}
                  current={place.key === standing}
                  latest={latest.get(place.key)}
                  substitute={place.row.name === 'model' ? (details[namespace].model_substituted?.used ?? null) : null}
                  now={now}
                  onCurrent={() => onCurrent(place.key)}
                  onMove={(to) => move(place, to)}
                />
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function SectionHead({ namespace, details }: { namespace: Namespace; details: Details }) {
  const app = useApp();
  const own = details[namespace].rows.filter(canReset);
  const inFile = own.some(({ tiers }) => tiers.config !== undefined);
  const reset = () =>
    void resetDefaults(
      app,
      namespace,
      own.map(({ name }) => name),
      inFile && details.config_file.fault === null,
    );
  return (
    <div className={css.head}>
      <h2>{namespaceLabels[namespace]}</h2>
      {own.length > 0 && (
        <Button look="plain" compact onClick={reset} aria-label={`Reset all of ${namespaceLabels[namespace]}`}>
          Reset all
        </Button>
      )}
    </div>
  );
}

/** Which kind of the list is in view, and the way to each. */
function useSections(list: React.RefObject<HTMLDivElement | null>) {
  const [section, setSection] = useState<Namespace>('image');
  /** Where the list was sent: an end that can't go up to the top keeps the kind that was asked for. */
  const sentTo = useRef<number | null>(null);
  return {
    section,
    show(namespace: Namespace) {
      const element = list.current;
      const head = element?.querySelector<HTMLElement>(`[data-section="${namespace}"]`);
      if (element == null || head == null) return;
      element.scrollTop = head.offsetTop;
      sentTo.current = element.scrollTop;
      setSection(namespace);
    },
    onScroll({ currentTarget }: { currentTarget: HTMLDivElement }) {
      if (currentTarget.scrollTop === sentTo.current) return;
      sentTo.current = null;
      const heads = [...currentTarget.querySelectorAll<HTMLElement>('[data-section]')];
      const passed = heads.findLast((head) => head.offsetTop <= currentTarget.scrollTop + 1);
      const namespace = namespaces.find((one) => one === passed?.dataset.section);
      if (namespace !== undefined) setSection(namespace);
    },
  };
}
