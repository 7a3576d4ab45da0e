/**
 * Under which purpose and inquiry this tab works. One case per tab: the state lies in sessionStorage,
 * which each tab has for itself, so two tabs can hold two cases.
 */
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { Inquiry, Me, Purpose } from '@/api/types';

export interface Working {
  purpose: string | null;
  inquiry: Inquiry | null;
}

export const NOTHING: Working = { purpose: null, inquiry: null };

/** Entering a purpose always drops the old inquiry: a reason belongs to the purpose it was given for. */
export function entered(purpose: string): Working {
  return { purpose, inquiry: null };
}

export function withInquiry(working: Working, inquiry: Inquiry): Working {
  return working.purpose === inquiry.purpose ? { ...working, inquiry } : working;
}

/** The purpose if the account still has it; a purpose that was closed or taken away is nothing. */
export function currentPurpose(me: Me | undefined, working: Working): Purpose | null {
  return me?.purposes.find((one) => one.key === working.purpose) ?? null;
}

/** Acts and time that are left in an inquiry. The acts are the server's word with its last answer: it counts what this tab can't see. */
export function remaining(inquiry: Inquiry, now: Date): { acts: number; minutes: number } {
  const ends = inquiry.expires ? new Date(inquiry.expires).getTime() : now.getTime();
  return { acts: Math.max(0, inquiry.acts_left ?? inquiry.acts_max), minutes: Math.max(0, Math.floor((ends - now.getTime()) / 60_000)) };
}

/** What an answer's header says is left. An answer of an inquiry that this tab has left meanwhile says nothing. */
export function told(working: Working, inquiry: string | undefined, header: string | null): Working {
  const left = header === null || header === '' ? NaN : Number(header);
  const now = working.inquiry;
  if (!now || now.id !== inquiry || !Number.isInteger(left) || left === now.acts_left) return working;
  return { ...working, inquiry: { ...now, acts_left: left } };
}

/** Query keys begin with the purpose and the inquiry, so that a cache can never show one case's rows in another. */
export function scopeKey(working: Working): readonly [string, string, string] {
  return ['w', working.purpose ?? 'none', working.inquiry?.id ?? 'none'];
}

interface Store extends Working {
  enter: (purpose: string) => void;
  open: (inquiry: Inquiry) => void;
  dropInquiry: () => void;
  hear: (inquiry: string | undefined, header: string | null) => void;
  leave: () => void;
}

export const useWorking = create<Store>()(
  persist(
    (set) => ({
      ...NOTHING,
      enter: (purpose) => set(entered(purpose)),
      open: (inquiry) => set((state) => withInquiry(state, inquiry)),
      dropInquiry: () => set({ inquiry: null }),
      hear: (inquiry, header) => set((state) => told(state, inquiry, header)),
      leave: () => set(NOTHING),
    }),
    { name: 'brightline-working', storage: createJSONStorage(() => sessionStorage) },
  ),
);
