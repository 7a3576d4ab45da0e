/** Light or dark, as values: what was stored, and what is shown. */
export type Theme = 'system' | 'light' | 'dark';

export function readTheme(stored: string | null): Theme {
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function shown(theme: Theme, systemDark: boolean): 'light' | 'dark' {
  return theme === 'system' ? (systemDark ? 'dark' : 'light') : theme;
}
