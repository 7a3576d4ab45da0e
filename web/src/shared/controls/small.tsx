import { createLink, type LinkComponent } from '@tanstack/react-router';
import { X } from 'lucide-react';
import type { AnchorHTMLAttributes, ReactNode } from 'react';
import { initials } from '@/state/words';
import css from './controls.module.css';

export function Avatar({ name, small }: { name: string; small?: boolean }) {
  return (
    <span className={css.avatar} data-size={small ? 'small' : 'default'} role="img" aria-label={name}>
      {initials(name)}
    </span>
  );
}

/** A removable part of a query. */
export function Token({ kind, children, onRemove, label }: { kind?: string; children: ReactNode; onRemove: () => void; label: string }) {
  return (
    <span className={css.token}>
      {kind && <small>{kind}</small>}
      {children}
      <button type="button" className={css.tokenX} aria-label={`Remove ${label}`} onClick={onRemove}>
        <X size={12} aria-hidden />
      </button>
    </span>
  );
}

function TabAnchor(props: AnchorHTMLAttributes<HTMLAnchorElement>) {
  return <a {...props} className={css.tab} />;
}

const CreatedTab = createLink(TabAnchor);

/** Tabs that are places: each has its own address. */
export const TabLink: LinkComponent<typeof TabAnchor> = (props) => <CreatedTab {...props} />;

export function TabLinks({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className={css.tabList} aria-label={label}>
      {children}
    </nav>
  );
}
