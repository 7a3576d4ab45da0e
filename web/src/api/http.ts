/** One door to the server: adds the working purpose, turns refusals into Problems, keeps receipts. What may be called is in typed.ts. */
import createClient from 'openapi-fetch';
import { beginAct, remember } from './acts';
import { Problem, asProblem } from './problem';
import type { paths } from './schema';
import { readable } from './shown';
import type { Address, Method } from './typed';
import { readReceipt, useReceipts } from '@/state/receipts';
import { useWorking } from '@/state/working';

export const BASE = '/api/v1';

const client = createClient<paths>({ credentials: 'same-origin', fetch: (request) => globalThis.fetch(request) });

type Words = Readonly<Record<string, unknown>>;

/** What is said of it: nothing, and an empty text, is left out. */
function told(words: Words | undefined): Words {
  return Object.fromEntries(Object.entries(words ?? {}).filter(([, one]) => one !== null && one !== undefined && one !== ''));
}

/** `under`: another purpose than one works under, for an act that has a ground of its own; the inquiry isn't for it. */
function contextHeaders(under?: string): Record<string, string> {
  const { purpose, inquiry } = useWorking.getState();
  return { ...(under || purpose ? { 'X-Purpose': under || purpose || '' } : {}), ...(inquiry && !under ? { 'X-Inquiry': inquiry.id } : {}) };
}

function keepReceipt(response: Response, act: string): void {
  const receipt = readReceipt(response.headers.get('X-Receipt'));
  if (!receipt) return;
  useReceipts.getState().add({ ...receipt, act });
}

/** The client has read what went wrong; what is hidden in its texts is to be shown as in every answer. */
function problemOf(response: Response, error: unknown): Problem {
  const body = typeof error === 'object' && error !== null ? readable(JSON.stringify(error)) : {};
  return new Problem(response.status, { ...(body as object) });
}

/** What a request says beside its words, where that isn't what the tab would say by itself. */
interface Beside {
  /** The purpose, where another is worked under. */
  readonly under?: string;
  /** The revision that was read, where that may be another than the one that was fetched last. */
  readonly seen?: string;
}

interface Said {
  readonly query?: Words | undefined;
  readonly body?: unknown;
  readonly beside?: Beside | undefined;
  /** A reading whose words stand in a body is no act: it has no key and names no revision. */
  readonly reading?: boolean;
}

function headersOf(act: ReturnType<typeof beginAct> | null, beside: Beside = {}): Record<string, string> {
  return { Accept: 'application/json', 'X-Brightline': '1', ...contextHeaders(beside.under), ...(act ? act.headers : {}), ...(beside.seen ? { 'X-Seen': beside.seen } : {}) };
}

/**
 * The address is one of the description with its parts filled in, which is what `Address` says; the client knows it by its
 * form. Answers are read here, since what is hidden in a text is to be shown (`readable`).
 */
async function send(method: Method, path: string, { query, body, beside, reading = method === 'get' }: Said = {}): Promise<Response> {
  const inquiry = useWorking.getState().inquiry?.id;
  const act = reading ? null : beginAct(method.toUpperCase(), BASE + path, body);
  const asked = { params: { query: told(query) }, headers: headersOf(act, beside), parseAs: 'stream', ...(body === undefined ? {} : { body }) };
  const { response, error } = await client.request(method, (BASE + path) as never, asked as never).catch((fault: unknown) => {
    throw asProblem(fault);
  });
  act?.answered();
  useWorking.getState().hear(inquiry, response.headers.get('X-Acts-Left'));
  keepReceipt(response, `${method.toUpperCase()} ${path}`);
  if (!response.ok) throw problemOf(response, error);
  return response;
}

async function json<T>(response: Response, method: Method, path: string, body?: unknown): Promise<T> {
  const document: unknown = response.status === 204 ? null : readable(await response.text());
  remember(method.toUpperCase(), BASE + path, document, body);
  return document as T;
}

export async function get<T>(path: Address<'get'>, query?: Words): Promise<T> {
  return json<T>(await send('get', path, { query }), 'get', path);
}

/** All parts of a list, for where a part alone would mislead: pickers, and what is sorted here. Each part is an act. */
export async function every<T>(path: Address<'get'>, query: Words = {}): Promise<{ items: T[]; total: number | null; limit: number; offset: number; more: boolean }> {
  const items: T[] = [];
  for (;;) {
    const part = await get<{ items: T[]; total: number | null; more: boolean }>(path, { ...query, limit: 200, offset: items.length });
    items.push(...part.items);
    if (!part.more || part.items.length === 0 || items.length >= 10_000) return { items, total: part.total, limit: items.length, offset: 0, more: part.more };
  }
}

export async function post<T>(path: Address<'post'>, body: unknown = {}, beside?: Beside): Promise<T> {
  return json<T>(await send('post', path, { body, beside }), 'post', path, body);
}

/** A reading whose words stand in the body: an address is listed and kept by whoever serves it, passes it on or shows a history. */
export async function ask<T>(path: Address<'post'>, words: Words): Promise<T> {
  return json<T>(await send('post', path, { body: told(words), reading: true }), 'get', path);
}

export async function patch<T>(path: Address<'patch'>, body: unknown): Promise<T> {
  return json<T>(await send('patch', path, { body }), 'patch', path);
}

/** A file kept under the purpose one works under, saved by the browser; a plain link would carry no purpose. */
export async function saveFile(path: Address<'get'>, name: string): Promise<void> {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(await (await send('get', path)).blob()), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

export async function put<T>(path: Address<'put'>, body: unknown): Promise<T> {
  return json<T>(await send('put', path, { body }), 'put', path);
}

/** A POST whose answer is a file. */
export async function postForFile(path: Address<'post'>): Promise<Blob> {
  return (await send('post', path, { body: {} })).blob();
}

export async function remove(path: Address<'delete'>): Promise<void> {
  await send('delete', path);
}
