import { Link, useSearch } from '@tanstack/react-router';
import type { Pointer } from '@/api/types';
import { Page } from '@/shared/frame/Page';
import { Withheld } from '@/shared/states/Withheld';
import { isRegime } from '@/state/regime';

/** A pointer is nothing but what its tier told; the address repeats that and no more. */
export interface PointerAddress {
  tier?: number | undefined;
  regime?: string | undefined;
  custodian?: string | undefined;
  case?: string | undefined;
  kind?: string | undefined;
  month?: string | undefined;
  q?: string | undefined;
}

export function PointerPage() {
  const said = useSearch({ from: '/shell/p' });
  const pointer: Pointer = {
    tier: said.tier ?? 2, count: null,
    regime: isRegime(said.regime) ? said.regime : null,
    custodian: said.custodian ?? null, case: said.case ?? null, kind: said.kind ?? null, month: said.month ?? null,
  };
  const crumbs = [{ text: 'Search', node: <Link to="/search" search={{ q: said.q }}>Search</Link> }];
  return <Page title="Record pointer" crumbs={crumbs} panes><Withheld pointer={pointer} /></Page>;
}
