import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { usePurpose } from '@/api/queries';
import { chord, isTyping } from '@/state/keys';
import { useUi, type Open } from '@/state/ui';

const GO: Record<string, string> = { 'G I': '/inbox', 'G S': '/search', 'G W': '/w', 'G C': '/cases', 'G V': '/leads', 'G X': '/crossings', 'G L': '/line' };
const DIALOGS: Record<string, Open> = { 'Mod+K': { kind: 'palette' }, 'Alt+W': { kind: 'switch' }, 'Alt+X': { kind: 'crossing', draft: { items: [] } }, '?': { kind: 'help' } };
const WAIT_MS = 1_200;

/** The keys that work on every screen; the lists and the graph handle their own. */
export function useKeys(): void {
  const navigate = useNavigate();
  const show = useUi((state) => state.show);
  const mayCross = usePurpose()?.kind === 'case';
  const first = useRef<{ key: string; at: number } | null>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = isTyping(event.target) || !useUi.getState().letterKeys;
      const waiting = first.current && Date.now() - first.current.at < WAIT_MS ? first.current.key : null;
      const name = chord({ key: altKey(event), alt: event.altKey, mod: event.ctrlKey || event.metaKey, typing }, waiting);
      first.current = name === 'G' ? { key: 'G', at: Date.now() } : null;
      if (name === null || event.defaultPrevented) return;
      const dialog = DIALOGS[name];
      const place = GO[name];
      const query = name === '/' ? document.querySelector<HTMLInputElement>('[data-query] input') : null;
      if (!dialog && !place && !query) return;
      if (dialog?.kind === 'crossing' && !mayCross) return;
      event.preventDefault();
      if (dialog) show(dialog);
      else if (place) void navigate({ to: place });
      else query?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [navigate, show, mayCross]);
}

/** With Alt a Mac types another letter ("∑" for W): the place of the key is what counts there. */
function altKey(event: KeyboardEvent): string {
  return event.altKey && event.code.startsWith('Key') ? event.code.slice(3) : event.key;
}
