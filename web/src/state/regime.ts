/** What identifies a regime besides its hue: a word, a letter, a shape and a line style. Any one alone is enough. */
import type { Regime } from '@/api/types';

export const REGIMES: readonly Regime[] = ['criminal', 'civil', 'regulatory', 'oversight'];

export const WORD: Record<Regime, string> = { criminal: 'Criminal', civil: 'Civil', regulatory: 'Regulatory', oversight: 'Oversight' };

export const LETTER: Record<Regime, string> = { criminal: 'Cr', civil: 'Cv', regulatory: 'Rg', oversight: 'Ov' };

/** A desk may have no regime of its own; it then says so. */
export function regimeWord(regime: Regime | null): string {
  return regime ? WORD[regime] : 'No regime';
}

export function regimeLetter(regime: Regime | null): string {
  return regime ? LETTER[regime] : '–';
}

export function isRegime(value: unknown): value is Regime {
  return typeof value === 'string' && Object.hasOwn(WORD, value);
}

/** The regimes that a pointer names, in its order: "civil/criminal" where the rows of several sources are withheld. */
export function regimesTold(text: string | null | undefined): Regime[] {
  return [...new Set((text ?? '').split('/').filter(isRegime))];
}

/** "Civil and criminal": several regimes in words. */
export function regimesWord(regimes: readonly Regime[]): string {
  const words = regimes.map((one, index) => (index === 0 ? WORD[one] : WORD[one].toLowerCase()));
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}` : (words[0] ?? '');
}

/** A hue belongs to one regime: what is of several, or of none, is drawn in ink. */
export function hueOf(regimes: readonly Regime[]): Regime | 'none' {
  const [first, ...others] = regimes;
  return first && others.length === 0 ? first : 'none';
}

/** The regimes of a set of markings, each once, in the fixed order. */
export function regimesOf(markings: readonly { regimes: readonly Regime[] }[]): Regime[] {
  const present = new Set(markings.flatMap((one) => [...one.regimes]));
  return REGIMES.filter((regime) => present.has(regime));
}
