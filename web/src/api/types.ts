/** What the server answers, by name. Times are RFC 3339; dates as FollowTheMoney has them ("2026-03"). */
export type Regime = 'criminal' | 'civil' | 'regulatory' | 'oversight';

export interface Page<T> {
  items: T[];
  total: number | null;
  limit: number;
  offset: number;
  more: boolean;
}

export interface Receipt {
  entry: string;
  leaf: string;
  at: string;
  signature: string;
}

export interface RoleGrant {
  unit: string;
  unit_title: string;
  role: string;
  supervisor: string | null;
}

export interface Purpose {
  key: string;
  kind: 'case' | 'lead' | 'desk' | 'oversight';
  title: string;
  regime: Regime;
  authority: string;
  authority_title: string;
  statute: string;
  unit: string;
  case: string | null;
  state: string;
  expires: string | null;
  role: string | null;
}

export interface Me {
  account: string;
  id: string;
  title: string;
  session_expires: string;
  roles: RoleGrant[];
  purposes: Purpose[];
}

export interface Inquiry {
  id: string;
  purpose: string;
  reason: string;
  opened: string;
  expires: string | null;
  acts: number;
  acts_max: number;
}

export interface Marking {
  origins: { source: string; authority: string }[];
  regimes: Regime[];
  category: string;
  caveats: string[];
  retention: string | null;
  crossed?: boolean;
}

export interface WhyHit {
  kind: 'name' | 'typo' | 'phonetic' | 'identifier' | 'text';
  field: string | null;
  query: string | null;
  value: string | null;
  text: string;
  source: string | null;
}

export interface Hit {
  id: string;
  schema: string;
  caption: string;
  score: number | null;
  why: WhyHit[];
  sources: { name: string; title: string }[];
  markings: Marking[];
  summary: string | null;
  first: string | null;
  last: string | null;
  countries: string[];
  links: number | null;
  aspects: number;
}

export interface Pointer {
  tier: 1 | 2 | 3;
  count?: string | number | null;
  regime?: Regime | null;
  custodian?: string | null;
  case?: string | null;
  kind?: string | null;
  month?: string | null;
}

export interface Facet {
  value: string;
  label: string;
  count: number;
}

export interface SearchAnswer {
  query: string;
  purpose: string;
  took_ms: number;
  total: number;
  total_capped: boolean;
  fuzzy: number;
  pointers: Pointer[];
  hits: Hit[];
  facets: { schema: Facet[]; source: Facet[]; month?: Facet[]; year?: Facet[]; country?: Facet[]; capped?: boolean };
  limit: number;
  offset: number;
}

export interface Suggestion {
  id: string;
  schema: string;
  caption: string;
}

export interface ValueSource {
  source: string;
  record: string;
  aspect: string;
  run: string | null;
  marking: Marking;
  at: string | null;
}

export interface Value {
  value: string;
  original: string | null;
  entity: string | null;
  caption: string | null;
  sources: ValueSource[];
}

export interface Property {
  name: string;
  label: string;
  type: string;
  values: Value[];
}

export interface Aspect {
  id: string;
  entity: string;
  source: string;
  source_title: string;
  record: string;
  version: number;
  schema: string;
  marking: Marking;
  hash: string | null;
  at: string | null;
  run: string | null;
  crossed: { crossing: string; expires: string } | null;
}

export interface Entity {
  id: string;
  schema: string;
  schemata: string[];
  caption: string;
  members: string[];
  markings: Marking[];
  first: string | null;
  last: string | null;
  link_count: number | null;
  properties: Property[];
  aspects: Aspect[];
  places: { lat: number; lon: number; label: string }[];
  cases: { number: string; title: string; category: string | null }[];
}

export interface WhyVisible {
  id: string;
  visible: boolean;
  rules: { rule: string; text: string; source: string | null }[];
  needs: string[];
  purpose: string;
}

export interface GraphNode {
  id: string;
  schema: string;
  caption: string;
  sources: string[];
  markings: Marking[];
  regime: Regime | null;
  degree?: number | null;
  value: { type: string } | null;
}

export interface GraphEdge {
  id: string;
  source: string;
  target: string;
  kind: string;
  label: string;
  forward: boolean;
  from: string | null;
  to: string | null;
  weight: number | null;
  origin: string | null;
  marking: Marking | null;
}

export interface Links {
  center: GraphNode;
  nodes: GraphNode[];
  edges: GraphEdge[];
  kinds: Facet[];
  total: number | null;
  more: boolean;
  capped: boolean;
  cap_note: string | null;
}

export interface PathAnswer {
  found: boolean;
  hops: number | null;
  nodes: GraphNode[];
  edges: GraphEdge[];
  capped: boolean;
  cap_note: string | null;
}

export type CaseState =
  'draft' | 'submitted' | 'returned' | 'open' | 'suspended' | 'closure_requested' | 'reopen_requested' | 'closed';

export interface CaseLine {
  number: string;
  title: string;
  regime: Regime | null;
  authorities: { code: string; title: string; statute: string; purpose: string | null }[];
  category: string | null;
  state: CaseState;
  priority: string | null;
  restricted: boolean;
  unit: string | null;
  unit_title: string | null;
  lead: string | null;
  lead_title: string | null;
  supervisor: string | null;
  supervisor_title: string | null;
  opened: string | null;
  review_by: string | null;
  updated: string | null;
  people: number;
  item_count: number;
  outcome: string | null;
}

export interface CaseItem {
  id: string;
  schema: string | null;
  caption: string | null;
  note: string | null;
  role: string | null;
  basis: string | null;
  added_by: string | null;
  added_at: string | null;
  sources: string[];
  markings: Marking[];
  visible: boolean;
}

export interface Note {
  id: string;
  kind: 'fact' | 'assessment';
  text: string;
  basis: string | null;
  grade: string | null;
  by: string | null;
  at: string | null;
}

export interface CaseDocument {
  id: string;
  name: string;
  media_type: string;
  size: number;
  sha256: string;
  by: string | null;
  at: string | null;
}

export interface Member {
  account: string;
  title: string;
  capacity: string;
  from: string | null;
  to: string | null;
}

export interface Case extends CaseLine {
  predicate: string;
  members: Member[];
  pending: { act: string; by: string | null; at: string | null } | null;
  pointers: { id: string | null; unit: string | null; contact: string | null }[];
  may: string[];
  items: CaseItem[];
  notes: Note[];
  documents: CaseDocument[];
}

export interface Activity {
  at: string;
  by: string | null;
  title: string | null;
  what: string;
  text: string;
  entry: string | null;
}

export type CrossingState = 'requested' | 'approved' | 'denied' | 'withdrawn' | 'revoked' | 'expired';

export interface CrossingLine {
  number: string;
  state: CrossingState;
  purpose: string | null;
  to_regime: Regime | null;
  requester: string | null;
  requester_title: string | null;
  requested_at: string | null;
  item_count: number;
  fields: string[];
  links: boolean;
  basis: string | null;
  basis_title: string | null;
  expires: string | null;
  decided: string | null;
  decided_by: string | null;
  decision_reason: string | null;
}

export interface CrossingPreview {
  id: string;
  schema: string | null;
  source: string | null;
  custodian: string | null;
  category: string | null;
  caveats: string[];
  values: Record<string, string[]>;
  changed: boolean;
}

export interface Crossing extends CrossingLine {
  necessity: string;
  alternatives: string;
  items: string[];
  opinions: { side: string | null; by: string; title: string | null; opinion: string; text: string; at: string | null }[];
  missing_opinions: string[];
  preview: CrossingPreview[];
  in_chain: boolean;
  may: string[];
}

export interface Agreement {
  id: string;
  regimes: Regime[];
  units: string[];
  pointer_tier: number;
  valid_from: string | null;
  expires: string | null;
  redistribution: string | null;
  sole_basis: boolean;
  state: string | null;
}

export interface Source {
  name: string;
  title: string;
  publisher: string | null;
  reliability: string | null;
  regime: Regime;
  authority: string;
  custodian_unit: string | null;
  pointer_tier: number;
  state: string;
  agreement: Agreement | null;
}

export interface Run {
  run: string;
  feed: string;
  state: string;
  started: string | null;
  ended: string | null;
  rows: number | null;
  new: number | null;
  changed: number | null;
  unchanged: number | null;
  deleted: number | null;
  rejected_rows: number | null;
  rejected_values: number | null;
  aspects: number | null;
  links: number | null;
  seconds: number | null;
  message: string | null;
}

export interface Feed {
  name: string;
  title: string;
  source: string;
  format: string | null;
  mode: string | null;
  schedule: string | null;
  state: string;
  last_run: Run | null;
  records: number | null;
  aspects: number | null;
  quarantine: number | null;
}

export interface Quarantined {
  id: string;
  run: string;
  row: string | number | null;
  column: string | null;
  reason: string;
  text: string | null;
  value: string | null;
  at: string;
  state: string;
}

export interface Account {
  name: string;
  title: string;
  state: string;
  created: string | null;
  roles: { unit: string; role: string; supervisor: string | null; from: string | null; to: string | null }[];
}

export interface Unit {
  name: string;
  title: string;
  parent: string | null;
  regime: Regime | null;
  state: string;
}

export interface Authority {
  code: string;
  title: string;
  statute: string;
  regime: Regime;
  processes: string[];
  approver_role: string | null;
  valid_from: string | null;
  valid_to: string | null;
}

export interface LedgerStatus {
  size: number;
  root: string | null;
  checkpoint_at: string | null;
  checkpoint_size: number | null;
  alarms: string[];
  origin: string | null;
  key: string | null;
  lag_bytes: number | null;
  pending: number | null;
  slot: string | null;
  ok: boolean;
}

export interface LedgerEntry {
  index: number;
  entry: string;
  at: string;
  act: string;
  name: string;
  outcome: string;
  regime: Regime | null;
  unit: string | null;
  authority: string | null;
  purpose_kind: string | null;
  account: string | null;
  purpose: string | null;
  reason: string | null;
  counts: Record<string, number> | null;
  leaf: string | null;
}

export interface LedgerEntryFull extends LedgerEntry {
  head: Record<string, unknown> | null;
  body: Record<string, unknown> | null;
  shown: string[];
}

export interface Proof {
  index: number;
  leaf_hash: string;
  size: number;
  root: string;
  path: string[];
  checkpoint: string;
}
