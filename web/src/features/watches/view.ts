/** What the states of a watch mean to people, and what may be done in each. */
import type { Watch } from '@/api/types';

export const STATE_WORDS: Record<Watch['state'], string> = { active: 'Watching', paused: 'Paused', ended: 'Ended' };

export const ACTS: Record<Watch['state'], readonly { act: 'pause' | 'resume' | 'end'; word: string }[]> = {
  active: [
    { act: 'pause', word: 'Pause' },
    { act: 'end', word: 'End' },
  ],
  paused: [
    { act: 'resume', word: 'Resume' },
    { act: 'end', word: 'End' },
  ],
  ended: [],
};
