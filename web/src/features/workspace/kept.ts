import { useCallback, useState } from 'react';
import { usePurpose } from '@/api/queries';
import { useCharts } from '@/state/chart';
import type { Chart } from './graph';

/** What a chart is begun anew from: what was opened on it and a path's nodes, without what was hidden. */
export function begunFrom(chart: Chart): string[] {
  return [...new Set([...chart.expanded, ...chart.path.slice(0, 1), ...chart.path.slice(-1)])].filter((id) => !chart.hidden.has(id));
}

/** The chart of this work: what the address asks for, or what lay on it. Whatever is opened on it is kept. */
export function useKept(asked: readonly string[] | undefined) {
  const purpose = usePurpose()?.key ?? '';
  const [before] = useState(() => useCharts.getState().charts[purpose] ?? []);
  const keep = useCallback(
    (chart: Chart) => {
      const ids = begunFrom(chart);
      if (purpose && ids.length > 0) useCharts.getState().lay(purpose, ids);
    },
    [purpose],
  );
  return { ids: asked ?? before, keep };
}
