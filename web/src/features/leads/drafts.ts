/**
 * Decisions that were begun and not sent: kept while one looks at other leads, gone with the purpose. In memory only, so
 * that nothing written about a person stays in the browser.
 */
import { create } from 'zustand';
import { EMPTY, type Draft } from './view';
import { useWorking } from '@/state/working';

interface Store {
  drafts: Readonly<Record<string, Draft>>;
  put: (lead: string, draft: Draft) => void;
  drop: (lead: string) => void;
}

export const useDrafts = create<Store>()((set) => ({
  drafts: {},
  put: (lead, draft) => set((state) => ({ drafts: { ...state.drafts, [lead]: draft } })),
  drop: (lead) => set((state) => ({ drafts: Object.fromEntries(Object.entries(state.drafts).filter(([key]) => key !== lead)) })),
}));

useWorking.subscribe((now, before) => {
  if (now.purpose !== before.purpose) useDrafts.setState({ drafts: {} });
});

export function useDraft(lead: string): { draft: Draft; change: (part: Partial<Draft>) => void; drop: () => void } {
  const draft = useDrafts((state) => state.drafts[lead]) ?? EMPTY;
  return { draft, change: (part) => useDrafts.getState().put(lead, { ...(useDrafts.getState().drafts[lead] ?? EMPTY), ...part }), drop: () => useDrafts.getState().drop(lead) };
}
