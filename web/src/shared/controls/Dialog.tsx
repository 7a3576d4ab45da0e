import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from './Button';
import css from './controls.module.css';

interface Props {
  title: string;
  icon?: ReactNode;
  aside?: ReactNode;
  open: boolean;
  onClose: () => void;
  size?: 'narrow' | 'middle' | 'wide';
  foot?: ReactNode;
  note?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}

/** The scrim begins below the banner: under which authority one works stays in sight. */
export function Dialog({ title, icon, aside, open, onClose, size = 'narrow', foot, note, flush, children }: Props) {
  return (
    <ModalOverlay
      className={css.scrim!}
      isOpen={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      isDismissable>
      <Modal className={css.modal!} data-size={size}>
        <AriaDialog className={css.dialog!}>
          <header className={css.dialogHead}>
            {icon}
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            {aside}
            <Button look="quiet" icon label="Close" onPress={onClose}>
              <X size={16} aria-hidden />
            </Button>
          </header>
          <div className={css.dialogBody} {...(flush ? { 'data-flush': '' } : {})}>
            {children}
          </div>
          {foot && (
            <footer className={css.dialogFoot}>
              {note && <span className={css.footNote}>{note}</span>}
              {foot}
            </footer>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
