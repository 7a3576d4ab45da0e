/**
 * What may be called: the addresses of the API's own description, each with its methods. `/cases/${number}/tasks` is the
 * description's `/api/v1/cases/{number}/tasks`; an address that it doesn't know, or a method that it hasn't there, doesn't
 * compile. What comes back is named in types.ts, by the same description.
 */
import type { paths } from './schema';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

type Whole = keyof paths & string;
type Short<K extends string> = K extends `/api/v1${infer Rest}` ? Rest : never;
type Filled<P extends string> = P extends `${infer Before}{${string}}${infer After}` ? `${Before}${string}${Filled<After>}` : P;
type Having<M extends Method> = { [K in Whole]: paths[K] extends Record<M, { responses: unknown }> ? K : never }[Whole];

/** An address where this method may be used, its parts filled in. */
export type Address<M extends Method> = Filled<Short<Having<M>>>;

/** What follows an address: the acts on a thing, `tasks/${task}/end` after `/cases/${number}`. */
export type Below<Base extends string, M extends Method = 'post'> = Address<M> extends infer A ? (A extends `${Base}/${infer Rest}` ? Rest : never) : never;

/** Of what the server says that one may do, what is known here by these words. */
export function among<K extends string>(words: Readonly<Record<K, unknown>>): (verb: string) => verb is K {
  return (verb): verb is K => Object.hasOwn(words, verb);
}
