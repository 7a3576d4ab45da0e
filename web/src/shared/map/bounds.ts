/** What a map shows of places: the arc that holds them, also across the 180th meridian, and what lies on one spot. Pure. */

/** Longitudes on the shortest arc that holds them all: what lies west of its widest gap is counted on beyond 180°. */
export function around(lons: readonly number[]): number[] {
  const sorted = [...new Set(lons)].toSorted((a, b) => a - b);
  const gaps = sorted.map((lon, index) => ({ from: lon, wide: (sorted[index + 1] ?? (sorted[0] ?? 0) + 360) - lon }));
  const widest = gaps.reduce((best, one) => (one.wide > best.wide ? one : best), { from: 0, wide: -1 });
  // The widest gap lies across the date line as a rule; then nothing is moved.
  return lons.map((lon) => (widest.from === sorted.at(-1) || lon > widest.from ? lon : lon + 360));
}

/** Places that can't be told apart on any map: within about ten metres. */
export function pileOf<T extends { lat: number; lon: number }>(spots: readonly T[], at: T): T[] {
  return spots.filter((one) => Math.abs(one.lat - at.lat) < 1e-4 && Math.abs(one.lon - at.lon) < 1e-4);
}
