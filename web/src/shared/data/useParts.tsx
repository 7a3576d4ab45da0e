/** A list that comes in parts: what is asked, which part of it is shown, and the row under it that turns them. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '@/api/http';
import type { Address } from '@/api/typed';
import { useScope } from '@/api/queries';
import { Pages } from './data';

const LIMIT = 50;

interface Part {
  total: number | null;
  limit: number;
  offset: number;
  more: boolean;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Asks `path` for one part. `name` begins the query's key after the purpose, so that an act can have the whole list asked
 * anew. Another question begins at its first part again.
 */
export function useParts<T extends Part>(name: readonly string[], path: Address<'get'>, query: Query = {}, { enabled = true, limit = LIMIT } = {}) {
  const scope = useScope();
  const asked = JSON.stringify(query);
  const [at, setAt] = useState({ asked, offset: 0 });
  const offset = at.asked === asked ? at.offset : 0;
  const answer = useQuery({
    queryKey: [...scope, ...name, 'parts', asked, offset],
    queryFn: () => get<T>(path, { ...query, limit, offset }),
    retry: false,
    enabled,
    placeholderData: offset > 0 ? keepPreviousData : undefined,
  });
  const part = answer.data;
  const pages = part ? <Pages offset={offset} limit={limit} total={part.total} more={part.more} onMove={(next) => setAt({ asked, offset: next })} /> : null;
  return { answer, pages };
}
