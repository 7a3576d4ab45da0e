import { describe, expect, it } from 'vitest';
import { around, pileOf } from './bounds';

describe('what a map shows', () => {
  it('is the arc of its places, not of the world, where they lie on both sides of the date line', () => {
    expect(around([179.2, -178.5, 177])).toEqual([179.2, 181.5, 177]);
    expect(around([-170, 170])).toEqual([190, 170]);
  });
  it('is left as it is elsewhere', () => {
    for (const lons of [[-81, 32], [-5], [12, 14, -3.5], [-120, 40], []]) expect(around(lons)).toEqual(lons);
  });
  it('is a pile where several things stand on one spot', () => {
    const [a, b, c] = [
      { key: 'a', lat: 39.4, lon: -39.1 },
      { key: 'b', lat: 39.40001, lon: -39.10001 },
      { key: 'c', lat: 39.41, lon: -39.1 },
    ] as const;
    expect(pileOf([a, b, c], a).map((one) => one.key)).toEqual(['a', 'b']);
    expect(pileOf([a, b, c], c).map((one) => one.key)).toEqual(['c']);
  });
});
