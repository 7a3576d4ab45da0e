import { useQuery } from '@tanstack/react-query';
import { get } from '@/api/http';
import { useScope } from '@/api/queries';
import type { Entity, EventsAnswer, Links, WhyVisible } from '@/api/types';

export function useEntity(id: string) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'entity', id], queryFn: () => get<Entity>(`/entities/${id}`), retry: false });
}

export function useEntityLinks(id: string, enabled: boolean) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'links', id], queryFn: () => get<Links>(`/entities/${id}/links`, { limit: 100 }), enabled, retry: false });
}

export function useEntityWhy(id: string, enabled: boolean) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'why', id], queryFn: () => get<WhyVisible>(`/why/${id}`), enabled, retry: false });
}

export function useEntityEvents(id: string, enabled: boolean) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'events', id], queryFn: () => get<EventsAnswer>('/workspace/events', { ids: [id] }), enabled, retry: false });
}
