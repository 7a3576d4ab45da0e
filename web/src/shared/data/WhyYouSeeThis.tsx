import { Fingerprint, ScrollText, ShieldQuestionMark } from 'lucide-react';
import type { KeptReceipt } from '@/state/receipts';
import type { Purpose, WhyVisible } from '@/api/types';
import { RegimeGlyph } from '@/shared/identity/RegimeGlyph';
import { regimeWord } from '@/state/regime';
import { clock, shortHash } from '@/state/words';
import { WhyPanel } from './data';

interface Props {
  purpose: Purpose;
  why: WhyVisible | undefined;
  receipt: KeptReceipt | null;
}

/** By which rule the database let this purpose read it, and the entry that the view left in the log. */
export function WhyYouSeeThis({ purpose, why, receipt }: Props) {
  const rules = (why?.rules ?? []).map((rule, index) => ({
    key: `${rule.rule}-${index}`,
    icon: <ScrollText size={13} aria-hidden />,
    text: (
      <>
        {rule.text}
        {rule.source && !rule.text.toLowerCase().includes(rule.source.toLowerCase()) ? ` (${rule.source})` : ''} Rule <code>{rule.rule}</code>
      </>
    ),
  }));
  const who = {
    key: 'purpose',
    icon: (
      <span style={{ color: 'var(--accent)' }}>
        <RegimeGlyph regime={purpose.regime} size={11} />
      </span>
    ),
    text: `${regimeWord(purpose.regime)}, ${purpose.case ? `case ${purpose.case}` : purpose.key}, ${purpose.statute ?? 'no statute'}`,
  };
  const foot = receipt ? (
    <>
      <Fingerprint size={12} aria-hidden /> Logged as <code>{shortHash(receipt.entry)}</code> at {clock(receipt.at)}
    </>
  ) : null;
  return <WhyPanel title="Why you can see this" icon={<ShieldQuestionMark size={15} aria-hidden />} lines={[who, ...rules]} foot={foot} />;
}
