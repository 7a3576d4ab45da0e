import type { Pointer } from '@/api/types';
import { WORD } from './regime';
import { day } from './words';

/** What a pointer says in one line; it says no more than its tier told. */
export function pointerTitle(pointer: Pointer): string {
  const what = pointer.kind ? `${pointer.kind.toLowerCase()} matches` : 'record matches';
  return `A ${what}${pointer.case ? `, case ${pointer.case}` : ''}${pointer.month ? `, ${day(pointer.month)}` : ''}`;
}

/** What one may know, name by name; what the tier keeps to itself has no line. */
export function known(pointer: Pointer): (readonly [string, string])[] {
  const pairs: (readonly [string, string | null])[] = [
    ['Regime', pointer.regime ? WORD[pointer.regime] : null], ['Custodian', pointer.custodian], ['Held in', pointer.case ? `Case ${pointer.case}` : null],
    ['Kind', pointer.kind], ['Month', pointer.month ? day(pointer.month) : null], ['How many', pointer.count],
  ];
  return pairs.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
}

/** Who holds it: the custodian and, where the tier tells it, the case. */
export function holder(pointer: Pointer): string | null {
  const parts = [pointer.custodian, pointer.case ? `in case ${pointer.case}` : null].filter(Boolean);
  return parts.length > 0 ? `Held ${pointer.custodian ? 'by ' : ''}${parts.join(', ')}` : null;
}
