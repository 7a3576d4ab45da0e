/**
 * What somebody has typed into a form and not sent: kept in this tab, through a reload, another page and the end of the
 * session, until it is sent, thrown away, or a day is over. It is given back to the same account under the same purpose
 * alone, and signing out forgets all of it: what stays in a browser is about people.
 */
const PREFIX = 'brightline-form:';
const DAY = 86_400_000;

interface Kept {
  at: number;
  draft: unknown;
}

export function keyOf(account: string, purpose: string, form: string): string {
  return `${PREFIX}${account}:${purpose}:${form}`;
}

export function keep(key: string, draft: unknown, now: number = Date.now(), storage: Storage = sessionStorage): void {
  // A browser that has no room left keeps nothing; the form itself goes on.
  try {
    storage.setItem(key, JSON.stringify({ at: now, draft } satisfies Kept));
  } catch {
    storage.removeItem(key);
  }
}

export function drop(key: string, storage: Storage = sessionStorage): void {
  storage.removeItem(key);
}

/** The draft with the fields of `empty`, of the same kinds; what a former version kept otherwise is nothing. */
export function kept<T extends object>(key: string, empty: T, now: number = Date.now(), storage: Storage = sessionStorage): T | null {
  try {
    const { at, draft } = JSON.parse(storage.getItem(key) ?? '{}') as Partial<Kept>;
    if (typeof at !== 'number' || now - at > DAY || typeof draft !== 'object' || draft === null) return null;
    const same = Object.entries(empty).every(([name, value]) => value === null || kindOf((draft as Record<string, unknown>)[name]) === kindOf(value));
    return same ? { ...empty, ...(draft as T) } : null;
  } catch {
    return null;
  }
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value;
}

export function forgetKept(storage: Storage = sessionStorage): void {
  const ours = Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter((key) => key?.startsWith(PREFIX));
  for (const key of ours) if (key) storage.removeItem(key);
}
