import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import { PROMPTS } from '@/api/queries';
import type { Prompts, Purpose } from '@/api/types';
import { LIMITS } from '@/state/limits.fixture';
import { CASE, draw, words } from '@/testing/draw';
import { Picker } from './Picker';

const TOLD = { limits: LIMITS, aims: ['query'], prompts: [{ name: 'inquiry', version: 'v1', text: 'What do you expect to find?' }] } as unknown as Prompts;
const form = (answers: Parameters<typeof draw>[2], purpose: Purpose = CASE) => draw(createElement(Picker, { onDone: () => undefined, first: purpose.key }), purpose, answers);

describe('the form that begins work', () => {
  it('has no button that could move before the question and the figures are there', async () => {
    const before = await form([]);
    expect(before).toContain('aria-label="Loading"');
    expect(before).not.toContain('<button');
  });
  it('asks the question as it was told, then offers to start', async () => {
    const after = words(await form([[PROMPTS, TOLD]]));
    expect(after).toMatch(/What do you expect to find\?.+Kind of act.+Start work/);
  });
});
