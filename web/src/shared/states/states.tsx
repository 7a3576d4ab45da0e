import { Check, CircleDashed, Clock, Inbox, RotateCcw, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Problem } from '@/api/problem';
import { Button } from '@/shared/controls/Button';
import { sentence } from '@/state/words';
import css from './states.module.css';

const WIDTHS = [58, 44, 52, 38, 61, 47, 55, 40];

/** Waits 150 ms before it shows, so that a quick answer doesn't flicker. */
export function Skeleton({ rows = 6, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div className={css.skeleton} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, index) => (
        <div className={css.bone} key={index} aria-hidden>
          <i style={{ width: `${WIDTHS[index % WIDTHS.length]}%` }} />
          <i style={{ width: '12%' }} />
        </div>
      ))}
    </div>
  );
}

/** Empty says why, and offers the next step. */
export function Empty({ title, children, actions, icon }: { title: string; children?: ReactNode; actions?: ReactNode; icon?: ReactNode }) {
  return (
    <div className={css.empty}>
      {icon ?? <Inbox size={22} strokeWidth={1.6} aria-hidden />}
      <strong>{title}</strong>
      {children && <p>{children}</p>}
      {actions && <div>{actions}</div>}
    </div>
  );
}

export function ErrorPanel({ problem, onRetry }: { problem: Problem; onRetry?: (() => void) | undefined }) {
  return (
    <div className={css.panel} data-kind="error" role="alert">
      <TriangleAlert size={18} aria-hidden />
      <div>
        <strong>{problem.detail}</strong>
        {problem.hint && <p>{problem.hint}</p>}
        {problem.requestId && (
          <p>
            Request <code>{problem.requestId}</code>
          </p>
        )}
      </div>
      {onRetry && (
        <Button size="small" onPress={onRetry}>
          <RotateCcw size={13} aria-hidden />
          Retry
        </Button>
      )}
    </div>
  );
}

export function Notice({ kind = 'partial', title, children, actions }: { kind?: 'partial' | 'done'; title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className={css.panel} data-kind={kind}>
      {kind === 'done' ? <Check size={18} aria-hidden /> : <Clock size={18} aria-hidden />}
      <div>
        <strong>{title}</strong>
        {children && <p>{children}</p>}
      </div>
      {actions}
    </div>
  );
}

type StatusKind = 'done' | 'waiting' | 'danger' | 'plain';
const ICONS = { done: Check, waiting: Clock, danger: X, plain: CircleDashed };

/** A state is an icon and a word; the hue only repeats them. */
export function Status({ kind, children, bare }: { kind: StatusKind; children: ReactNode; bare?: boolean }) {
  const Icon = ICONS[kind];
  return (
    <span className={css.status} data-kind={kind} {...(bare ? { 'data-plain': '' } : {})}>
      <Icon size={12} strokeWidth={2.4} aria-hidden />
      {typeof children === 'string' ? sentence(children) : children}
    </span>
  );
}
