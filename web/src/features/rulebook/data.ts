import { useQuery, useQueryClient } from '@tanstack/react-query';
import { every, get } from '@/api/http';
import { useScope } from '@/api/queries';
import type { RulebookHead, RulebookNotice, RulebookVersion } from '@/api/types';

export function useBook(version: number | null) {
  const scope = useScope();
  const path = version === null ? '/rulebook' : (`/rulebook/versions/${version}` as const);
  return useQuery({ queryKey: [...scope, 'rulebook', version ?? 'now'], queryFn: () => get<RulebookVersion>(path), retry: false });
}

export function useVersions() {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'rulebook', 'versions'], queryFn: () => every<RulebookHead>('/rulebook/versions'), retry: false });
}

export function useNotices(may: boolean) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'rulebook', 'notices'], queryFn: () => every<RulebookNotice>('/rulebook/notices'), enabled: may, retry: false });
}

export function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ predicate: (query) => query.queryKey.includes('rulebook') });
}

export interface Rule {
  key: string;
  value: string;
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Dotted keys with their values, as `brightline rulebook diff` names them. */
export function rulesOf(book: Record<string, unknown>, path = ''): Rule[] {
  return Object.entries(book).flatMap(([key, value]) => {
    const name = path ? `${path}.${key}` : key;
    if (isGroup(value)) return rulesOf(value, name);
    return [{ key: name, value: Array.isArray(value) ? value.join(', ') || 'none' : String(value) }];
  });
}
