/** Which dialog is open, and what it was opened with. Features open each other's dialogs through here, not by import. */
import { create } from 'zustand';
import type { Pointer } from '@/api/types';

export interface LinkItem {
  id: string;
  schema: string;
  caption: string;
}

export interface CrossingDraft {
  items: string[];
  pointer?: Pointer | null;
}

export type Open = { kind: 'none' } | { kind: 'switch'; key?: string } | { kind: 'palette' } | { kind: 'help' } | { kind: 'crossing'; draft: CrossingDraft } | { kind: 'link'; items: LinkItem[] };

interface Store {
  open: Open;
  show: (open: Open) => void;
  close: () => void;
  /** Letter keys can be turned off (WCAG 2.1.4). */
  letterKeys: boolean;
  setLetterKeys: (on: boolean) => void;
}

export const useUi = create<Store>()((set) => ({
  open: { kind: 'none' },
  show: (open) => set({ open }),
  close: () => set({ open: { kind: 'none' } }),
  letterKeys: localStorage.getItem('brightline-letter-keys') !== 'off',
  setLetterKeys: (on) => {
    localStorage.setItem('brightline-letter-keys', on ? 'on' : 'off');
    set({ letterKeys: on });
  },
}));
