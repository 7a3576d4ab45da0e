/** What an entity's page shows, from what the server told. Pure. */
import type { Entity, GraphEdge, GraphNode, Links, Property, Value } from '@/api/types';

/** Names first, then what identifies, then the rest: the order in which a reader checks "is this the one?". */
const FIRST = [
  'name',
  'alias',
  'previousName',
  'weakAlias',
  'birthDate',
  'incorporationDate',
  'nationality',
  'country',
  'jurisdiction',
  'idNumber',
  'passportNumber',
  'registrationNumber',
  'taxNumber',
  'address',
  'phone',
  'email',
];

export function ordered(properties: readonly Property[]): Property[] {
  const rank = (one: Property) => (FIRST.includes(one.name) ? FIRST.indexOf(one.name) : FIRST.length);
  return properties.filter((one) => one.values.length > 0).toSorted((a, b) => rank(a) - rank(b) || a.label.localeCompare(b.label));
}

/** The value as it came, when cleaning changed it. */
export function original(value: Value): string | null {
  return value.original !== null && value.original !== value.value ? value.original : null;
}

export interface LinkRow {
  id: string;
  edge: GraphEdge;
  other: GraphNode;
  outward: boolean;
}

/** Links grouped by their kind, each seen from the entity in the middle. */
export function linksByKind(links: Links): { kind: string; label: string; rows: LinkRow[] }[] {
  const nodes = new Map([links.center, ...links.nodes].map((one) => [one.id, one]));
  const members = new Set([links.center.id]);
  const groups = new Map<string, LinkRow[]>();
  for (const edge of links.edges) {
    const outward = members.has(edge.source);
    const other = nodes.get(outward ? edge.target : edge.source);
    if (other) groups.set(edge.kind, [...(groups.get(edge.kind) ?? []), { id: edge.id, edge, other, outward }]);
  }
  const labels = new Map(links.kinds.map((one) => [one.value, one.label]));
  return [...groups].map(([kind, rows]) => ({ kind, label: labels.get(kind) ?? rows[0]?.edge.label ?? kind, rows }));
}

export function sourcesOf(entity: Entity): { name: string; title: string; records: number }[] {
  const found = new Map<string, { name: string; title: string; records: number }>();
  for (const aspect of entity.aspects) {
    const one = found.get(aspect.source) ?? { name: aspect.source, title: aspect.source_title, records: 0 };
    found.set(aspect.source, { ...one, records: one.records + 1 });
  }
  return [...found.values()];
}
