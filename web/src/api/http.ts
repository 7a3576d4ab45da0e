/** One door to the server: adds the working purpose, turns refusals into Problems, keeps receipts. */
import { beginAct, remember } from './acts';
import { Problem, asProblem } from './problem';
import { readable } from './shown';
import { readReceipt, useReceipts } from '@/state/receipts';
import { useWorking } from '@/state/working';

export const BASE = '/api/v1';

type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;

function address(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).flatMap(([key, value]): [string, string][] => {
    if (value === null || value === undefined || value === '') return [];
    return typeof value === 'object' ? value.map((one) => [key, one]) : [[key, String(value)]];
  });
  const search = new URLSearchParams(pairs).toString();
  return `${BASE}${path}${search ? `?${search}` : ''}`;
}

/** `under`: another purpose than one works under, for an act that has a ground of its own; the inquiry isn't for it. */
function contextHeaders(under?: string): Record<string, string> {
  const { purpose, inquiry } = useWorking.getState();
  return {
    ...(under || purpose ? { 'X-Purpose': under || purpose || '' } : {}),
    ...(inquiry && !under ? { 'X-Inquiry': inquiry.id } : {}),
  };
}

function keepReceipt(response: Response, act: string): void {
  const receipt = readReceipt(response.headers.get('X-Receipt'));
  if (!receipt) return;
  useReceipts.getState().add({ ...receipt, act });
}

async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.text().then(readable).catch(() => ({}));
  return new Problem(response.status, typeof body === 'object' && body !== null ? { ...body } : {});
}

/** What a request says beside its words, where that isn't what the tab would say by itself. */
interface Beside {
  /** The purpose, where another is worked under. */
  readonly under?: string;
  /** The revision that was read, where that may be another than the one that was fetched last. */
  readonly seen?: string;
}

async function send(method: string, url: string, body?: unknown, beside: Beside = {}): Promise<Response> {
  const form = body instanceof FormData;
  const json = body !== undefined && !form;
  const inquiry = useWorking.getState().inquiry?.id;
  const act = method === 'GET' || method === 'ASK' ? null : beginAct(method, url, body);
  const response = await fetch(url, {
    method: method === 'ASK' ? 'POST' : method,
    credentials: 'same-origin',
    headers: {
      Accept: 'application/json',
      'X-Brightline': '1',
      ...contextHeaders(beside.under),
      ...(act ? act.headers : {}),
      ...(beside.seen ? { 'X-Seen': beside.seen } : {}),
      ...(json ? { 'Content-Type': 'application/json' } : {}),
    },
    ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw asProblem(error);
  });
  act?.answered();
  useWorking.getState().hear(inquiry, response.headers.get('X-Acts-Left'));
  keepReceipt(response, `${method} ${url.split('?')[0]?.slice(BASE.length) ?? ''}`);
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function json<T>(response: Response, method = 'GET', body?: unknown): Promise<T> {
  const document: unknown = response.status === 204 ? null : readable(await response.text());
  remember(method, new URL(response.url, window.location.href).pathname, document, body);
  return document as T;
}

export async function get<T>(path: string, query?: Query): Promise<T> {
  return json<T>(await send('GET', address(path, query)));
}

/** All parts of a list, for where a part alone would mislead: pickers, and what is sorted here. Each part is an act. */
export async function every<T>(path: string, query: Query = {}): Promise<{ items: T[]; total: number | null; limit: number; offset: number; more: boolean }> {
  const items: T[] = [];
  for (;;) {
    const part = await get<{ items: T[]; total: number | null; more: boolean }>(path, { ...query, limit: 200, offset: items.length });
    items.push(...part.items);
    if (!part.more || part.items.length === 0 || items.length >= 10_000) return { items, total: part.total, limit: items.length, offset: 0, more: part.more };
  }
}

export async function post<T>(path: string, body: unknown = {}, beside?: Beside): Promise<T> {
  return json<T>(await send('POST', address(path), body, beside), 'POST', body);
}

/** A reading whose words stand in the body: an address is listed and kept by whoever serves it, passes it on or shows a history. */
export async function ask<T>(path: string, words: Query): Promise<T> {
  const said = Object.fromEntries(Object.entries(words).filter(([, one]) => one !== null && one !== undefined && one !== ''));
  return json<T>(await send('ASK', address(path), said));
}

export async function patch<T>(path: string, body: unknown): Promise<T> {
  return json<T>(await send('PATCH', address(path), body), 'PATCH');
}

/** A file kept under the purpose one works under, saved by the browser; a plain link would carry no purpose. */
export async function saveFile(path: string, name: string): Promise<void> {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(await (await send('GET', address(path))).blob()), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

export async function put<T>(path: string, body: unknown): Promise<T> {
  return json<T>(await send('PUT', address(path), body), 'PUT');
}

/** A POST whose answer is a file. */
export async function postForFile(path: string): Promise<Blob> {
  return (await send('POST', address(path), {})).blob();
}

export async function remove(path: string): Promise<void> {
  await send('DELETE', address(path));
}
