import { ArrowLeftRight, Lock } from 'lucide-react';
import type { Marking, Regime } from '@/api/types';
import { regimeWord } from '@/state/regime';
import { RegimeGlyph } from './RegimeGlyph';
import css from './identity.module.css';

export function RegimeChip({ regime, text, large }: { regime: Regime | null; text?: string; large?: boolean }) {
  return (
    <span className={`${css.chip} ${css.regime} ${large ? css.large : ''}`} data-hue={regime ?? 'none'}>
      <RegimeGlyph regime={regime} size={large ? 12 : 10} />
      {text ?? regimeWord(regime)}
    </span>
  );
}

/** One chip for each: rows of several sources may be of several regimes. */
export function RegimeChips({ regimes }: { regimes: readonly Regime[] }) {
  if (regimes.length === 0) return null;
  return (
    <span className={css.row}>
      {regimes.map((one) => (
        <RegimeChip key={one} regime={one} />
      ))}
    </span>
  );
}

/** The statute: it, and not the agency, gives the right to look. */
export function AuthorityChip({ statute }: { statute: string }) {
  return <span className={`${css.chip} ${css.statute}`}>{statute}</span>;
}

export function SourceChip({ name }: { name: string }) {
  return <span className={`${css.chip} ${css.source}`}>{name}</span>;
}

/** Caveats that only a court or a statutory form opens: shown inverse, with a lock. */
const HARD = new Set(['sealed', 'grand_jury', 'gj_6e', 'tax_6103', 'covert', 'privileged']);
const LABELS: Record<string, string> = { gj_6e: 'GJ 6(e)', grand_jury: 'GJ 6(e)', tax_6103: 'TAX 6103', not_sole_basis: 'not sole basis' };

function CaveatChip({ caveat }: { caveat: string }) {
  const hard = HARD.has(caveat);
  const look = hard ? css.hard : caveat === 'crossed' ? css.crossed : '';
  return (
    <span className={`${css.chip} ${css.marking} ${look}`}>
      {hard && <Lock size={10} aria-hidden />}
      {caveat === 'crossed' && <ArrowLeftRight size={10} aria-hidden />}
      {LABELS[caveat] ?? caveat.replaceAll('_', ' ')}
    </span>
  );
}

const PROTECTED_CATEGORIES = new Set(['victim', 'witness', 'minor', 'protected']);

/** Caveats and the category a source states; "unmarked" says that nothing restricts it beyond its regime. */
export function MarkingChips({ markings }: { markings: readonly Marking[] }) {
  const caveats = [...new Set(markings.flatMap((one) => one.caveats))];
  const crossed = markings.some((one) => one.crossed) && !caveats.includes('crossed');
  const categories = [...new Set(markings.flatMap((one) => one.category ?? []))].filter((one) => PROTECTED_CATEGORIES.has(one));
  if (caveats.length + categories.length === 0 && !crossed) return <span className={css.unmarked}>unmarked</span>;
  return (
    <span className={css.row}>
      {caveats.map((caveat) => (
        <CaveatChip key={caveat} caveat={caveat} />
      ))}
      {crossed && <CaveatChip caveat="crossed" />}
      {categories.map((one) => (
        <span key={one} className={`${css.chip} ${css.marking} ${css.victim}`}>
          {one}
        </span>
      ))}
    </span>
  );
}

export function CategoryChip({ category }: { category: string }) {
  const look = PROTECTED_CATEGORIES.has(category) ? css.victim : '';
  return <span className={`${css.chip} ${css.marking} ${look}`}>{category}</span>;
}

export function CaseRef({ regime, number, title }: { regime: Regime; number: string; title?: string }) {
  return (
    <span className={css.caseRef}>
      <span className={css.glyph} data-hue={regime} style={{ color: 'var(--hue)' }}>
        <RegimeGlyph regime={regime} size={10} label />
      </span>
      {number}
      {title && <span>{title}</span>}
    </span>
  );
}

/** The three-pixel line under the banner, in the regime's own pattern. */
export function TheLine({ regime }: { regime: Regime | null }) {
  return <div className={css.line} data-hue={regime ?? 'none'} aria-hidden />;
}
