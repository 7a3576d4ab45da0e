/** Numbers, dates and names as people read them. */

const NUMBER = new Intl.NumberFormat('en');
/** Three letters each: en-GB would write "Sept", and columns would jump. */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : NUMBER.format(value);
}

/** Is it a day as it is typed everywhere, YYYY-MM-DD, and one that exists? */
export function isDay(value: string): boolean {
  const date = new Date(`${value}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

/** A day, or as much of one as is known: a year, a month. */
export function isPrecise(value: string): boolean {
  return isDay(value) || (/^\d{4}(-\d{2})?$/.test(value) && isDay(`${value}-01-01`.slice(0, 10)));
}

/** "UTC", "UTC+5:30": where the clock beside it is read. */
function zone(date: Date): string {
  const ahead = -date.getTimezoneOffset();
  if (ahead === 0) return 'UTC';
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  return `UTC${ahead > 0 ? '+' : '−'}${hours}${minutes > 0 ? `:${String(minutes).padStart(2, '0')}` : ''}`;
}

function dayOf(date: Date): string {
  return `${String(date.getDate()).padStart(2, '0')} ${MONTHS[date.getMonth()] ?? ''} ${date.getFullYear()}`;
}

/**
 * FollowTheMoney dates may stop at the year or month; what isn't known isn't invented. Of a moment it is the day in UTC:
 * the last day of a permission must not depend on where it is read.
 */
export function day(value: string | null | undefined): string {
  if (!value) return '–';
  if (/^\d{4}$/.test(value)) return value;
  if (/^\d{4}-\d{2}$/.test(value)) return `${MONTHS[Number(value.slice(5)) - 1] ?? value.slice(5)} ${value.slice(0, 4)}`;
  if (!/^\d{4}-\d{2}-\d{2}/.test(value)) return value;
  const date = new Date(value.length === 10 ? `${value}T00:00:00Z` : value);
  if (Number.isNaN(date.getTime())) return value;
  return `${String(date.getUTCDate()).padStart(2, '0')} ${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`;
}

export function moment(value: string | null | undefined): string {
  if (!value) return '–';
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : `${dayOf(date)} ${CLOCK.format(date).slice(0, 5)} ${zone(date)}`;
}

export function clock(value: string | null | undefined): string {
  if (!value) return '–';
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : CLOCK.format(date);
}

export function today(value: string, now: Date): boolean {
  return new Date(value).toDateString() === now.toDateString();
}

/** Today's time, or the day: the short form of the activity lists. */
export function when(value: string, now: Date = new Date()): string {
  return today(value, now) ? clock(value).slice(0, 5) : dayOf(new Date(value)).replace(/ \d{4}$/, '');
}

export function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

export function initials(name: string): string {
  const parts = name.split(/[\s.@_-]+/).filter(Boolean);
  return ((parts[0]?.[0] ?? '') + (parts.length > 1 ? (parts.at(-1)?.[0] ?? '') : '')).toUpperCase();
}

export function shortHash(value: string): string {
  return value.length > 14 ? `${value.slice(0, 6)}…${value.slice(-4)}` : value;
}

export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  return size < 1_048_576 ? `${(size / 1024).toFixed(0)} kB` : `${(size / 1_048_576).toFixed(1)} MB`;
}

/** "LegalEntity" → "Legal entity". */
export function schemaWord(schema: string): string {
  const words = schema.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return sentence(words.replace(/^id\b/, 'ID'));
}

/** "name, birthDate" → "Name, birth date": which fields cross or leave. */
export function fieldWords(names: readonly string[]): string {
  return sentence(names.map((name) => schemaWord(name).replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase())).join(', '));
}

const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const SYSTEMS = [
  ['Windows', 'Windows'],
  ['Android', 'Android'],
  ['iPhone', 'iOS'],
  ['iPad', 'iPadOS'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
] as const;

/** "Chrome on Linux" for what a browser calls itself; other programs keep the name they give. */
export function program(client: string | null | undefined): string {
  if (!client?.startsWith('Mozilla/')) return client || 'unknown';
  const [browser, system] = [BROWSERS, SYSTEMS].map((known) => known.find(([mark]) => client.includes(mark))?.[1]);
  return [browser ?? 'A browser', system].filter(Boolean).join(' on ');
}

/** "A" or "An", by sound: an organization, a user account. */
export function article(word: string): 'A' | 'An' {
  return /^(?!us|uni|eu|one)[aeiou]/i.test(word) ? 'An' : 'A';
}

/** Days that are exactly whole years or months, as those: 1 January to 31 December is what "1985" means. */
function whole(from: string, to: string): readonly [string, string] {
  if (from.length !== 10 || to.length !== 10 || !from.endsWith('-01')) return [from, to];
  if (from.endsWith('-01-01') && to.endsWith('-12-31')) return [from.slice(0, 4), to.slice(0, 4)];
  const next = new Date(`${to}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.getUTCDate() === 1 ? [from.slice(0, 7), to.slice(0, 7)] : [from, to];
}

/** From and to, said once when they are the same; an end that was left open is said to be. */
export function span(from: string | null | undefined, to: string | null | undefined): string {
  if (!from && !to) return '';
  if (!from) return `until ${day(to)}`;
  if (!to) return `since ${day(from)}`;
  return [...new Set(whole(from, to))].map(day).join(' – ');
}

/** The later end alone, where there is no room for both. */
export function latest(from: string | null | undefined, to: string | null | undefined): string {
  return from && to ? day(whole(from, to)[1]) : day(to ?? from);
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** Splits a text where it holds one of the words, for marking the matches. Case and accents don't matter. */
export function matches(text: string, words: readonly string[]): { text: string; hit: boolean }[] {
  const found = words.map((word) => word.trim()).filter((word) => word.length > 1);
  if (found.length === 0) return [{ text, hit: false }];
  const pattern = new RegExp(`(${found.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`, 'iu');
  return text.split(new RegExp(pattern, 'giu')).flatMap((part) => (part === '' ? [] : [{ text: part, hit: pattern.test(part) && found.some((word) => word.toLowerCase() === part.toLowerCase()) }]));
}
