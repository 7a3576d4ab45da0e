import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import type { CaseItem } from '@/api/types';
import { draw, words } from '@/testing/draw';
import { ItemRow } from './parts';
import { changedSince, pageOf } from './view';

const row: CaseItem = {
  revision: null,
  id: 'wages:L7',
  kind: 'record',
  schema: 'record',
  caption: 'wages:L7',
  note: null,
  role: null,
  basis: null,
  added_by: 'dana',
  added_at: '2026-10-01T08:00:00Z',
  sources: ['wages'],
  markings: [],
  visible: true,
  version: 1,
  version_at: '2026-09-01T08:00:00Z',
  newer: null,
  left: null,
  entity: 'wages-1',
};
const changed: CaseItem = { ...row, newer: { version: 3, at: '2026-11-12T08:00:00Z', gone: false } };

describe('a source’s row in a case', () => {
  it('says that the source changed it, or took it away, since', () => {
    expect([row, changed, { ...row, newer: { version: 4, at: null, gone: true } }].map(changedSince)).toEqual([
      null,
      'The source changed it since: version 3, 12 Nov 2026',
      'The source took it away since',
    ]);
  });
  it('says that its source no longer has it, and nothing of withholding', async () => {
    const gone: CaseItem = { ...row, visible: false, left: { source: 'wages', since: '2026-11-12T08:00:00Z', caption: 'Ada Vale', schema: 'Person' } };
    const text = words(await draw(createElement(ItemRow, { item: gone })));
    expect(text).toContain('Ada Vale');
    expect(text).toContain('no longer has it since 12 Nov 2026');
    expect(text).not.toContain('Withheld from');
    expect(words(await draw(createElement(ItemRow, { item: { ...gone, left: null } })))).toContain('Withheld from');
  });
  it('leads to what its present version is about', () => {
    expect([row, { ...row, entity: null }, { ...row, kind: 'entity', id: 'wages-2', entity: null }].map(pageOf)).toEqual(['wages-1', null, 'wages-2']);
  });
  it('names the version that the case relied on, and a way to the present one', async () => {
    const html = await draw(createElement(ItemRow, { item: changed }));
    expect(words(html)).toContain('Relied on: version 1, 01 Sep 2026 The source changed it since: version 3, 12 Nov 2026 · See the present version');
    expect([...html.matchAll(/href="([^"]*)"/g)].map((found) => found[1])).toEqual(['/r/wages-1', '/r/wages-1']);
  });
  it('says nothing of changes where there are none', async () => {
    const drawn = (item: CaseItem) => draw(createElement(ItemRow, { item }));
    expect(words(await drawn(row))).not.toContain('since');
    expect(words(await drawn({ ...row, kind: 'entity', id: 'wages-2', version: null, version_at: null, entity: null }))).not.toContain('version');
    expect(await drawn({ ...changed, entity: null })).not.toContain('href');
  });
});
