import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { EyeOff, Focus, FolderOpen, List, Redo2, Route, Undo2, Waypoints } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { get } from '@/api/http';
import { asProblem, type Problem } from '@/api/problem';
import { useScope } from '@/api/queries';
import type { EventsAnswer, GraphEdge, GraphNode, Links, PathAnswer } from '@/api/types';
import { Button, ButtonLink } from '@/shared/controls/Button';
import { Kbd } from '@/shared/controls/Kbd';
import { Segmented } from '@/shared/controls/fields';
import { DataTable, KeyValue, SectionTitle } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { MarkingChips, RegimeChip, SourceChip } from '@/shared/identity/chips';
import { SchemaIcon } from '@/shared/identity/SchemaIcon';
import { Empty, ErrorPanel, Notice } from '@/shared/states/states';
import { useToasts } from '@/shared/states/toasts';
import { isTyping } from '@/state/keys';
import { useShownTheme } from '@/state/theme';
import { useUi } from '@/state/ui';
import { plural, schemaWord, span } from '@/state/words';
import { ChartView } from './ChartView';
import { BEGIN, expanded, hidden, neighbours, onlyThese, redone, shownEdges, shownNodes, stepped, touches, undone, withPath, type Chart, type History } from './graph';
import { useKept } from './kept';
import { Legend } from './Legend';
import { Unplaced } from '@/shared/data/Unplaced';
import { EventTable, PlacePane, TimePane, Tokens } from './Linked';
import { flipped, isEmpty, kept, lit, litEvents, opened, type Selection } from './selection';
import { PathEnd } from './PathEnd';
import { SavedDialog } from './Saved';
import css from './workspace.module.css';

function useChart(first: readonly string[]) {
  const [history, setHistory] = useState<History>(BEGIN);
  const [active, setActive] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [note, setNote] = useState<string | null>(null);
  const client = useQueryClient();
  const scope = useScope();
  const started = useRef(new Set<string>());
  const step = useCallback((change: (chart: Chart) => Chart) => setHistory((now) => stepped(now, change(now.now))), []);
  const key = scope.join('/');
  // What was asked for with the page comes in any order: its first entity is the active one, whichever comes last.
  const expand = useCallback(
    async (id: string, activate = true) => {
      try {
        const links = await client.fetchQuery({ queryKey: [...key.split('/'), 'links', id], queryFn: () => get<Links>(`/entities/${id}/links`, { limit: 60 }), retry: false });
        step((chart) => expanded(chart, links));
        if (activate) setActive(links.center.id);
        setNote((now) => links.cap_note ?? (links.more ? `${links.center.caption} has more links than are shown.` : activate ? null : now));
      } catch (error) {
        setProblem(asProblem(error));
      }
    },
    [client, key, step],
  );
  const findPath = useCallback(
    async (a: string, b: string) => {
      try {
        const answer = await get<PathAnswer>('/paths', { a, b, max_hops: 6 });
        if (answer.found) step((chart) => withPath(chart, answer));
        setNote(answer.found ? `Path of ${plural(answer.hops ?? answer.edges.length, 'step')}.` : 'No path of six steps or fewer goes through what you may see.');
      } catch (error) {
        setProblem(asProblem(error));
      }
    },
    [step],
  );
  useEffect(() => {
    for (const id of first) {
      if (started.current.has(id)) continue;
      started.current.add(id);
      void expand(id, id === first[0]);
    }
  }, [first, expand]);
  return {
    chart: history.now,
    active,
    setActive,
    problem,
    note,
    expand,
    findPath,
    hide: (id: string) => {
      step((chart) => hidden(chart, id));
      setActive(null);
    },
    undo: () => setHistory(undone),
    redo: () => setHistory(redone),
    canUndo: history.past.length > 1,
    canRedo: history.future.length > 0,
    clear: () => setProblem(null),
    load: async (ids: readonly string[]) => {
      setHistory(BEGIN);
      started.current = new Set(ids);
      for (const id of ids) await expand(id);
      step((chart) => onlyThese(chart, ids));
      setActive(ids[0] ?? null);
    },
  };
}

type ChartState = ReturnType<typeof useChart>;

const MOST_ASKED = 200;
const NO_EVENTS: EventsAnswer = { events: [], places: [], unplaced: [], entities: [], capped: false, cap_note: null };

/** What is dated and placed of the chart's entities; asked anew when the chart has rested for a moment. */
function useEvents(ids: readonly string[]): EventsAnswer {
  const scope = useScope();
  const wanted = ids.slice(0, MOST_ASKED).toSorted().join(' ');
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const wait = setTimeout(() => setAsked(wanted), 250);
    return () => clearTimeout(wait);
  }, [wanted]);
  const found = useQuery({
    queryKey: [...scope, 'events', asked],
    queryFn: () => get<EventsAnswer>('/workspace/events', { ids: asked.split(' ') }),
    enabled: asked !== '',
    retry: false,
    placeholderData: keepPreviousData,
  });
  return found.data ?? NO_EVENTS;
}

/** The one selection of all views. It stands in the address, as dates and ids, once it has rested. */
function useSelection() {
  const search = useSearch({ from: '/shell/w' });
  const navigate = useNavigate({ from: '/w' });
  const [selection, setSelection] = useState<Selection>(() => opened(search));
  useEffect(() => {
    const wait = setTimeout(() => void navigate({ search: (now) => ({ ...now, ...kept(selection) }), replace: true }), 250);
    return () => clearTimeout(wait);
  }, [selection, navigate]);
  return { selection, select: setSelection };
}

function EdgeList({ chart }: { chart: Chart }) {
  const name = (id: string) => chart.nodes.get(id);
  const end = (id: string) => {
    const node = name(id);
    return node ? (
      <>
        <SchemaIcon schema={node.schema} value={node.value?.type ?? null} size={13} />{' '}
        <Link to="/r/$id" params={{ id }}>
          {node.caption}
        </Link>
      </>
    ) : (
      id
    );
  };
  return (
    <div className={css.list}>
      <DataTable<GraphEdge>
        label="Links in the chart"
        rows={shownEdges(chart)}
        rowKey={(one) => one.id}
        columns={[
          { id: 'a', head: 'From', cell: (one) => end(one.source) },
          { id: 'kind', head: 'Link', cell: (one) => one.label || one.kind },
          { id: 'b', head: 'To', cell: (one) => end(one.target) },
          { id: 'dates', head: 'Dates', cell: (one) => span(one.from, one.to) || '–' },
          { id: 'source', head: 'Source', cell: (one) => one.origin && <SourceChip name={one.origin} /> },
          { id: 'marking', head: 'Marking', cell: (one) => one.marking && <MarkingChips markings={[one.marking]} /> },
        ]}
      />
    </div>
  );
}

function Panel({ node, state, onActive, onPath, onHide }: { node: GraphNode; state: ChartState; onActive: (id: string) => void; onPath: () => void; onHide: () => void }) {
  const show = useUi((ui) => ui.show);
  const { chart, expand } = state;
  const edges = shownEdges(chart).filter((one) => touches(one, node.id));
  // Of a merged entity the server counts the links of one member: fewer than are drawn is no count of all.
  const all = node.degree !== null && node.degree !== undefined && node.degree >= edges.length ? plural(node.degree, 'link') : '–';
  return (
    <aside className={css.side} aria-label="Chosen node">
      <div className={css.sideBody} tabIndex={0} role="region" aria-label={node.caption}>
        <header>
          <span>
            <SchemaIcon schema={node.schema} size={17} value={node.value?.type ?? null} />
          </span>
          <div>
            <h2>{node.caption}</h2>
            <small>{schemaWord(node.value?.type ?? node.schema)}</small>
          </div>
        </header>
        <div className={css.chips}>
          {node.regime && <RegimeChip regime={node.regime} />}
          <MarkingChips markings={node.markings} />
          {node.sources.map((one) => (
            <SourceChip key={one} name={one} />
          ))}
        </div>
        <KeyValue
          pairs={[
            ['In the chart', plural(edges.length, 'link')],
            ['In all', all],
          ]}
        />
        <SectionTitle>Linked in the chart</SectionTitle>
        <ul className={css.links}>
          {neighbours(chart, node.id)
            .slice(0, 40)
            .map((id) => (
              <li key={id}>
                <button type="button" onClick={() => onActive(id)}>
                  {chart.nodes.get(id)?.caption}
                </button>
                <small>{edges.find((one) => touches(one, id))?.label}</small>
              </li>
            ))}
        </ul>
      </div>
      <footer className={css.foot}>
        <Button look="primary" onPress={() => void expand(node.id)}>
          Expand
          <Kbd keys="E" />
        </Button>
        <Button onPress={onPath}>
          Path
          <Kbd keys="P" />
        </Button>
        <Button onPress={onHide}>
          Hide
          <Kbd keys="H" />
        </Button>
        {!node.value && <Button onPress={() => show({ kind: 'link', items: [node] })}>Add to case</Button>}
        {!node.value && (
          <ButtonLink to="/r/$id" params={{ id: node.id }}>
            Open
          </ButtonLink>
        )}
      </footer>
    </aside>
  );
}

function useGraphKeys(acts: Record<string, () => void>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { letterKeys, open } = useUi.getState();
      if (open.kind !== 'none' || isTyping(event.target)) return;
      const mod = event.ctrlKey || event.metaKey;
      const name = mod ? `Mod+${event.shiftKey ? 'Shift+' : ''}${event.key.toLowerCase()}` : event.key;
      const act = mod || letterKeys ? acts[name] : undefined;
      if (!act || event.altKey) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [acts]);
}

function Nothing({ reading }: { reading: boolean }) {
  if (reading) return <Notice title="Reading the links" />;
  return (
    <div className={css.stage}>
      <Empty
        title="An empty chart"
        icon={<Waypoints size={22} aria-hidden />}
        actions={
          <ButtonLink to="/search" look="primary">
            Search
          </ButtonLink>
        }>
        Select rows in a search and press W, or open a record and choose Expand.
      </Empty>
    </div>
  );
}

const VIEWS = [
  { id: 'graph', text: 'Graph', icon: <Waypoints size={13} aria-hidden /> },
  { id: 'list', text: 'List', icon: <List size={13} aria-hidden /> },
] as const;

interface ViewsProps {
  state: ReturnType<typeof useChart>;
  view: 'graph' | 'list';
  theme: string;
  reading: boolean;
  answer: ReturnType<typeof useEvents>;
  brush: { selection: ReturnType<typeof useSelection>['selection']; select: ReturnType<typeof useSelection>['select']; light: ReturnType<typeof lit> };
  onActive: (id: string | null) => void;
  onExpand: (id: string) => void;
  onLost: () => void;
}

/** Chart and map, or the lists that say the same. */
function Views({ state, view, theme, reading, answer, brush, onActive, onExpand, onLost }: ViewsProps) {
  const { chart, active, problem } = state;
  if (shownNodes(chart).length === 0) return problem ? null : <Nothing reading={reading} />;
  if (view === 'list')
    return (
      <div className={css.list}>
        <EdgeList chart={chart} />
        <EventTable events={litEvents(answer.events, brush.light, brush.selection)} />
      </div>
    );
  return (
    <>
      <div className={css.stage}>
        <ChartView key={theme} chart={chart} light={brush.light} active={active} onActive={onActive} onExpand={onExpand} onLost={onLost} />
        <Legend />
        {answer.places.length === 0 && answer.unplaced.length > 0 && (
          <div className={css.unplaced}>
            <Unplaced places={answer.unplaced} />
          </div>
        )}
      </div>
      {answer.places.length > 0 && <PlacePane key={`map ${theme}`} places={answer.places} unplaced={answer.unplaced} {...brush} />}
    </>
  );
}

export function WorkspacePage() {
  const { ids: asked } = useSearch({ from: '/shell/w' });
  const { ids, keep } = useKept(asked);
  const state = useChart(ids);
  const { selection, select } = useSelection();
  const { chart, active, setActive, expand, findPath } = state;
  const [view, setView] = useState<'graph' | 'list'>('graph');
  const [saving, setSaving] = useState(false);
  const [pathFrom, setPathFrom] = useState<string | null>(null);
  const theme = useShownTheme();
  const toast = useToasts((toasts) => toasts.show);
  const node = active ? (chart.nodes.get(active) ?? null) : null;
  const onActive = useCallback(
    (id: string | null) => {
      setActive(id);
      if (pathFrom && id && id !== pathFrom) {
        setPathFrom(null);
        void findPath(pathFrom, id);
      }
    },
    [pathFrom, setActive, findPath],
  );
  useEffect(() => keep(chart), [keep, chart]);
  const onExpand = useCallback((id: string) => void expand(id), [expand]);
  const onLost = useCallback(() => setView('list'), []);
  const hide = () => {
    if (node) {
      state.hide(node.id);
      toast(`${node.caption} is hidden`, state.undo);
    }
  };
  useGraphKeys({
    e: () => {
      if (node) void expand(node.id);
    },
    h: hide,
    p: () => setPathFrom(active),
    'Mod+z': state.undo,
    'Mod+Shift+z': state.redo,
    Escape: () => setPathFrom(null),
  });
  const shown = useMemo(() => shownNodes(chart).map((one) => one.id), [chart]);
  const nodes = shown.length;
  const answer = useEvents(shown);
  const light = useMemo(() => lit(shown, answer.events, answer.places, selection), [shown, answer, selection]);
  const brush = { selection, select, light };
  return (
    <Page title="Workspace" panes>
      <div className={css.page}>
        <div className={css.tools} role="toolbar" aria-label="Chart">
          <Segmented label="View" hideLabel choices={VIEWS} value={view} onChange={setView} />
          <Button
            blocked={!node}
            onPress={() => {
              if (node) void expand(node.id);
            }}>
            <Waypoints size={14} aria-hidden />
            Expand
            <Kbd keys="E" />
          </Button>
          <Button blocked={!node} onPress={hide}>
            <EyeOff size={14} aria-hidden />
            Hide
            <Kbd keys="H" />
          </Button>
          <Button blocked={!node} look={pathFrom ? 'tint' : 'default'} onPress={() => setPathFrom(active)}>
            <Route size={14} aria-hidden />
            Path
            <Kbd keys="P" />
          </Button>
          <i aria-hidden />
          <Button icon look="quiet" label="Undo" blocked={!state.canUndo} onPress={state.undo}>
            <Undo2 size={15} aria-hidden />
          </Button>
          <Button icon look="quiet" label="Redo" blocked={!state.canRedo} onPress={state.redo}>
            <Redo2 size={15} aria-hidden />
          </Button>
          <PathEnd
            chart={chart}
            from={pathFrom}
            onChoose={(id) => {
              if (pathFrom) void findPath(pathFrom, id);
              setPathFrom(null);
            }}
          />
          <Button onPress={() => setSaving(true)}>
            <FolderOpen size={14} aria-hidden />
            Saved
          </Button>
          <Button
            blocked={!node}
            look={node && selection.entities.has(node.id) ? 'tint' : 'default'}
            onPress={() => {
              if (node) select((now) => ({ ...now, entities: flipped(now.entities, node.id) }));
            }}>
            <Focus size={14} aria-hidden />
            Only this
          </Button>
          <Tokens selection={selection} select={select} />
          <p role="status">
            {state.note && `${state.note} `}
            {!isEmpty(selection) && `${light.size} of `}
            {plural(nodes, 'entity', 'entities')}, {plural(shownEdges(chart).length, 'link')}
          </p>
        </div>
        {state.problem && <ErrorPanel problem={state.problem} onRetry={state.clear} />}
        <div className={css.body}>
          <Views state={state} view={view} theme={theme} reading={ids.length > 0} answer={answer} brush={brush} onActive={onActive} onExpand={onExpand} onLost={onLost} />
          {node && <Panel node={node} state={state} onActive={onActive} onPath={() => setPathFrom(active)} onHide={hide} />}
        </div>
        {nodes > 0 && <TimePane answer={answer} {...brush} />}
        {saving && (
          <SavedDialog
            ids={shown}
            onOpen={(saved) => {
              setSaving(false);
              void state.load(saved.ids);
            }}
            onClose={() => setSaving(false)}
          />
        )}
      </div>
    </Page>
  );
}
