/** What lead vetting asks the server, and what it sends: a change names what its reader has read, not what came since. */
import type { Below } from '@/api/typed';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useScope } from '@/api/queries';
import type { Lead, LeadIntake, LeadIntakes, LeadNotice, LeadProgramme, LeadQueue, Page, ProgrammeApplied, Referral } from '@/api/types';
import { useParts } from '@/shared/data/useParts';
import type { TabName } from './view';

export const PAGE = 50;

export function useQueue(tab: TabName, programme: string | undefined, offset: number, enabled: boolean) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'leads', tab, programme, offset], retry: false, enabled, queryFn: () => get<LeadQueue>('/leads', { tab, programme, limit: PAGE, offset }) });
}

export function useLead(number: string) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'lead', number], queryFn: () => get<Lead>(`/leads/${encodeURIComponent(number)}`), retry: false });
}

/** Whole names of associates: asked for by a press, and an entry of its own. */
export function useAssociates(number: string, wanted: boolean) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, 'lead-names', number],
    retry: false,
    enabled: wanted,
    queryFn: async () => (await get<Lead>(`/leads/${encodeURIComponent(number)}`, { associates: true })).associates,
  });
}

export interface Sent {
  act: Below<`/leads/${string}`>;
  body: Record<string, unknown>;
}

/** Sends one act on a lead. A conflict fetches the lead anew; what was typed stays where it is. */
export function useLeadAct(number: string, seen: string, done: (lead: Lead) => void) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: ({ act, body }: Sent) => post<Lead>(`/leads/${encodeURIComponent(number)}/${act}`, body, { seen }),
    onSuccess: async (lead) => {
      client.setQueryData([...scope, 'lead', lead.number], lead);
      done(lead);
      if (lead.number !== number) await client.invalidateQueries({ queryKey: [...scope, 'lead', number] });
      await client.invalidateQueries({ queryKey: [...scope, 'leads'] });
    },
    onError: (error) => {
      if (asProblem(error).status === 409) void client.invalidateQueries({ queryKey: [...scope, 'lead', number] });
    },
  });
}

export function useProgrammes(enabled = true) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'programmes'], queryFn: () => get<{ items: LeadProgramme[] }>('/programmes'), retry: false, enabled });
}

export function useVersions(name: string, wanted: boolean) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'programmes', name], queryFn: () => get<{ items: LeadProgramme[] }>(`/programmes/${name}`), retry: false, enabled: wanted });
}

export function useApply() {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({ mutationFn: (text: string) => post<ProgrammeApplied>('/programmes', { text }), onSuccess: () => client.invalidateQueries({ queryKey: [...scope, 'programmes'] }) });
}

export function useIntakes(intake: string | null) {
  return useParts<LeadIntakes>(['intakes'], '/leads/intakes', { intake: intake ?? undefined });
}

/** The worker takes a file in, piece by piece: asked again until it is done, with how far it is. */
async function taken(found: LeadIntake, step: (at: LeadIntake) => void, pause = 300): Promise<LeadIntake> {
  step(found);
  if (found.state === 'done' || found.state === 'failed') return found;
  await new Promise((go) => {
    setTimeout(go, pause);
  });
  const [next] = (await get<LeadIntakes>('/leads/intakes', { intake: found.intake })).intakes;
  return taken(next ?? found, step, Math.min(pause * 1.3, 5_000));
}

export function useIntake(done: () => void, step: (at: LeadIntake) => void) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: async ({ programme, file }: { programme: string; file: File }) => {
      const form = new FormData();
      form.append('programme', programme);
      form.append('file', file);
      return taken(await post<LeadIntake>('/leads/intake', form), step);
    },
    onSuccess: async () => {
      done();
      await client.invalidateQueries({ queryKey: [...scope, 'intakes'] });
      await client.invalidateQueries({ queryKey: [...scope, 'leads'] });
    },
  });
}

export function useLeadNotices() {
  return useParts<Page<LeadNotice>>(['lead-notices'], '/leads/notices');
}

export function useReferrals(side: 'in' | 'out') {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'referrals', side], queryFn: () => get<{ items: Referral[] }>('/referrals', { side }), retry: false });
}

export function useReferral(number: string) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'referral', number], queryFn: () => get<Referral>(`/referrals/${encodeURIComponent(number)}`), retry: false });
}

/** The sender takes a referral back before it is accepted. */
export function useTakeBack(number: string) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: (reason: string) => post<Referral>(`/referrals/${encodeURIComponent(number)}/withdraw`, { reason }),
    onSuccess: () => client.invalidateQueries({ queryKey: scope }),
  });
}

export function useAnswer(number: string, done: () => void) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: (body: Record<string, string>) => post<Referral>(`/referrals/${encodeURIComponent(number)}/answer`, body),
    onSuccess: async (answer) => {
      client.setQueryData([...scope, 'referral', number], answer);
      done();
      await client.invalidateQueries({ queryKey: [...scope, 'referrals'] });
    },
    onError: (error) => {
      if (asProblem(error).status === 409) void client.invalidateQueries({ queryKey: [...scope, 'referral', number] });
    },
  });
}
