import { Menu } from '@base-ui/react/menu';
import { BookImage, Bookmark, Check, Clock, Ellipsis, Images, type LucideIcon, Plus, Star, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Facets } from '../../shared/library.js';
import { everything, type FacetName, type Place, showsAll, toggleFacet } from '../store/filter.js';
import { useApp, useAppState } from '../store/hooks.js';
import { IconButton } from '../ui/Button.js';
import { Confirm } from '../ui/Confirm.js';
import { cx } from '../ui/cx.js';
import { formatCount, modelName } from '../ui/format.js';
import { useLandmark } from '../ui/landmark.js';
import overlays from '../ui/overlays.module.css';
import { NameDialog } from './NameDialog.js';
import css from './Sidebar.module.css';
import { type SidebarFacts, useSidebarFacts } from './useCollections.js';

/** Places, albums, saved searches, then what there is to filter by. */
export function Sidebar() {
  const facts = useSidebarFacts();
  return (
    <nav className={css.sidebar} aria-label="Filters" data-testid="sidebar">
      <Places facts={facts} />
      <Albums facts={facts} />
      <Searches facts={facts} />
      <FacetList name="kind" title="Kind" facts={facts} words={kindWord} />
      <FacetList name="model" title="Model" facts={facts} words={modelName} />
      <FacetList name="agent" title="Made by" facts={facts} words={(name) => (name === '' ? 'You' : name)} />
      <FacetList name="workflow" title="Workflow" facts={facts} />
      <FacetList name="tag" title="Tags" facts={facts} />
      <FacetList name="rating" title="Rating" facts={facts} words={ratingWord} />
    </nav>
  );
}

const kindWords: Readonly<Record<string, string>> = {
  image: 'Image',
  video: 'Video',
  audio: 'Audio',
  text: 'Text',
  model: '3D model',
  other: 'Other',
};
const kindWord = (kind: string) => kindWords[kind] ?? kind;

function ratingWord(rating: string): string {
  if (rating === '-1') return 'Rejected';
  if (rating === '0') return 'Not rated';
  return rating === '1' ? '1 star' : `${rating} stars`;
}

function Places({ facts: { stats } }: { facts: SidebarFacts }) {
  const app = useApp();
  const filter = useAppState((state) => state.filter);
  const all = useAppState((state) => state.index.ids.length);
  const places: readonly [Place, string, LucideIcon, number | undefined][] = [
    ['all', 'All work', Images, all],
    ['starred', 'Starred', Star, stats?.rated],
    ['expired', 'Expired', Clock, stats?.expired],
    ['bin', 'Bin', Trash2, stats?.in_bin],
  ];
  return (
    <ul className={css.group}>
      {places.map(([place, label, icon, count]) => (
        <Line
          key={place}
          icon={icon}
          label={label}
          count={count}
          current={filter.place === place && filter.album === null}
          onClick={() => app.set({ filter: { ...everything, sort: filter.sort, place } })}
        />
      ))}
    </ul>
  );
}

interface LineProps {
  icon: LucideIcon;
  label: string;
  count: number | undefined;
  current: boolean;
  onClick(): void;
  children?: ReactNode;
}

function Line({ icon: Icon, label, count, current, onClick, children }: LineProps) {
  return (
    <li className={css.holder}>
      <button type="button" className={css.line} aria-current={current ? 'true' : undefined} onClick={onClick}>
        <Icon aria-hidden />
        <span className={css.label} dir="auto">
          {label}
        </span>
        {count !== undefined && <span className={css.count}>{formatCount(count)}</span>}
      </button>
      {children}
    </li>
  );
}

function Albums({ facts: { collections } }: { facts: SidebarFacts }) {
  const app = useApp();
  const filter = useAppState((state) => state.filter);
  const [naming, setNaming] = useState<{ from: string | null } | null>(null);
  const [deleting, setDeleting] = useState<string | null>(null);
  const albums = collections?.albums ?? [];
  const save = async (name: string) => {
    const from = naming?.from ?? undefined;
    await app.client.invoke('save_album', { name, ...(from === undefined ? {} : { rename_from: from }) });
    if (from !== undefined && filter.album === from) app.set({ filter: { ...filter, album: name } });
  };
  return (
    <section className={css.group} aria-label="All albums">
      <header className={css.title}>
        <h2>Albums</h2>
        <IconButton small label="New album" onClick={() => setNaming({ from: null })}>
          <Plus />
        </IconButton>
      </header>
      {albums.length === 0 && <p className={css.none}>Put pictures together with A.</p>}
      <ul>
        {albums.map(({ name, count }) => (
          <Line
            key={name}
            icon={BookImage}
            label={name}
            count={count}
            current={filter.album === name}
            onClick={() => app.set({ filter: { ...everything, sort: filter.sort, album: name } })}
          >
            <LineMenu
              label={`More for ${name}`}
              items={[
                ['Rename…', () => setNaming({ from: name })],
                ['Delete the album…', () => setDeleting(name)],
              ]}
            />
          </Line>
        ))}
      </ul>
      <NameDialog
        open={naming !== null}
        title={naming?.from == null ? 'New album' : 'Rename the album'}
        label="Name of the album"
        initial={naming?.from ?? ''}
        action={naming?.from == null ? 'Make it' : 'Rename it'}
        onClose={() => setNaming(null)}
        onName={save}
      />
      <Confirm
        open={deleting !== null}
        title="Delete this album?"
        text={`What is in ${deleting ?? 'it'} stays in the library.`}
        keep="Keep it"
        go="Delete the album"
        onClose={() => setDeleting(null)}
        onGo={() => {
          const name = deleting ?? '';
          app.client.invoke('delete_album', { name }).catch(app.fail);
          if (filter.album === name) app.set({ filter: everything });
        }}
      />
    </section>
  );
}

function Searches({ facts: { collections } }: { facts: SidebarFacts }) {
  const app = useApp();
  const filter = useAppState((state) => state.filter);
  const [naming, setNaming] = useState(false);
  const searches = collections?.searches ?? [];
  const worthSaving = filter.query.trim() !== '' && !searches.some(({ query }) => query === filter.query.trim());
  if (searches.length === 0 && !worthSaving) return null;
  return (
    <section className={css.group} aria-label="Saved searches">
      <header className={css.title}>
        <h2>Saved searches</h2>
        {worthSaving && (
          <IconButton small label="Save this search" onClick={() => setNaming(true)}>
            <Plus />
          </IconButton>
        )}
      </header>
      <ul>
        {searches.map(({ name, query, sort, count }) => (
          <Line
            key={name}
            icon={Bookmark}
            label={name}
            count={count}
            current={filter.query === query && filter.place === 'all' && filter.album === null}
            onClick={() => app.set({ filter: { ...everything, query, sort } })}
          >
            <LineMenu
              label={`More for ${name}`}
              items={[['Forget this search', () => app.client.invoke('delete_search', { name }).catch(app.fail)]]}
            />
          </Line>
        ))}
      </ul>
      <NameDialog
        open={naming}
        title="Save this search"
        label="Name of the search"
        initial={filter.query.trim().slice(0, 60)}
        action="Save it"
        onClose={() => setNaming(false)}
        onName={async (name) => {
          await app.client.invoke('save_search', { name, query: filter.query.trim(), sort: filter.sort });
        }}
      />
    </section>
  );
}

function LineMenu({ label, items }: { label: string; items: readonly (readonly [string, () => void])[] }) {
  const { opener, container } = useLandmark();
  return (
    <Menu.Root>
      <Menu.Trigger ref={opener} className={css.more} aria-label={label}>
        <Ellipsis className={css.moreIcon} aria-hidden />
      </Menu.Trigger>
      <Menu.Portal container={container}>
        <Menu.Positioner className={overlays.layer} align="start" sideOffset={2}>
          <Menu.Popup className={overlays.menu}>
            {items.map(([words, run]) => (
              <Menu.Item key={words} className={overlays.menuItem} onClick={run}>
                <span>{words}</span>
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

interface FacetListProps {
  name: FacetName & keyof Facets;
  title: string;
  facts: SidebarFacts;
  words?(value: string): string;
}

/** Values of a facet shown before the rest is asked for. */
const shortList = 6;

function FacetList({ name, title, facts: { facets }, words = (value) => value }: FacetListProps) {
  const app = useApp();
  const filter = useAppState((state) => state.filter);
  const [all, setAll] = useState(false);
  const chosen = filter.facets[name] ?? [];
  const found = facets?.[name] ?? [];
  // What was chosen stays to be taken back, also when nothing is left of it.
  const values = [
    ...found,
    ...chosen.filter((value) => !found.some((one) => one.value === value)).map((value) => ({ value, count: 0 })),
  ];
  if (values.length === 0 || (values.length === 1 && chosen.length === 0)) return null;
  const shown = all ? values : values.slice(0, shortList);
  return (
    <section className={css.group} aria-label={title}>
      <header className={css.title}>
        <h2>{title}</h2>
      </header>
      <ul>
        {shown.map(({ value, count }) => {
          const on = chosen.includes(value);
          return (
            <li key={value}>
              <label className={css.facet}>
                <input
                  type="checkbox"
                  checked={on}
                  onChange={() => app.set({ filter: toggleFacet(app.store.getState().filter, name, value) })}
                />
                <span className={cx(css.box, on && css.ticked)} aria-hidden>
                  <Check className={css.tick} />
                </span>
                <span className={css.label} dir="auto" title={words(value)}>
                  {words(value)}
                </span>
                <span className={css.count}>{formatCount(count)}</span>
              </label>
            </li>
          );
        })}
      </ul>
      {values.length > shortList && (
        <button type="button" className={css.rest} onClick={() => setAll(!all)}>
          {all ? 'Show less' : `Show all ${values.length}`}
        </button>
      )}
    </section>
  );
}

/** Whether anything is left out, and the way back to everything. */
export function ClearFilter() {
  const app = useApp();
  const filter = useAppState((state) => state.filter);
  if (showsAll(filter)) return null;
  return (
    <button
      type="button"
      className={css.clear}
      onClick={() => app.set({ filter: { ...everything, sort: filter.sort } })}
    >
      Show all work
    </button>
  );
}
