import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch as useAddress } from '@tanstack/react-router';
import { FolderPlus, Lock, PanelRight, Plus, Search, Star, Waypoints } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { usePurpose } from '@/api/queries';
import type { Hit, Pointer, Regime, SearchAnswer } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Kbd } from '@/shared/controls/Kbd';
import { Select, TextField } from '@/shared/controls/fields';
import { Token } from '@/shared/controls/small';
import { Page } from '@/shared/frame/Page';
import { RegimeGlyph } from '@/shared/identity/RegimeGlyph';
import { Empty, ErrorPanel, Skeleton } from '@/shared/states/states';
import { useToasts } from '@/shared/states/toasts';
import { useCharts } from '@/state/chart';
import { isTyping } from '@/state/keys';
import { useReceipts } from '@/state/receipts';
import { WORD } from '@/state/regime';
import { searchAt, searchId } from '@/state/searches';
import { useUi } from '@/state/ui';
import { count, day, plural, schemaWord, shortHash } from '@/state/words';
import { useWorking } from '@/state/working';
import { useSearch } from './api';
import { Filters } from './Filters';
import { Preview } from './Preview';
import { ResultGrid } from './ResultGrid';
import { canSearch, cleared, filtersSet, flipped, moved, readView, rows as toRows, tiles, toggled, totalText, unplaced, type View } from './view';
import css from './search.module.css';

function QueryBar({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  const [words, setWords] = useState(view.q ?? '');
  const [of, setOf] = useState(view.q);
  if (of !== view.q) {
    setOf(view.q);
    setWords(view.q ?? '');
  }
  return (
    <form
      className={css.query}
      data-query
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ ...view, q: words.trim() || undefined });
      }}>
      <Search size={16} aria-hidden />
      <TextField
        label="Search for names, identifiers and words"
        hideLabel
        type="search"
        placeholder="Name, identifier, phone, account or words"
        value={words}
        onChange={setWords}
        autoFocus={!view.q}
      />
      {view.schema?.map((one) => (
        <Token key={one} kind="kind" label={one} onRemove={() => onChange(toggled(view, 'schema', one))}>
          {schemaWord(one)}
        </Token>
      ))}
      {view.source?.map((one) => (
        <Token key={one} kind="source" label={one} onRemove={() => onChange(toggled(view, 'source', one))}>
          {one}
        </Token>
      ))}
      {view.country?.map((one) => (
        <Token key={one} kind="country" label={one} onRemove={() => onChange(toggled(view, 'country', one))}>
          {one.toUpperCase()}
        </Token>
      ))}
      {(view.from || view.to) && (
        <Token kind="date" label="the dates" onRemove={() => onChange({ ...view, from: undefined, to: undefined })}>
          {day(view.from)} – {day(view.to)}
        </Token>
      )}
      <Button type="submit" look="tint" size="small">
        Search
      </Button>
      <Kbd keys="/" />
    </form>
  );
}

function Tiles({ answer, own }: { answer: SearchAnswer; own: Regime }) {
  return (
    <ul className={css.tiles} aria-label="What exists, by regime">
      {tiles(answer, own).map((tile) => (
        <li key={tile.regime} className={css.tile} data-hue={tile.regime} data-scope={tile.scope}>
          <RegimeGlyph regime={tile.regime} size={13} />
          <div>
            <p>
              <strong>{WORD[tile.regime]}</strong>
              {tile.figure && <strong>{tile.figure}</strong>}
              {tile.scope === 'own' && <em>In scope</em>}
            </p>
            <small>{tile.note}</small>
          </div>
          {tile.scope !== 'own' && <Lock size={13} aria-hidden />}
        </li>
      ))}
    </ul>
  );
}

function NoHits({ view, pointers, onChange }: { view: View; pointers: readonly Pointer[]; onChange: (view: View) => void }) {
  const own = usePurpose()?.regime;
  const elsewhere = pointers.length > 0 ? 'Something exists that this work may not open: see the pointers.' : 'No pointer to other work may be shown either.';
  return (
    <Empty
      title={`Nothing matches in ${own ? WORD[own].toLowerCase() : 'your'} work`}
      actions={
        <>
          {filtersSet(view) > 0 && <Button onPress={() => onChange(cleared(view))}>Clear the filters</Button>}
          {(view.fuzzy ?? 1) < 2 && <Button onPress={() => onChange({ ...view, fuzzy: 2 })}>Allow more typing errors</Button>}
        </>
      }>
      {elsewhere}
    </Empty>
  );
}

/** Saves what is searched for: from the next refresh on, a new match is told. */
function WatchButton({ view }: { view: View }) {
  const toast = useToasts((state) => state.show);
  const navigate = useNavigate();
  const save = useMutation({
    mutationFn: () => post('/watches', { query: view.q ?? '', schemas: view.schema ?? [], sources: view.source ?? [], fuzzy: Math.min(1, view.fuzzy ?? 1) }),
    onSuccess: () => {
      toast(`Watching for ${view.q ?? ''}`);
      void navigate({ to: '/watches' });
    },
    onError: (error) => toast(asProblem(error).detail),
  });
  return (
    <Button blocked={!view.q} pending={save.isPending} onPress={() => save.mutate()}>
      <Star size={14} aria-hidden />
      Watch
    </Button>
  );
}

/** A pointer that tells no regime has no row of its own: it is counted in the bar, and a crossing is asked for from there. */
function Elsewhere({ pointers }: { pointers: readonly Pointer[] }) {
  const show = useUi((state) => state.show);
  const pointer = pointers.find((one) => !one.regime && one.handle);
  return pointer ? (
    <Button size="small" onPress={() => show({ kind: 'crossing', draft: { items: [], pointer } })}>
      Request crossing
    </Button>
  ) : null;
}

function ResultBar({ answer, view, onChange, preview, onPreview }: { answer: SearchAnswer; view: View; onChange: (view: View) => void; preview: boolean; onPreview: () => void }) {
  const receipt = useReceipts((state) => state.receipts.find((one) => one.act === 'ASK /search') ?? null);
  const elsewhere = unplaced(answer.pointers);
  return (
    <div className={css.bar}>
      <p role="status">
        <strong>
          {totalText(answer)} {answer.total === 1 ? 'record' : 'records'}
        </strong>
        {(answer.took_ms / 1000).toFixed(2)} s
        {receipt && (
          <>
            {' '}
            · logged as query <code>{shortHash(receipt.entry)}</code>
          </>
        )}
        {answer.facets?.capped && ` · filters count ${answer.facets.facets_of ?? 'the first part only'}`}
        {elsewhere && ` · ${elsewhere} elsewhere, withheld`}
      </p>
      <Elsewhere pointers={answer.pointers} />
      <Select
        label="Order"
        hideLabel
        small
        value={view.sort ?? 'score'}
        choices={[
          { id: 'score', text: 'Best match' },
          { id: 'newest', text: 'Newest' },
        ]}
        onChange={(sort) => onChange({ ...view, sort: sort === 'newest' ? 'newest' : undefined })}
      />
      <Select
        label="Typing errors"
        hideLabel
        small
        value={String(view.fuzzy ?? 1)}
        choices={[
          { id: '0', text: 'As typed' },
          { id: '1', text: 'One typing error' },
          { id: '2', text: 'Two typing errors' },
        ]}
        onChange={(fuzzy) => onChange({ ...view, fuzzy: fuzzy === '1' ? undefined : Number(fuzzy) })}
      />
      <WatchButton view={view} />
      <Button icon look={preview ? 'tint' : 'default'} label={preview ? 'Hide the preview' : 'Show the preview'} onPress={onPreview}>
        <PanelRight size={15} aria-hidden />
      </Button>
    </div>
  );
}

/** Where it would lie over the list, the preview comes when it is asked for. */
function roomForPreview(): boolean {
  return typeof window === 'undefined' || window.matchMedia('(min-width: 1281px)').matches;
}

/** Rows, the active one, the chosen ones. Another search begins anew: no row stays chosen that is no longer there. */
function useList(hits: readonly Hit[], pointers: readonly Pointer[], search: string) {
  const rows = useMemo(() => toRows(hits, pointers), [hits, pointers]);
  const [active, setActive] = useState(0);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [preview, setPreview] = useState(roomForPreview);
  const [of, setOf] = useState(search);
  if (of !== search) {
    setOf(search);
    setActive(0);
    setChosen(new Set());
  }
  const navigate = useNavigate();
  const show = useUi((state) => state.show);
  const row = rows[active];
  const hit = row?.kind === 'hit' ? row.hit : null;
  const open = useCallback((id: string) => void navigate({ to: '/r/$id', params: { id } }), [navigate]);
  const choose = useCallback((id: string) => setChosen((now) => flipped(now, id)), []);
  const picked = hits.filter((one) => chosen.has(one.id));
  const target = picked.length > 0 ? picked : hit ? [hit] : [];
  const link = () => {
    if (target.length > 0) show({ kind: 'link', items: target });
  };
  const workspace = () => {
    if (target.length > 0) void navigate({ to: '/w', search: { ids: target.map((one) => one.id) } });
  };
  const purpose = usePurpose()?.key;
  const add = useCharts((state) => state.add);
  const toast = useToasts((state) => state.show);
  const chart = () => {
    if (target.length === 0 || !purpose) return;
    add(
      purpose,
      target.map((one) => one.id),
    );
    toast(`${target.length === 1 ? (target[0]?.caption ?? '') : plural(target.length, 'record')} added to the chart`);
  };
  const act = (key: string): boolean => {
    if (key === 'j' || key === 'ArrowDown') setActive(moved(active, 1, rows.length));
    else if (key === 'k' || key === 'ArrowUp') setActive(moved(active, -1, rows.length));
    else if (key === 'x' && hit) choose(hit.id);
    else if (key === 'l') link();
    else if (key === 'w') workspace();
    else if (key === 'W') chart();
    else return false;
    return true;
  };
  const gridKey = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onGrid = event.target === event.currentTarget;
    if (onGrid && event.key === ' ') setPreview(!preview);
    else if (onGrid && event.key === 'Enter' && hit) open(hit.id);
    else if (!act(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { rows, active, setActive, chosen, choose, hit, picked, preview, setPreview, open, link, workspace, chart, act, gridKey };
}

/** J K X L W work wherever the focus is, unless somebody types or a dialog is open. */
function useLetterKeys(act: (key: string) => boolean): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { letterKeys, open } = useUi.getState();
      if (!letterKeys || open.kind !== 'none' || isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key.length === 1 && act(event.key)) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [act]);
}

function ListFoot({ list }: { list: ReturnType<typeof useList> }) {
  return (
    <div className={css.foot} role="toolbar" aria-label="Selected records">
      <strong>{list.picked.length > 0 ? `${list.picked.length} selected` : 'This row'}</strong>
      <Button look="primary" size="small" onPress={list.link}>
        <FolderPlus size={14} aria-hidden />
        Link to case
        <Kbd keys="L" />
      </Button>
      <Button size="small" onPress={list.chart}>
        <Plus size={14} aria-hidden />
        Add to chart
        <Kbd keys="Shift+W" />
      </Button>
      <Button size="small" onPress={list.workspace}>
        <Waypoints size={14} aria-hidden />
        Open in workspace
        <Kbd keys="W" />
      </Button>
      <p>
        <Kbd keys="J" />
        <Kbd keys="K" /> move · <Kbd keys="X" /> select · <Kbd keys="Space" /> preview
      </p>
    </div>
  );
}

function Found({
  first,
  list,
  view,
  at,
  onEnd,
  onChange,
}: {
  first: SearchAnswer;
  list: ReturnType<typeof useList>;
  view: View;
  at: string | undefined;
  onEnd: () => void;
  onChange: (view: View) => void;
}) {
  if (list.rows.length === 0) return <NoHits view={view} pointers={first.pointers} onChange={onChange} />;
  return (
    <ResultGrid
      rows={list.rows}
      total={first.total}
      query={view.q ?? ''}
      at={at}
      active={list.active}
      chosen={list.chosen}
      onActive={list.setActive}
      onChoose={list.choose}
      onOpen={list.open}
      onKey={list.gridKey}
      onEnd={onEnd}
    />
  );
}

function Before({ view, answer, unknown }: { view: View; answer: ReturnType<typeof useSearch>; unknown: boolean }) {
  if (unknown)
    return (
      <Empty title="This address holds no words" icon={<Search size={22} aria-hidden />}>
        It names a search of another window by the reason under which it was made. Whoever made it knows what was searched for; type it here under your own reason.
      </Empty>
    );
  if (!canSearch(view))
    return (
      <Empty title="Search the records you may see" icon={<Search size={22} aria-hidden />}>
        Names are found with typing errors, other spellings and other scripts; numbers of accounts, phones, vehicles and papers as they are written.
      </Empty>
    );
  if (answer.error && !answer.isFetching) return <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />;
  return <Skeleton rows={9} label="Searching" />;
}

const NONE: readonly Pointer[] = [];

/** The search that the address names, and how another one is made. Words in an address are taken out of it at once. */
function useView() {
  const { s, ...typed } = useAddress({ from: '/shell/search' });
  const navigate = useNavigate();
  const inquiry = useWorking((state) => state.inquiry?.id);
  const held = useMemo(() => (s ? searchAt(s) : null), [s]);
  const said = JSON.stringify(typed);
  useEffect(() => {
    const view: View = readView(JSON.parse(said) as Record<string, unknown>);
    if (!s && Object.values(view).some((one) => one !== undefined)) void navigate({ to: '/search', search: { s: searchId(inquiry, view) }, replace: true });
  }, [s, said, inquiry, navigate]);
  const view: View = useMemo(() => readView(held ?? (JSON.parse(said) as Record<string, unknown>)), [held, said]);
  const change = (next: View) => void navigate({ to: '/search', search: { s: searchId(inquiry, next) } });
  return { view, change, at: s, unknown: s !== undefined && held === null };
}

function Unread({ told }: { told: SearchAnswer['unread'] | undefined }) {
  return (
    told && (
      <p className={css.unread}>
        Not all words of {plural(told.documents, 'document')} of this case were searched: {told.partly > 0 ? `${count(told.partly)} read in part, ` : ''}the case's documents say what is missing.
      </p>
    )
  );
}

export function SearchPage() {
  const { view, change, at, unknown } = useView();
  const own = usePurpose()?.regime ?? 'criminal';
  const answer = useSearch(view);
  const pages = answer.data?.pages;
  const first = pages?.[0];
  const hits = useMemo(() => pages?.flatMap((one) => one.hits) ?? [], [pages]);
  const list = useList(hits, first?.pointers ?? NONE, JSON.stringify(view));
  useLetterKeys(list.act);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = answer;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const showPreview = list.preview && list.hit;
  return (
    <Page title="Search" panes>
      <Filters view={view} facets={first?.facets ?? null} onChange={change} />
      <section className={css.middle} aria-label="Search">
        <QueryBar view={view} onChange={change} />
        {first && (
          <>
            <Tiles answer={first} own={own} />
            <Unread told={first.unread} />
          </>
        )}
        {first && <ResultBar answer={first} view={view} onChange={change} preview={list.preview} onPreview={() => list.setPreview(!list.preview)} />}
        <div className={css.gridBox}>{first ? <Found first={first} list={list} view={view} at={at} onEnd={onEnd} onChange={change} /> : <Before view={view} answer={answer} unknown={unknown} />}</div>
        {list.rows.length > 0 && <ListFoot list={list} />}
      </section>
      {showPreview && first && <Preview hit={showPreview} place={`${list.active + 1} of ${totalText(first)}`} query={view.q ?? ''} onClose={() => list.setPreview(false)} />}
    </Page>
  );
}
