/** Draws a part of a page as text, as the first paint has it: under a purpose, with links that lead somewhere. For tests. */
import { QueryClientProvider, type QueryKey } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterContextProvider, type AnyRouter } from '@tanstack/react-router';
import { createElement, type ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { Me, Purpose } from '@/api/types';

const NOWHERE = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined } as unknown as Storage;
globalThis.sessionStorage ??= NOWHERE;
globalThis.localStorage ??= NOWHERE;

export const CASE = { key: 'C-2026-0001', kind: 'case', regime: 'criminal', title: 'Harbour Works', case: 'C-2026-0001', statute: '18 USC 1956' } as Purpose;
export const LEAD = { key: 'L-2026-0001', kind: 'lead', regime: 'criminal', title: 'A call', case: null, statute: '18 USC 1956' } as Purpose;

/** The HTML of one element, working under a purpose; `answers` are what the server has told already, by their query key. */
export async function draw(element: ReactElement, purpose: Purpose = CASE, answers: readonly (readonly [QueryKey, unknown])[] = []): Promise<string> {
  const { ME, newQueryClient } = await import('@/api/queries');
  const { useWorking } = await import('@/state/working');
  Object.assign(useWorking.getInitialState(), { purpose: purpose.key });
  const client = newQueryClient();
  client.setQueryData<Me>(ME, { purposes: [purpose] } as Me);
  for (const [key, data] of answers) client.setQueryData(key, data);
  const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory({ initialEntries: ['/'] }) }) as AnyRouter;
  const within = createElement(RouterContextProvider, { router, children: element });
  return renderToStaticMarkup(createElement(QueryClientProvider, { client }, within));
}

/** The words of a drawn part, as a reader meets them. */
export function words(html: string): string {
  return html
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim();
}
