import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ListBox, ListBoxItem, type Selection } from 'react-aria-components';
import { useForget, useMe, usePrompts } from '@/api/queries';
import type { Inquiry, Purpose } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Kbd } from '@/shared/controls/Kbd';
import { TextField } from '@/shared/controls/fields';
import { RegimeGlyph } from '@/shared/identity/RegimeGlyph';
import { Empty, Skeleton } from '@/shared/states/states';
import { useReceipts } from '@/state/receipts';
import { useWorking } from '@/state/working';
import { homeOf, kindWord, listed, needsReason } from './purposes';
import { GoOn, ReasonField, useReason } from './reason';
import css from './purpose.module.css';

function PurposeList({ purposes, chosen, onChoose, now }: { purposes: Purpose[]; chosen: string | null; onChoose: (key: string) => void; now: string | null }) {
  const change = (keys: Selection) => {
    const key = keys === 'all' ? null : [...keys][0];
    if (key !== undefined && key !== null) onChoose(String(key));
  };
  return (
    <ListBox aria-label="What you may work on" className={css.list!} items={purposes} selectionMode="single" disallowEmptySelection selectedKeys={chosen ? [chosen] : []} onSelectionChange={change}>
      {(one) => (
        <ListBoxItem id={one.key} textValue={`${one.key} ${one.title}`} className={css.item!} data-hue={one.regime ?? 'none'}>
          <RegimeGlyph regime={one.regime} label />
          <span>
            <strong>
              {kindWord(one)} {one.case ?? one.key}
            </strong>
            {one.title}
          </span>
          <em>{one.key === now ? 'Now' : one.statute}</em>
          <small>{one.authority_title}</small>
        </ListBoxItem>
      )}
    </ListBox>
  );
}

/** Takes up a purpose: forgets what the former one could see, then goes to where its work begins. */
function useTakeUp() {
  const enter = useWorking((state) => state.enter);
  const open = useWorking((state) => state.open);
  const clearReceipts = useReceipts((state) => state.clear);
  const forget = useForget();
  const navigate = useNavigate();
  return {
    take: (purpose: Purpose, inquiry: Inquiry | null) => {
      enter(purpose.key);
      forget();
      clearReceipts();
      if (inquiry) open({ ...inquiry, purpose: purpose.key });
    },
    go: (purpose: Purpose) => void navigate({ to: homeOf(purpose) }),
  };
}

/** `stays`: somebody came for the page that stands behind, not for where the purpose's work begins.
 * Drawn once the server has told its question and figures: nobody answers a question not yet read, and no button moves when it comes. */
export function Picker({ onDone, first, stays = false }: { onDone: () => void; first?: string | undefined; stays?: boolean }) {
  const purposes = useMe().data?.purposes ?? [];
  const { waiting } = usePrompts();
  const now = useWorking((state) => state.purpose);
  const [words, setWords] = useState('');
  const [key, setKey] = useState<string | null>(first ?? null);
  const purpose = purposes.find((one) => one.key === key) ?? null;
  const { take, go } = useTakeUp();
  const finish = (inquiry: Inquiry | null) => {
    if (!purpose) return;
    take(purpose, inquiry);
    if (!stays) go(purpose);
    onDone();
  };
  const reason = useReason(purpose, finish);
  const start = () => {
    if (!purpose) return;
    if (needsReason(purpose)) reason.send();
    else finish(null);
  };
  const waits = purpose === null || (needsReason(purpose) && reason.reason.trim() === '');
  if (waiting) return <Skeleton rows={4} />;
  if (purposes.length === 0) {
    return <Empty title="No case or desk is yours yet">Ask your unit's supervisor to add you to a case, or an administrator for a role.</Empty>;
  }
  const shown = listed(purposes, words);
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!waits) start();
      }}>
      {purposes.length > 8 && <TextField label="Find a case or desk" hideLabel placeholder="Find a case or desk" value={words} onChange={setWords} />}
      <PurposeList purposes={shown} chosen={key} onChoose={setKey} now={now} />
      {purpose && needsReason(purpose) && <GoOn purpose={purpose} onGo={finish} />}
      {purpose && needsReason(purpose) && <ReasonField {...reason} onSend={start} />}
      <div className={css.foot}>
        <span className={css.note}>Switching closes open records and starts a new log session.</span>
        <Button type="submit" look="primary" size="form" blocked={waits} pending={reason.pending}>
          Start work
          <Kbd keys="Mod+Enter" />
        </Button>
      </div>
    </form>
  );
}
