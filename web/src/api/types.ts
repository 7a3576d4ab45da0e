/**
 * What the server answers, by name: taken from its own description (schema.d.ts), so that a changed shape is a
 * compile error here. Two things are said more exactly than the description says them: the four regimes, and that
 * every field is present (the server writes null, it leaves nothing out). A pointer's regime stays text: where rows of
 * several sources are withheld it names several, as in "civil/criminal" (`regimesTold` reads it).
 */
import type { components } from './schema';

export type Regime = 'criminal' | 'civil' | 'regulatory' | 'oversight';

type Present<T> = { [K in keyof T]-?: Exclude<T[K], undefined> };

type Said<K, T> = K extends 'pointers' ? (T extends readonly (infer U)[] ? Present<U>[] : never) : K extends 'regime' | 'to_regime' ? Regime | null : K extends 'regimes' ? Regime[] : Told<T>;

type Told<T> = T extends readonly (infer U)[] ? Told<U>[] : T extends object ? { [K in keyof T]-?: Said<K, Exclude<T[K], undefined>> } : T;

type Schemas = components['schemas'];
type Answer<K extends keyof Schemas> = Told<Schemas[K]>;

export interface Page<T> {
  items: T[];
  total: number | null;
  limit: number;
  offset: number;
  more: boolean;
}

/** The header X-Receipt; it is no body, so the description doesn't hold it. */
export interface Receipt {
  entry: string;
  leaf: string;
  at: string;
  signature: string;
}

export type ServerState = Answer<'State'>;
export type SignedIn = Answer<'SignedIn'>;
export type Inquiry = Answer<'Inquiry'>;
type AnyPurpose = Answer<'Purpose'>;
export type Purpose = Omit<AnyPurpose, 'kind' | 'regime'> & { kind: 'case' | 'lead' | 'desk' | 'oversight'; regime: Regime | null };
export type Me = Omit<Answer<'Me'>, 'purposes'> & { purposes: Purpose[] };

export type Marking = Answer<'Marking'>;
export type Hit = Answer<'Hit'>;
export type Pointer = Present<Schemas['Pointer']>;
/** What a pointer tells, without the handle by which a crossing is asked for. */
export type PointerTold = Omit<Pointer, 'handle'>;
export type Facet = Answer<'Bucket'>;
export type SearchAnswer = Answer<'Found'>;
export type Suggestion = Answer<'Suggestion'>;
export type Value = Answer<'Value'>;
export type Property = Answer<'Property'>;
export type Aspect = Answer<'Aspect'>;
export type Entity = Answer<'Entity'>;
export type WhyVisible = Answer<'WhySeen'>;
export type GraphNode = Omit<Answer<'Node'>, 'value'> & { value: { type?: string } | null };
export type GraphEdge = Answer<'Edge'>;
export type Links = Omit<Answer<'Expanded'>, 'center' | 'nodes' | 'centers'> & { center: GraphNode; nodes: GraphNode[] };
export type DatedEvent = Answer<'Event'>;
export type PlacedThing = Answer<'Placed'>;
export type UnplacedThing = Answer<'Unplaced'>;
export type EventsAnswer = Answer<'Events'>;
export type Watch = Answer<'Watch'>;
export type WatchHit = Answer<'WatchHit'>;
export type WatchHits = Answer<'WatchHits'>;
export type WorkspaceLine = Answer<'WorkspaceRow'>;
export type SavedWorkspace = Answer<'Workspace'>;
export type PathAnswer = Omit<Answer<'Path'>, 'nodes' | 'paths'> & { nodes: GraphNode[] };

export type CaseState = 'draft' | 'submitted' | 'returned' | 'open' | 'suspended' | 'closure_requested' | 'reopen_requested' | 'closed';
export type CaseLine = Omit<Answer<'CaseRow'>, 'state'> & { state: CaseState };
export type Case = Omit<Answer<'Case'>, 'state'> & { state: CaseState };
export type CaseItem = Case['items'][number];
export type Activity = Answer<'Activity'>;
export type ItemsAdded = Answer<'ItemsAdded'>;

export type Task = Answer<'Task'>;
export type ReportHead = Answer<'CaseReportHead'>;
export type CaseReport = Answer<'CaseReport'>;
export type Evidence = Answer<'Evidence'>;
export type EvidencePage = Answer<'EvidenceListed'>;
export type InCustody = Answer<'InCustody'>;
export type CustodyLink = Answer<'CustodyLink'>;
export type Hours = Omit<Answer<'Hours'>, 'weeks'> & { weeks: { week: string; minutes: number; activities: Record<string, number> }[] };
export type Checked = Answer<'Checked'>;
export type Related = Answer<'Related'>;
export type CaseClearance = Answer<'CaseClearance'>;
export type DocumentAdded = Answer<'DocumentAdded'>;
export type DocumentReading = Answer<'DocumentReading'>;
export type Notification = Omit<Answer<'Notification'>, 'detail'> & { detail: Record<string, unknown> };
export type Notifications = Omit<Answer<'Notifications'>, 'notices'> & { notices: Notification[] };

export type CrossingState = 'requested' | 'reviewed' | 'emergency' | 'approved' | 'active' | 'denied' | 'refused' | 'withdrawn' | 'lapsed' | 'unreviewed' | 'expired' | 'revoked' | 'audited';
export type Prompts = Answer<'Prompts'>;
export type Limits = Answer<'Limits'>;
export type Leavers = Answer<'Leavers'>;
export type VisibleSet = Answer<'VisibleSet'>;
export type PromiseDue = Answer<'PromiseDue'>;
export type Promises = Answer<'Promises'>;
export type ReviewQueue = Answer<'ReviewQueue'>;
export type SampledReason = Answer<'SampledReason'>;
export type CrossingLine = Omit<Answer<'CrossingRow'>, 'state'> & { state: CrossingState };
export type Crossing = Omit<Answer<'Crossing'>, 'state'> & { state: CrossingState };
export type CrossingPreview = Crossing['preview'][number];

export type OperationLine = Answer<'OperationRow'>;
export type Extracts = Answer<'ExtractList'>;
export type ExtractRow = Answer<'ExtractRow'>;
export type Extract = Answer<'Extract'>;
export type Operation = Answer<'Operation'>;

export type Source = Answer<'Source'>;
export type Run = Answer<'Run'>;
export type Feed = Answer<'FeedRow'>;
export type FeedFull = Answer<'Feed'>;
export type Quarantined = Answer<'Quarantined'>;
export type Mended = Answer<'Mended'>;
export type Dropped = Answer<'Dropped'>;
export type WarehouseTable = Answer<'WarehouseTable'>;
export type Warehouse = Answer<'Warehouse'>;
export type Schedule = Answer<'Schedule'>;
export type ScheduleRun = Answer<'ScheduleRun'>;
export type ExportRow = Answer<'ExportRow'>;
export type Lineage = Answer<'Lineage'>;
export type Account = Answer<'Account'>;
export type AccountMade = Answer<'AccountMade'>;
export type AccountEnabled = Answer<'AccountEnabled'>;
export type Unit = Answer<'Unit'>;
export type Authority = Answer<'Authority'>;

export type LedgerStatus = Answer<'LedgerStatus'>;
export type Health = Answer<'Health'>;
export type LedgerEntry = Answer<'EntryRow'>;
export type LedgerEntryFull = Answer<'Entry'>;

export type FigureReport = Answer<'FigureReport'>;
export type ReportFigure = FigureReport['figures'][number];
export type CrossingArc = Omit<Answer<'CrossingArc'>, 'from' | 'to'> & { from: Regime[]; to: Regime | null };
export type OversightException = Answer<'ExceptionRow'>;
export type ExceptionPage = Answer<'Exceptions'>;
export type AskedEntry = Answer<'AskedRow'>;
export type ReasonSample = Answer<'SampleRow'>;
export type ReasonSampleFull = Answer<'Sample'>;
export type DueItem = Answer<'DueItem'>;
export type PurgeLine = Answer<'PurgeRow'>;
export type LogClass = Answer<'LogClass'>;
export type LogErased = Answer<'LogErased'>;
export type Proposal = Answer<'Proposal'>;
export type Restriction = Answer<'Restriction'>;

export type RulebookHead = Answer<'RulebookHead'>;
export type RulebookVersion = Answer<'RulebookVersion'>;
export type RulebookDifference = Answer<'RulebookDifference'>;
export type RulebookNotice = Answer<'RulebookNotice'>;
export type RuleChange = Answer<'RuleChange'>;
export type RulebookPromise = Answer<'Promise'>;
export type LeadState = 'received' | 'vetting' | 'viable' | 'checked' | 'crossing' | 'referred' | 'accepted' | 'declined' | 'finished' | 'closed';
export type LeadLine = Omit<Answer<'LeadRow'>, 'state'> & { state: LeadState };
export type LeadQueue = Omit<Answer<'LeadQueue'>, 'items'> & { items: LeadLine[] };
type AnyLead = Answer<'Lead'>;
export type Lead = Omit<AnyLead, 'state' | 'subject' | 'history'> & {
  state: LeadState;
  subject: { id: string; schema: string; properties: Record<string, string[]> } | null;
  history: { at: string; by: string; what: string; details: Record<string, unknown>; entry: string | null }[];
};
export type LeadCheck = Lead['checklist'][number];
export type CheckEntry = LeadCheck['entries'][number];
export type Referral = Omit<Answer<'Referral'>, 'package'> & { package: ReferralPackage | null };
export type ReferralPackage = Omit<Answer<'Package'>, 'subject' | 'checks'> & {
  subject: { schema?: string; properties?: Record<string, string[]> };
  checks: { name: string; result: string; system: string; at: string }[] | null;
};
export type LeadProgramme = Omit<Answer<'LeadProgramme'>, 'intake'> & { intake: (Omit<Answer<'ProgrammeColumns'>, 'identifiers'> & { identifiers: Record<string, string> }) | null };
export type ProgrammeApplied = Answer<'ProgrammeApplied'>;
export type LeadIntakes = Omit<Answer<'LeadIntakes'>, 'quarantine'> & { quarantine: { row: number; reasons: string[]; raw: Record<string, string> }[] };
export type LeadIntake = Answer<'LeadIntake'>;
export type LeadNotice = Omit<Answer<'LeadNotice'>, 'details'> & { details: Record<string, unknown> };
export type BulkRun = Answer<'BulkRun'>;
export type BulkHit = Answer<'BulkHit'>;
export type MisuseFlag = Answer<'FlagRow'>;
export type MisuseFlagFull = Answer<'Flag'>;

export type OwnSession = Answer<'Session'>;
export type ServiceToken = Answer<'Token'>;
export type ServiceTokenMade = Answer<'TokenMade'>;
export type Factors = Answer<'Factors'>;
export type FactorMade = Answer<'FactorMade'>;
export type TotpBegun = Answer<'TotpBegun'>;
export type RoleDue = Answer<'RoleDue'>;
export type Glass = Answer<'Glass'>;
export type KeyOptions = Answer<'KeyOptions'>;
export type SignInProviders = Answer<'Providers'>;
export type FederatedBegun = Answer<'FederatedBegun'>;
export type GroupRole = Answer<'Group'>;
