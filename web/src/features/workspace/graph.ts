/** The chart's content and what can be done with it: a value and pure steps on it, so that undo is the former value. */
import type { GraphEdge, GraphNode, Links, PathAnswer } from '@/api/types';

export interface Chart {
  nodes: ReadonlyMap<string, GraphNode>;
  edges: ReadonlyMap<string, GraphEdge>;
  hidden: ReadonlySet<string>;
  expanded: ReadonlySet<string>;
  path: readonly string[];
}

export const EMPTY: Chart = { nodes: new Map(), edges: new Map(), hidden: new Set(), expanded: new Set(), path: [] };

function merge(chart: Chart, nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Chart {
  const known = new Map(chart.nodes);
  for (const node of nodes) known.set(node.id, node);
  const links = new Map(chart.edges);
  for (const edge of edges) {
    if (known.has(edge.source) && known.has(edge.target)) links.set(edge.id, edge);
  }
  return { ...chart, nodes: known, edges: links };
}

/** Adds a node's neighbourhood; a node that was hidden by hand stays hidden. */
export function expanded(chart: Chart, links: Links): Chart {
  const next = merge(chart, [links.center, ...links.nodes], links.edges);
  return { ...next, expanded: new Set([...chart.expanded, links.center.id]) };
}

export function withPath(chart: Chart, answer: PathAnswer): Chart {
  const next = merge(chart, answer.nodes, answer.edges);
  const path = answer.nodes.map((one) => one.id);
  return { ...next, path, hidden: new Set([...chart.hidden].filter((id) => !path.includes(id))) };
}

/** Hides a node, and the neighbours that then hang on nothing and were never opened themselves. */
export function hidden(chart: Chart, id: string): Chart {
  const gone = new Set([...chart.hidden, id]);
  for (const node of chart.nodes.keys()) {
    if (gone.has(node) || chart.expanded.has(node)) continue;
    const left = [...chart.edges.values()].some((edge) => touches(edge, node) && !gone.has(other(edge, node)));
    if (!left && chart.edges.size > 0) gone.add(node);
  }
  return { ...chart, hidden: gone, path: chart.path.includes(id) ? [] : chart.path };
}

export function touches(edge: GraphEdge, id: string): boolean {
  return edge.source === id || edge.target === id;
}

export function other(edge: GraphEdge, id: string): string {
  return edge.source === id ? edge.target : edge.source;
}

export function shownNodes(chart: Chart): GraphNode[] {
  return [...chart.nodes.values()].filter((one) => !chart.hidden.has(one.id));
}

export function shownEdges(chart: Chart): GraphEdge[] {
  return [...chart.edges.values()].filter((one) => !chart.hidden.has(one.source) && !chart.hidden.has(one.target));
}

export function neighbours(chart: Chart, id: string): string[] {
  return [
    ...new Set(
      shownEdges(chart)
        .filter((one) => touches(one, id))
        .map((one) => other(one, id)),
    ),
  ];
}

/** Between two nodes one line is drawn, however many records say so; the list keeps them all. */
export function lines(chart: Chart): { id: string; source: string; target: string; label: string; count: number }[] {
  const found = new Map<string, { id: string; source: string; target: string; labels: Set<string>; count: number }>();
  for (const edge of shownEdges(chart)) {
    const key = [edge.source, edge.target].toSorted().join('|');
    const one = found.get(key) ?? { id: key, source: edge.source, target: edge.target, labels: new Set<string>(), count: 0 };
    one.labels.add(edge.label || edge.kind);
    found.set(key, { ...one, count: one.count + 1 });
  }
  return [...found.values()].map(({ labels, ...rest }) => ({ ...rest, label: [...labels].slice(0, 2).join(', ') }));
}

/** Kinds of things by the shape that draws them. */
export type Shape = 'organization' | 'person' | 'account' | 'address' | 'phone' | 'protected' | 'other';

export const SHAPES: readonly Shape[] = ['organization', 'person', 'account', 'address', 'phone', 'protected', 'other'];

const BY_SCHEMA: Record<string, Shape> = {
  Company: 'organization',
  Organization: 'organization',
  PublicBody: 'organization',
  LegalEntity: 'organization',
  Person: 'person',
  BankAccount: 'account',
  CryptoWallet: 'account',
  Payment: 'account',
  Address: 'address',
  RealEstate: 'address',
  Phone: 'phone',
  UserAccount: 'phone',
};
const BY_VALUE: Record<string, Shape> = { phone: 'phone', email: 'phone', iban: 'account', account: 'account', address: 'address' };
const PROTECTED = new Set(['victim', 'witness', 'protected', 'minor']);

export function shapeOf(node: GraphNode): Shape {
  if (node.markings.some((one) => PROTECTED.has(one.category ?? ''))) return 'protected';
  const value = node.value ? BY_VALUE[node.value.type ?? ''] : undefined;
  return value ?? BY_SCHEMA[node.schema] ?? 'other';
}

export interface History {
  past: readonly Chart[];
  now: Chart;
  future: readonly Chart[];
}

export const BEGIN: History = { past: [], now: EMPTY, future: [] };

export function stepped(history: History, next: Chart): History {
  return { past: [...history.past, history.now].slice(-50), now: next, future: [] };
}

export function undone(history: History): History {
  const last = history.past.at(-1);
  return last ? { past: history.past.slice(0, -1), now: last, future: [history.now, ...history.future] } : history;
}

export function redone(history: History): History {
  const [next, ...rest] = history.future;
  return next ? { past: [...history.past, history.now], now: next, future: rest } : history;
}

/** What lies beyond these is hidden: a saved chart opens as it was, and undo shows the rest. */
export function onlyThese(chart: Chart, ids: readonly string[]): Chart {
  const kept = new Set(ids);
  return { ...chart, hidden: new Set([...chart.nodes.keys()].filter((id) => !kept.has(id))) };
}

export interface Place {
  x: number;
  y: number;
}

/** Moves places apart until none is nearer to another than a share of the whole that still fits them all. */
export function spread(places: readonly Place[], share = 0.16, rounds = 60): Place[] {
  const out = places.map((one) => ({ ...one }));
  if (out.length < 2) return out;
  const wide = (of: 'x' | 'y') => Math.max(...out.map((one) => one[of])) - Math.min(...out.map((one) => one[of]));
  const least = Math.min(share, 0.62 / Math.sqrt(out.length)) * Math.max(wide('x'), wide('y'), 1e-6);
  for (let round = 0; round < rounds; round += 1) {
    let moved = false;
    for (let a = 0; a < out.length; a += 1) for (let b = a + 1; b < out.length; b += 1) moved = parted(out[a]!, out[b]!, least, a + b) || moved;
    if (!moved) break;
  }
  return out;
}

function parted(a: Place, b: Place, least: number, seed: number): boolean {
  const far = Math.hypot(b.x - a.x, b.y - a.y);
  if (far >= least * 0.999) return false;
  // Two on one spot part in a direction of their own.
  const way = far > 1e-9 ? { x: (b.x - a.x) / far, y: (b.y - a.y) / far } : { x: Math.cos(seed), y: Math.sin(seed) };
  const push = (least - far) / 2;
  a.x -= way.x * push;
  a.y -= way.y * push;
  b.x += way.x * push;
  b.y += way.y * push;
  return true;
}

const WAYS: Record<string, { dx: number; dy: number }> = { ArrowRight: { dx: 1, dy: 0 }, ArrowLeft: { dx: -1, dy: 0 }, ArrowUp: { dx: 0, dy: 1 }, ArrowDown: { dx: 0, dy: -1 } };

/** The linked node that lies nearest in the direction of an arrow key; graph coordinates, y upwards. */
export function nearest(from: { x: number; y: number }, others: readonly { id: string; x: number; y: number }[], key: string): string | null {
  const { dx, dy } = WAYS[key] ?? { dx: 0, dy: 0 };
  const ahead = others
    .map((one) => ({ id: one.id, along: (one.x - from.x) * dx + (one.y - from.y) * dy, far: Math.hypot(one.x - from.x, one.y - from.y) }))
    .filter((one) => one.along > 0 && one.along >= one.far * 0.35);
  return ahead.toSorted((a, b) => a.far - b.far)[0]?.id ?? null;
}
