/** The rulebook's figures in words and counters. Null until the server has told them: then nothing is held back here. */
import type { Limits } from '@/api/types';
import { plural } from './words';

export type Figures = Limits | null;

/** What stands beside a field: how long its text has to be. */
export function atLeast(least: number | undefined): string {
  return least === undefined ? 'in a sentence' : `at least ${least} characters`;
}

/** Whether a text is too short to send; the server judges again. */
export function tooShort(text: string, least: number | undefined): boolean {
  return text.trim().length < (least ?? 1);
}

/** How long an emergency is open, as part of a sentence. */
export function emergencyTime(limits: Figures): string {
  return limits ? plural(limits.emergency_hours, 'hour') : 'a short time';
}

/** Days for which a crossing may be asked: the usual ones within the rulebook's longest, and that one where it is shorter. */
export function spans(limits: Figures): number[] {
  const usual = [3, 14, 30, 90];
  const longest = limits?.crossing_days ?? Infinity;
  return longest > 90 ? usual : [...usual.filter((one) => one < longest), longest];
}

/** Until when an inquiry holds. */
export function inquiryEnds(limits: Figures): string {
  return limits
    ? `you switch, ${limits.inquiry_hours === 1 ? 'an hour passes' : `${limits.inquiry_hours} hours pass`}, or ${plural(limits.inquiry_acts, 'act')} are done`
    : 'you switch, or its time or its acts are used up';
}
