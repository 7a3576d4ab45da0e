/** The receipts that this tab's acts returned: what the ledger must contain. Kept in memory only. */
import { create } from 'zustand';
import type { Receipt } from '@/api/types';

export interface KeptReceipt extends Receipt {
  act: string;
}

const KEPT = 100;

export function kept(list: KeptReceipt[], next: KeptReceipt): KeptReceipt[] {
  return [next, ...list.filter((one) => one.entry !== next.entry)].slice(0, KEPT);
}

/** The header is base64url JSON; one that can't be read is no receipt, and the screen then shows none. */
export function readReceipt(header: string | null): Receipt | null {
  if (!header) return null;
  try {
    const bytes = Uint8Array.from(atob(header.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
    const read: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isReceipt(read) ? read : null;
  } catch {
    return null;
  }
}

function isReceipt(value: unknown): value is Receipt {
  return typeof value === 'object' && value !== null && 'entry' in value && 'leaf' in value && 'at' in value;
}

interface Store {
  receipts: KeptReceipt[];
  add: (receipt: KeptReceipt) => void;
  clear: () => void;
}

export const useReceipts = create<Store>()((set) => ({ receipts: [], add: (receipt) => set((state) => ({ receipts: kept(state.receipts, receipt) })), clear: () => set({ receipts: [] }) }));
