/**
 * What is searched for stands in no address: an address lies in the browser's history, in what is copied to others, and in
 * the lists of whoever serves or watches the net. It holds the id of the reason under which the search was made and a number;
 * the words lie in this tab until it is closed or its user signs out.
 */
const PREFIX = 'brightline-search:';
const MOST = 100;

function ours(storage: Storage): string[] {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '').filter((key) => key.startsWith(PREFIX));
}

/** The id of this search: the same one for the same search under the same reason. */
export function searchId(inquiry: string | null | undefined, view: object, storage: Storage = sessionStorage): string {
  const said = JSON.stringify(view);
  const under = inquiry ?? 'new';
  const mine = ours(storage).filter((key) => !key.startsWith(`${PREFIX}handle.`));
  const same = mine.find((key) => key.startsWith(`${PREFIX}${under}.`) && storage.getItem(key) === said);
  if (same) return same.slice(PREFIX.length);
  const next = 1 + Math.max(0, ...mine.map((key) => Number(key.split('.').at(-1)) || 0));
  // The oldest go: a tab that is open for weeks fills nothing.
  for (const key of mine.toSorted((a, b) => (Number(a.split('.').at(-1)) || 0) - (Number(b.split('.').at(-1)) || 0)).slice(0, Math.max(0, mine.length - MOST))) storage.removeItem(key);
  storage.setItem(`${PREFIX}${under}.${next}`, said);
  return `${under}.${next}`;
}

/** What the id stands for; null: it was made in another window, or by somebody else. */
export function searchAt(id: string, storage: Storage = sessionStorage): Record<string, unknown> | null {
  try {
    const said: unknown = JSON.parse(storage.getItem(`${PREFIX}${id}`) ?? 'null');
    return typeof said === 'object' && said !== null ? { ...said } : null;
  } catch {
    return null;
  }
}

/** The handle of a pointer, for the page that its address opens: it holds the words of the search, so no address does. */
export function keepHandle(pointer: string, handle: string, storage: Storage = sessionStorage): void {
  storage.setItem(`${PREFIX}handle.${pointer}`, handle);
}

export function handleOf(pointer: string, storage: Storage | undefined = globalThis.sessionStorage): string | null {
  return storage?.getItem(`${PREFIX}handle.${pointer}`) ?? null;
}

export function forgetSearches(storage: Storage = sessionStorage): void {
  for (const key of ours(storage)) storage.removeItem(key);
}
