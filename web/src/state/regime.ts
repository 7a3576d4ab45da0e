/** What identifies a regime besides its hue: a word, a letter, a shape and a line style. Any one alone is enough. */
import type { Regime } from '@/api/types';

export const REGIMES: readonly Regime[] = ['criminal', 'civil', 'regulatory', 'oversight'];

export const WORD: Record<Regime, string> = {
  criminal: 'Criminal',
  civil: 'Civil',
  regulatory: 'Regulatory',
  oversight: 'Oversight',
};

export const LETTER: Record<Regime, string> = { criminal: 'Cr', civil: 'Cv', regulatory: 'Rg', oversight: 'Ov' };

/** A desk may have no regime of its own; it then says so. */
export function regimeWord(regime: Regime | null): string {
  return regime ? WORD[regime] : 'No regime';
}

export function regimeLetter(regime: Regime | null): string {
  return regime ? LETTER[regime] : '–';
}

export function isRegime(value: unknown): value is Regime {
  return typeof value === 'string' && value in WORD;
}

/** The regimes of a set of markings, each once, in the fixed order. */
export function regimesOf(markings: readonly { regimes: readonly Regime[] }[]): Regime[] {
  const present = new Set(markings.flatMap((one) => [...one.regimes]));
  return REGIMES.filter((regime) => present.has(regime));
}
