import { FileLock2 } from 'lucide-react';
import type { Regime } from '@/api/types';
import { RegimeGlyph } from '@/shared/identity/RegimeGlyph';
import { hueOf, regimesWord, regimeWord } from '@/state/regime';
import css from './crossings.module.css';

/** Two sides of the line: the arrow is the way the record travels, its hue the holder's. Rows of several sources may be of several regimes; each is named. */
export function Ends({ own, ownText, holders, holderText }: { own: Regime | null; ownText: string; holders: readonly Regime[]; holderText: string }) {
  const hue = hueOf(holders);
  return (
    <div className={css.ends}>
      <div className={css.end} data-hue={own ?? 'none'} data-own="">
        <RegimeGlyph regime={own} size={14} />
        <div>
          <strong>{regimeWord(own)}</strong>
          <small>{ownText}</small>
        </div>
      </div>
      <svg className={css.arrow} data-hue={hue} height="50" viewBox="0 0 150 50" role="img" aria-label="The record would travel from the holder to your work">
        <path d="M75 2v10M75 38v10" stroke="var(--text-1)" strokeWidth="1.500" strokeDasharray="4 3" />
        <path d="M148 25H88M62 25H14" stroke="currentColor" strokeWidth="2" strokeDasharray={hue === 'civil' ? '8 4' : hue === 'regulatory' ? '2.500 4' : undefined} />
        <path d="M4 25l10-5v10z" fill="currentColor" />
        <circle cx="75" cy="25" r="11.500" fill="var(--surface)" stroke="var(--text-1)" strokeWidth="1.500" />
        <rect x="70" y="24" width="10" height="7" rx="1.500" fill="none" stroke="var(--text-1)" strokeWidth="1.400" />
        <path d="M72 24v-2a3 3 0 0 1 6 0v2" fill="none" stroke="var(--text-1)" strokeWidth="1.400" />
      </svg>
      <div className={css.end} data-hue={hue}>
        {holders.length > 0 ? holders.map((one) => <RegimeGlyph key={one} regime={one} size={14} />) : <FileLock2 size={16} aria-hidden />}
        <div>
          <strong>{regimesWord(holders) || 'The holder'}</strong>
          <small>{holderText}</small>
        </div>
      </div>
    </div>
  );
}
