import { createLink, type LinkComponent } from '@tanstack/react-router';
import { Loader } from 'lucide-react';
import type { AnchorHTMLAttributes, ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import css from './controls.module.css';

interface Look {
  look?: 'primary' | 'default' | 'quiet' | 'danger' | 'tint';
  size?: 'small' | 'default' | 'form';
}

interface Props extends Look {
  children: ReactNode;
  onPress?: () => void;
  type?: 'button' | 'submit';
  /** Kept focusable (aria-disabled), so that a reader can find it and hear why it waits. */
  blocked?: boolean;
  pending?: boolean;
  icon?: boolean;
  label?: string;
  describedBy?: string;
  shortcut?: string;
  slot?: string | null;
}

export function Button({ children, look = 'default', size = 'default', onPress, type = 'button', blocked, pending, icon, label, describedBy, shortcut, slot }: Props) {
  // Not the library's own pending state: its announcement points at the button by id and outlives it.
  const waits = blocked === true || pending === true;
  return (
    <AriaButton
      type={waits ? 'button' : type}
      className={css.button!}
      data-look={look}
      data-size={size}
      {...(icon ? { 'data-icon': '' } : {})}
      {...(slot !== undefined ? { slot } : {})}
      {...(label ? { 'aria-label': label } : {})}
      {...(describedBy ? { 'aria-describedby': describedBy } : {})}
      {...(shortcut ? { 'aria-keyshortcuts': shortcut } : {})}
      {...(waits ? { 'aria-disabled': 'true' } : {})}
      {...(pending ? { 'data-pending': '' } : {})}
      onPress={() => {
        if (!waits) onPress?.();
      }}>
      {pending && (
        <>
          <Loader size={14} aria-hidden />
          <span className="sr">Working: </span>
        </>
      )}
      {children}
    </AriaButton>
  );
}

interface AnchorProps extends Look, AnchorHTMLAttributes<HTMLAnchorElement> {}

function Anchor({ look = 'default', size = 'default', ...rest }: AnchorProps) {
  return <a {...rest} className={css.button} data-look={look} data-size={size} />;
}

const Created = createLink(Anchor);

/** A link that looks like a button: it goes somewhere, so it can be opened in another tab. */
export const ButtonLink: LinkComponent<typeof Anchor> = (props) => <Created {...props} />;
