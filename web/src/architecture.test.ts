import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = import.meta.dirname;

function sources(folder = ROOT): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((one) => {
    const path = join(folder, one.name);
    return one.isDirectory() ? sources(path) : /\.tsx?$/.test(one.name) && !one.name.endsWith('.d.ts') ? [path] : [];
  });
}

function imports(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?'(@\/[^']+)'/g)].map((found) => found[1] ?? '');
}

/** Floors of the browser part, lowest first; "features" see one another only through the floors below. */
const FLOORS = ['state', 'api', 'shared', 'features', 'app'];
const EXCUSED = new Set(['api', 'state']);

function floorOf(part: string): number {
  return FLOORS.indexOf(part.split('/')[0] ?? '');
}

describe('the floors of the browser part', () => {
  const files = sources()
    .filter((path) => !path.endsWith('.test.ts'))
    .map((path) => ({ path: relative(ROOT, path).split(sep).join('/'), uses: imports(path) }));

  it('finds the sources', () => expect(files.length).toBeGreaterThan(40));

  it.each(files.filter((one) => floorOf(one.path) >= 0))('$path imports nothing from above', ({ path, uses }) => {
    const mine = path.split('/')[0] ?? '';
    const above = uses.map((use) => use.slice(2)).filter((use) => floorOf(use) > floorOf(path));
    // Types of the API are words for both lower floors.
    expect(above.filter((use) => !(EXCUSED.has(mine) && /^(api\/types|state\/)/.test(use)))).toEqual([]);
  });

  it.each(files.filter((one) => one.path.startsWith('features/')))('$path imports no other feature', ({ path, uses }) => {
    const mine = path.split('/')[1];
    expect(uses.filter((use) => use.startsWith('@/features/') && use.split('/')[2] !== mine)).toEqual([]);
  });

  it.each(files.filter((one) => !one.path.endsWith('.d.ts')))('$path stays under 500 lines', ({ path }) => {
    expect(readFileSync(join(ROOT, path), 'utf8').split('\n').length).toBeLessThan(500);
  });
});
