import type { Regime } from '@/api/types';
import { regimeWord } from '@/state/regime';

/** The regime's shape: filled square, filled diamond, open hexagon, ring and dot. Drawn in the text's colour. */
export function RegimeGlyph({ regime, size = 12, label }: { regime: Regime | null; size?: number; label?: boolean }) {
  const name = label ? { role: 'img', 'aria-label': regimeWord(regime) } : { 'aria-hidden': true };
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" {...name}>
      {regime ? SHAPES[regime] : <rect x="1" y="5" width="10" height="2" rx="1" fill="currentColor" />}
    </svg>
  );
}

const SHAPES: Record<Regime, React.ReactNode> = {
  criminal: <rect x="1" y="1" width="10" height="10" rx="1.500" fill="currentColor" />,
  civil: <path d="M6 0.300 11.700 6 6 11.700 0.300 6z" fill="currentColor" />,
  regulatory: <path d="M6 0.900 10.600 3.450v5.100L6 11.100 1.400 8.550v-5.100z" fill="none" stroke="currentColor" strokeWidth="1.700" strokeLinejoin="round" />,
  oversight: (
    <>
      <circle cx="6" cy="6" r="4.900" fill="none" stroke="currentColor" strokeWidth="1.500" />
      <circle cx="6" cy="6" r="2.100" fill="currentColor" />
    </>
  ),
};
