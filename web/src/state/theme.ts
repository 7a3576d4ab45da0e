/** Light or dark: the system's choice until somebody makes their own. */
import { useSyncExternalStore } from 'react';
import { create } from 'zustand';
import { readTheme, shown, type Theme } from './theme-values';

const KEY = 'brightline-theme';

const SYSTEM_DARK = '(prefers-color-scheme: dark)';

function now(theme: Theme): 'light' | 'dark' {
  return shown(theme, matchMedia(SYSTEM_DARK).matches);
}

/** The root always names the theme in view: the tokens know no media query. */
function apply(theme: Theme): void {
  document.documentElement.dataset['theme'] = now(theme);
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
      const dark = now(get().theme) === 'dark';
      const next: Theme = dark ? 'light' : 'dark';
      localStorage.setItem(KEY, next);
      apply(next);
      set({ theme: next });
    },
  };
});

matchMedia(SYSTEM_DARK).addEventListener('change', () => apply(useTheme.getState().theme));

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
