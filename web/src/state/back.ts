/**
 * Where somebody was when the session ended, so that signing in leads back there. It lies in this tab's storage and not
 * in the address, which others may see; it is given once, and to nobody but the one who was there.
 */
const KEY = 'brightline-back';
const NOT_BACK = /^\/($|start|signin|setup|password|enrol)(\/|\?|#|$)/;

interface Kept {
  path: string;
  account: string | null;
}

/** The path if it is one of this application's own pages; what would lead to another site, or to signing in, is none. */
export function ownPath(path: string, origin: string): string | null {
  if (!path.startsWith('/') || NOT_BACK.test(path)) return null;
  try {
    const read = new URL(path, origin);
    return read.origin === origin && `${read.pathname}${read.search}${read.hash}` === path ? path : null;
  } catch {
    return null;
  }
}

/** Keeps where this tab is. `account`: who was signed in, if anybody had been here. */
export function keepBack(path: string, account: string | null, origin: string, storage: Storage = sessionStorage): void {
  if (ownPath(path, origin)) storage.setItem(KEY, JSON.stringify({ path, account } satisfies Kept));
}

export function forgetBack(storage: Storage = sessionStorage): void {
  storage.removeItem(KEY);
}

/** Where to go on after signing in: once, and only for the same person. */
export function takeBack(account: string | null, origin: string, storage: Storage = sessionStorage): string {
  const kept = storage.getItem(KEY);
  forgetBack(storage);
  try {
    const { path, account: whose } = JSON.parse(kept ?? '{}') as Partial<Kept>;
    if (typeof path === 'string' && (!whose || whose === account)) return ownPath(path, origin) ?? '/start';
  } catch {
    /* what isn't ours to read leads nowhere */
  }
  return '/start';
}
