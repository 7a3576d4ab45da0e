/**
 * What goes with every act that changes something: a key that makes it once, and the revision of what this tab has shown.
 * Both live in the tab: two tabs show two things.
 */

/** By which of its fields an address names a thing. */
const NAMES = ['id', 'number', 'case', 'item', 'operation', 'disclosure', 'bulk', 'restriction', 'purge', 'crossing', 'glass', 'watch', 'workspace'];

const shown = new Map<string, string>();
const unanswered = new Map<string, string>();

/** The address of what a request changes: its own, or for `POST THING/VERB` the thing's. A list is no verb. */
export function thingOf(method: string, path: string): string | null {
  if (method !== 'POST') return path;
  const cut = path.lastIndexOf('/');
  const verb = path.slice(cut + 1);
  return verb.endsWith('s') || verb === 'evidence' ? null : path.slice(0, cut);
}

/** 128 random bits; randomUUID isn't there where a site is served without TLS. */
function fresh(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

/** Keeps the revisions that an answer shows: of the thing itself, or of the rows of a list. */
export function remember(method: string, path: string, document: unknown): void {
  const one = record(document);
  if (!one) return;
  const thing = method === 'GET' ? path : thingOf(method, path);
  if (typeof one.revision === 'string' && thing) shown.set(thing, one.revision);
  for (const rows of Object.values(one)) {
    for (const row of Array.isArray(rows) ? rows.map(record) : []) {
      if (!row || typeof row.revision !== 'string') continue;
      for (const name of NAMES) {
        const value = row[name];
        if (typeof value === 'string' || typeof value === 'number') shown.set(`${path}/${encodeURIComponent(value)}`, row.revision);
      }
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
  const thing = thingOf(method, path);
  const seen = thing ? shown.get(thing) : undefined;
  return {
    headers: { 'Idempotency-Key': key, ...(seen ? { 'X-Seen': seen } : {}) },
    answered: () => { unanswered.delete(same); },
  };
}

/** Forget everything, as when somebody else signs in. */
export function forgetShown(): void {
  shown.clear();
  unanswered.clear();
}
