import { Check } from 'lucide-react';
import { useEffect } from 'react';
import { create } from 'zustand';
import css from './states.module.css';

interface Toast {
  id: number;
  text: string;
  undo?: (() => void) | undefined;
}

interface Store {
  toasts: Toast[];
  last: number;
  show: (text: string, undo?: () => void) => void;
  hide: (id: number) => void;
}

export const useToasts = create<Store>()((set) => ({
  toasts: [],
  last: 0,
  show: (text, undo) => set((state) => ({ last: state.last + 1, toasts: [...state.toasts.slice(-2), { id: state.last + 1, text, undo }] })),
  hide: (id) => set((state) => ({ toasts: state.toasts.filter((one) => one.id !== id) })),
}));

const SHOWN_MS = 8_000;

function OneToast({ toast }: { toast: Toast }) {
  const hide = useToasts((state) => state.hide);
  useEffect(() => {
    const timer = setTimeout(() => hide(toast.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast.id, hide]);
  return (
    <div className={css.toast}>
      <Check size={16} aria-hidden />
      <span>{toast.text}</span>
      {toast.undo && (
        <button
          type="button"
          onClick={() => {
            toast.undo?.();
            hide(toast.id);
          }}>
          Undo
        </button>
      )}
    </div>
  );
}

/** What just happened, for eight seconds, told to screen readers too. */
export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <div className={css.toasts} role="status" aria-live="polite">
      {toasts.map((one) => (
        <OneToast key={one.id} toast={one} />
      ))}
    </div>
  );
}
