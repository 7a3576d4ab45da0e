import { Repeat2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMe, usePrompts, usePurpose } from '@/api/queries';
import type { Purpose } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Page } from '@/shared/frame/Page';
import { RegimeGlyph } from '@/shared/identity/RegimeGlyph';
import { Empty, Skeleton } from '@/shared/states/states';
import { inquiryEnds } from '@/state/limits';
import { useUi } from '@/state/ui';
import { useWorking } from '@/state/working';
import { Picker } from './Picker';
import { kindWord, needsReason, opensContent } from './purposes';
import { GoOn, ReasonField, useReason } from './reason';
import css from './purpose.module.css';

export function SwitchDialog() {
  const shown = useUi((state) => state.open);
  const close = useUi((state) => state.close);
  return (
    <Dialog title="Switch case or desk" icon={<Repeat2 size={18} aria-hidden />} open={shown.kind === 'switch'} onClose={close} size="middle">
      <Picker onDone={close} first={shown.kind === 'switch' ? shown.key : undefined} />
    </Dialog>
  );
}

export function StartPage({ stays = false }: { stays?: boolean }) {
  const me = useMe();
  return (
    <Page title="Start" panes>
      <div className={css.start}>
        <section className={css.startCard}>
          <header>
            <h2>What do you work on?</h2>
            <p>What you can see follows from it. Each tab holds one case or desk.</p>
          </header>
          {me.isPending ? <Skeleton rows={4} /> : <Picker onDone={() => undefined} stays={stays} />}
        </section>
      </div>
    </Page>
  );
}

function ReasonCard({ purpose }: { purpose: Purpose }) {
  const { limits, waiting } = usePrompts();
  const open = useWorking((state) => state.open);
  const reason = useReason(purpose, open);
  const waits = reason.reason.trim() === '';
  if (waiting)
    return (
      <div className={css.start}>
        <section className={css.startCard}>
          <Skeleton rows={4} />
        </section>
      </div>
    );
  return (
    <div className={css.start}>
      <section className={css.startCard}>
        <header>
          <h2>Say why before you look</h2>
          <p>The reason is kept with everything you then open, until {inquiryEnds(limits)}.</p>
        </header>
        <div className={css.chosen} data-hue={purpose.regime ?? 'none'}>
          <RegimeGlyph regime={purpose.regime} size={14} label />
          <strong>
            {kindWord(purpose)} {purpose.case ?? purpose.key}
          </strong>
          <span>
            {purpose.title}, {purpose.statute}
          </span>
        </div>
        <GoOn purpose={purpose} onGo={open} />
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (!waits) reason.send();
          }}>
          <ReasonField {...reason} autoFocus onSend={reason.send} />
          <div className={css.foot}>
            <Button type="submit" look="primary" size="form" blocked={waits} pending={reason.pending}>
              Start
            </Button>
          </div>
        </form>
      </section>
    </div>
  );
}

function NoContent({ purpose }: { purpose: Purpose }) {
  const show = useUi((state) => state.show);
  return (
    <div className={css.start}>
      <section className={css.startCard}>
        <Empty
          title={`${kindWord(purpose)} ${purpose.key} sees lists, not content`}
          actions={
            <Button look="primary" onPress={() => show({ kind: 'switch' })}>
              Choose a case
            </Button>
          }>
          Records are searched and read for a case, under its authority. Choose one, or open a new case first.
        </Empty>
      </section>
    </div>
  );
}

/** Shows the screen when a purpose (and, where content is read, a reason) stands; asks for them otherwise. */
export function PurposeGate({ title, content, children }: { title: string; content?: boolean; children: ReactNode }) {
  const me = useMe();
  const purpose = usePurpose();
  const inquiry = useWorking((state) => state.inquiry);
  if (me.isPending)
    return (
      <Page title={title}>
        <Skeleton />
      </Page>
    );
  if (!purpose) return <StartPage stays />;
  if (content && !opensContent(purpose))
    return (
      <Page title={title} panes>
        <NoContent purpose={purpose} />
      </Page>
    );
  if (needsReason(purpose) && !inquiry)
    return (
      <Page title={title} panes>
        <ReasonCard purpose={purpose} />
      </Page>
    );
  return children;
}
