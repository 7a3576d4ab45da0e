/** Light or dark: the system's choice until somebody makes their own. */
import { useSyncExternalStore } from 'react';
import { create } from 'zustand';
import { readTheme, shown, type Theme } from './theme-values';

const KEY = 'brightline-theme';

function apply(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

interface Store {
  theme: Theme;
  toggle: () => void;
}

export const useTheme = create<Store>()((set, get) => {
  const theme = readTheme(localStorage.getItem(KEY));
  apply(theme);
  return {
    theme,
    toggle: () => {
      const dark = shown(get().theme, matchMedia('(prefers-color-scheme: dark)').matches) === 'dark';
      const next: Theme = dark ? 'light' : 'dark';
      localStorage.setItem(KEY, next);
      apply(next);
      set({ theme: next });
    },
  };
});

const SYSTEM_DARK = '(prefers-color-scheme: dark)';

function onSystemChange(heard: () => void): () => void {
  const query = matchMedia(SYSTEM_DARK);
  query.addEventListener('change', heard);
  return () => query.removeEventListener('change', heard);
}

export function useShownTheme(): 'light' | 'dark' {
  const theme = useTheme((state) => state.theme);
  const dark = useSyncExternalStore(onSystemChange, () => matchMedia(SYSTEM_DARK).matches);
  return shown(theme, dark);
}
