import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ask, get } from '@/api/http';
import { useScope } from '@/api/queries';
import type { SearchAnswer, WhyVisible } from '@/api/types';
import { canSearch, type View } from './view';

const PAGE = 50;

export function useSearch(view: View) {
  const scope = useScope();
  return useInfiniteQuery({
    queryKey: [...scope, 'search', view],
    queryFn: ({ pageParam }) => ask<SearchAnswer>('/search', { ...view, limit: PAGE, offset: pageParam }),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.hits.length === PAGE && last.offset + PAGE < 10_000 ? last.offset + PAGE : undefined),
    enabled: canSearch(view),
  });
}

export function useWhy(id: string | null) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'why', id], queryFn: () => get<WhyVisible>(`/why/${id}`), enabled: id !== null, retry: false });
}
