/**
 * What goes with every act that changes something: a key that makes it once, and the revision of what this tab has shown.
 * Both live in the tab: two tabs show two things.
 */

/** By which of its fields an address names a thing. As in wiring/seen.py, like the two tables below: a test compares them. */
const NAMES = [
  'id',
  'number',
  'case',
  'item',
  'operation',
  'disclosure',
  'bulk',
  'restriction',
  'purge',
  'crossing',
  'glass',
  'watch',
  'workspace',
  'proposal',
  'version',
  'name',
  'programme',
  'lead',
  'referral',
  'hold',
  'flag',
  'place',
  'run',
  'class',
];
/** Acts whose address isn't THING/VERB, by the thing that they change; `*` is one part of an address, {1} the second one, {account} a part of what they bring. */
const PARTS: Readonly<Record<string, string>> = {
  'accounts/*/factors/reset': 'accounts/{1}',
  'bulk/hits/*': '',
  'cases/*/authorities': 'cases/{1}',
  'cases/*/items/remove': 'cases/{1}/items/{id}',
  'cases/*/items/role': 'cases/{1}/items/{id}',
  'cases/*/members': 'cases/{1}',
  'cases/*/members/*/remove': 'cases/{1}',
  'disclosures/*/notices/*/confirm': 'disclosures/{1}',
  'leads/*/checks': 'leads/{1}',
  'oversight/flags/*': 'oversight/flags/{2}',
  'oversight/samples/*/*': 'oversight/samples/{2}/{3}',
  'programmes': 'programmes/{programme}',
  'roles/confirm': 'roles/{account}/{unit}/{role}',
  'roles/end': 'roles/{account}/{unit}/{role}',
  'rulebook/versions': 'rulebook',
  'watches/*': 'watches/{1}',
};
/** What is added to a thing, or asked beside it, and changes nothing of what it says. */
const BESIDE = ['deconflict', 'diff', 'evidence', 'related', 'run', 'sample'];
const PREFIX = '/api/v1/';
/** Lists whose rows are addressed otherwise than by the list. */
const ROWS: Readonly<Record<string, string>> = {
  'custody': 'cases/{case}/evidence/{item}',
  'feeds/*': 'runs/{run}',
  'feeds/*/runs': 'runs/{run}',
  'roles': 'roles/{account}/{unit}/{role}',
  'roles/due': 'roles/{account}/{unit}/{role}',
};

const shown = new Map<string, string>();
const unanswered = new Map<string, string>();

type Row = Readonly<Record<string, unknown>>;

function record(value: unknown): Row | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : null;
}

function word(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? encodeURIComponent(value) : null;
}

function fits(form: string, parts: readonly string[]): boolean {
  const wanted = form.split('/');
  return wanted.length === parts.length && wanted.every((one, at) => one === '*' || one === parts[at]);
}

/** `roles/{account}` with what the address and the request say; null where one of them is missing. */
function filled(thing: string, parts: readonly string[], body: unknown): string | null {
  const brought = record(body) ?? {};
  const programme = /^programme:\s*["']?([a-z0-9][a-z0-9-]*)/im.exec(typeof brought.text === 'string' ? brought.text : '')?.[1]?.toLowerCase();
  let whole = thing !== '';
  const made = thing.replace(/\{(\w+)\}/g, (_, name: string) => {
    const found = /^\d+$/.test(name) ? parts[Number(name)] : name === 'programme' ? programme : word(brought[name]);
    whole &&= Boolean(found);
    return found ?? '';
  });
  return whole ? PREFIX + made : null;
}

/** The address of what a request changes: THING itself, or that of THING/VERB. A list is no verb. */
export function thingOf(method: string, path: string, body?: unknown): string | null {
  if (method !== 'POST') return path;
  const parts = path.slice(PREFIX.length).split('/');
  const part = Object.entries(PARTS).find(([form]) => fits(form, parts));
  if (part) return filled(part[1], parts, body);
  const verb = parts.at(-1) ?? '';
  return verb.endsWith('s') || BESIDE.includes(verb) ? null : PREFIX + parts.slice(0, -1).join('/');
}

function namesOf(row: Row): string[] {
  return NAMES.flatMap((name) => word(row[name]) ?? []);
}

/** What a row may be addressed as: PAGE/ROW, or PAGE/LIST/ROW where the page has more than one list. */
function addresses(path: string, listed: string, row: Row): string[] {
  const form = Object.entries(ROWS).find(([list]) => fits(list, path.slice(PREFIX.length).split('/')))?.[1];
  if (form) return [filled(form, [], row) ?? []].flat();
  return namesOf(row).flatMap((name) => [`${path}/${name}`, `${path}/${listed}/${name}`]);
}

/** 128 random bits; randomUUID isn't there where a site is served without TLS. */
function fresh(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Keeps the revisions that an answer shows: of the thing itself, or of the rows of a list. */
export function remember(method: string, path: string, document: unknown, body?: unknown): void {
  const one = record(document);
  if (!one) return;
  const thing = method === 'GET' ? path : thingOf(method, path, body);
  // A change may answer with another thing than the one it was about: a lead's associate becomes a lead of its own.
  const itsOwn = method === 'GET' || namesOf(one).includes(thing?.split('/').at(-1) ?? '');
  if (typeof one.revision === 'string' && thing && itsOwn) shown.set(thing, one.revision);
  for (const [listed, rows] of Object.entries(one)) {
    for (const row of Array.isArray(rows) ? rows.map(record) : []) {
      if (!row || typeof row.revision !== 'string') continue;
      for (const address of addresses(path, listed, row)) shown.set(address, row.revision);
    }
  }
}

export interface Act {
  readonly headers: Record<string, string>;
  /** The server has answered, whatever it said: the next time is another act. */
  readonly answered: () => void;
}

/** The same form sent again before an answer came (a double click, a lost connection) is the same act. */
export function beginAct(method: string, url: string, body: unknown): Act {
  const path = url.split('?')[0] ?? url;
  const said = body instanceof FormData ? fresh() : JSON.stringify(body ?? null);
  const same = `${method} ${url} ${said}`;
  const key = unanswered.get(same) ?? fresh();
  unanswered.set(same, key);
  const thing = thingOf(method, path, body);
  const seen = thing ? shown.get(thing) : undefined;
  return {
    headers: { 'Idempotency-Key': key, ...(seen ? { 'X-Seen': seen } : {}) },
    answered: () => {
      unanswered.delete(same);
    },
  };
}

/** Forget everything, as when somebody else signs in. */
export function forgetShown(): void {
  shown.clear();
  unanswered.clear();
}
