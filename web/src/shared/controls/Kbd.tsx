import css from './controls.module.css';

const MAC = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** Key names as this system writes them: glyphs on a Mac, words elsewhere. */
export function keyName(key: string): string {
  if (MAC) return key.replace('Alt+', '⌥').replace('Mod+', '⌘').replace('Shift+', '⇧').replace('Enter', '↵');
  return key.replace('Mod+', 'Ctrl ').replace('Alt+', 'Alt ').replace('Shift+', 'Shift ');
}

export function Kbd({ keys }: { keys: string }) {
  return (
    <kbd className={css.kbd} aria-hidden>
      {keyName(keys)}
    </kbd>
  );
}
