import type { Pointer, PointerTold } from '@/api/types';
import { hueOf, regimesTold, regimesWord } from './regime';
import { handleOf, keepHandle } from './searches';
import { article, day, schemaWord, sentence } from './words';

/** Kinds whose own word doesn't stand for one of them. */
const ONE: Record<string, string> = {
  Thing: 'record',
  Analyzable: 'record',
  Value: 'value',
  Interval: 'period',
  Interest: 'interest',
  HyperText: 'web page',
  PlainText: 'text',
  Audio: 'recording',
  Associate: 'known associate',
  Family: 'family tie',
  Documentation: 'mention in papers',
  EconomicActivity: 'trade',
  Identification: 'identity paper',
  License: 'licence',
  Pages: 'paged document',
  PublicBody: 'public body',
  RealEstate: 'piece of real estate',
  Similar: 'similar record',
  UnknownLink: 'link',
  Security: 'security paper',
};

/** "bank account" for BankAccount: the kind of one thing, within a sentence. */
export function kindWord(kind: string | null): string {
  return kind === null ? 'record' : (ONE[kind] ?? schemaWord(kind).toLowerCase());
}

/** What a pointer says in one line; it says no more than its tier told. */
export function pointerTitle(pointer: Pointer): string {
  const what = kindWord(pointer.kind);
  return `${article(what)} ${what} matches${pointer.case ? `, case ${pointer.case}` : ''}${pointer.month ? `, ${day(pointer.month)}` : ''}`;
}

/** The heading of its page: found by a search, or beside an entity that may be opened. */
export function withheldTitle(pointer: Pointer, beside = false): string {
  const what = [regimesWord(regimesTold(pointer.regime)).toLowerCase(), 'record'].filter(Boolean).join(' ');
  return `${article(what)} ${what} ${beside ? 'exists beside what you opened' : 'matches your search'}`;
}

export function pointerHue(pointer: Pointer | null | undefined) {
  return hueOf(regimesTold(pointer?.regime));
}

/** "labour and customs": one custodian for each source, joined as the server writes them. */
export function custodians(pointer: PointerTold): string | null {
  return (pointer.custodian ?? '').split('/').filter(Boolean).join(' and ') || null;
}

/** What one may know, name by name; what the tier keeps to itself has no line. */
export function known(pointer: PointerTold): (readonly [string, string])[] {
  const pairs: (readonly [string, string | null])[] = [
    ['Regime', regimesWord(regimesTold(pointer.regime))],
    ['Custodian', custodians(pointer)],
    ['Held in', pointer.case ? `Case ${pointer.case}` : null],
    ['Kind', pointer.kind && schemaWord(pointer.kind)],
    ['Month', pointer.month ? day(pointer.month) : null],
    ['How many', pointer.count],
  ];
  return pairs.flatMap(([name, value]) => (value ? [[name, value] as const] : []));
}

/** Who holds it: the custodian and, where the tier tells it, the case. */
export function holder(pointer: Pointer): string | null {
  const keepers = custodians(pointer);
  const parts = [keepers && `by ${keepers}`, pointer.case && `in case ${pointer.case}`].filter(Boolean);
  return parts.length > 0 ? `Held ${parts.join(', ')}` : null;
}

/** One line of the strip beside an entity: how many, then whose, where, of which kind and month. */
export function stripLine(pointer: Pointer): { many: string; more: string } {
  const more = [holder(pointer), pointer.kind && schemaWord(pointer.kind), pointer.month && day(pointer.month)].filter(Boolean).join(' · ');
  return { many: `${sentence([pointer.count, 'more records'].filter(Boolean).join(' '))}, withheld`, more };
}

/** Its page's address. A pointer is nothing but what its tier told; the address repeats that and no more. */
export interface PointerAddress {
  tier?: number | undefined;
  regime?: string | undefined;
  custodian?: string | undefined;
  case?: string | undefined;
  kind?: string | undefined;
  month?: string | undefined;
  count?: string | undefined;
  /** Where it was met: the search's id (state/searches.ts), or the entity's. */
  s?: string | undefined;
  r?: string | undefined;
}

export function addressOf(pointer: Pointer, met: Pick<PointerAddress, 's' | 'r'>, storage?: Storage): PointerAddress {
  const { tier, regime, custodian, case: number, kind, month, count } = pointer;
  const address = {
    tier,
    regime: regime ?? undefined,
    custodian: custodian ?? undefined,
    case: number ?? undefined,
    kind: kind ?? undefined,
    month: month ?? undefined,
    count: count ?? undefined,
    ...met,
  };
  if (pointer.handle) keepHandle(nameOf(address), pointer.handle, storage);
  return address;
}

/** By what its handle is found again: all that its address says. */
function nameOf(said: PointerAddress): string {
  return JSON.stringify([said.tier ?? 2, said.regime, said.custodian, said.case, said.kind, said.month, said.count, said.s, said.r]);
}

export function readAddress(raw: Record<string, unknown>): PointerAddress {
  const text = (name: string) => (typeof raw[name] === 'string' ? raw[name] : undefined);
  const tier = Number(raw['tier']);
  return {
    tier: raw['tier'] !== undefined && Number.isInteger(tier) ? tier : undefined,
    regime: text('regime'),
    custodian: text('custodian'),
    case: text('case'),
    kind: text('kind'),
    month: text('month'),
    count: text('count'),
    s: text('s'),
    r: text('r'),
  };
}

/** The pointer that an address names. Words that are no regime are left out. */
export function pointerAt(said: PointerAddress, storage?: Storage): Pointer {
  return {
    tier: said.tier ?? 2,
    count: said.count ?? null,
    regime: regimesTold(said.regime).join('/') || null,
    custodian: said.custodian ?? null,
    case: said.case ?? null,
    kind: said.kind ?? null,
    month: said.month ?? null,
    handle: handleOf(nameOf(said), storage),
  };
}
