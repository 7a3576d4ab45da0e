/**
 * What lies on the chart of each purpose in this tab: ids only, kept while the tab lives, so that leaving the workspace
 * for a search loses nothing and a find can be laid beside what is there.
 */
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';

/** Each is read anew when the chart opens, which is an act: more than these would use a reason up. */
export const MOST_KEPT = 40;

export type Charts = Readonly<Record<string, readonly string[]>>;

/** The new ones come last; of too many the oldest fall off. */
export function added(charts: Charts, purpose: string, ids: readonly string[]): Charts {
  return laid(charts, purpose, [...(charts[purpose] ?? []).filter((one) => !ids.includes(one)), ...ids]);
}

/** The chart is what it shows; an empty one keeps nothing. */
export function laid(charts: Charts, purpose: string, ids: readonly string[]): Charts {
  const others = Object.fromEntries(Object.entries(charts).filter(([name]) => name !== purpose));
  return ids.length > 0 ? { ...others, [purpose]: [...new Set(ids)].slice(-MOST_KEPT) } : others;
}

interface Store {
  charts: Charts;
  add: (purpose: string, ids: readonly string[]) => void;
  lay: (purpose: string, ids: readonly string[]) => void;
  forget: () => void;
}

export const useCharts = create<Store>()(
  persist(
    (set) => ({
      charts: {},
      add: (purpose, ids) => set(({ charts }) => ({ charts: added(charts, purpose, ids) })),
      lay: (purpose, ids) => set(({ charts }) => ({ charts: laid(charts, purpose, ids) })),
      forget: () => set({ charts: {} }),
    }),
    { name: 'brightline-charts', storage: createJSONStorage(() => sessionStorage) },
  ),
);
