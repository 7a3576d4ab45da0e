import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ask } from '@/api/http';
import { useScope } from '@/api/queries';
import type { Suggestion } from '@/api/types';
import { TextField } from '@/shared/controls/fields';
import { schemaWord } from '@/state/words';
import { shownNodes, type Chart } from './graph';
import css from './workspace.module.css';

export interface End {
  id: string;
  caption: string;
  kind: string;
  here: boolean;
}

/** What the words may mean: nodes of the chart first, then what a search suggests that isn't on it. */
export function ends(chart: Chart, from: string, words: string, suggested: readonly Suggestion[]): End[] {
  const wanted = words.trim().toLowerCase();
  const here = shownNodes(chart)
    .filter((one) => one.id !== from && one.caption.toLowerCase().includes(wanted))
    .map((one) => ({ id: one.id, caption: one.caption, kind: schemaWord(one.value?.type ?? one.schema), here: true }));
  const there = suggested
    .filter((one) => one.id !== from && !here.some((known) => known.id === one.id))
    .map((one) => ({ id: one.id, caption: one.caption, kind: schemaWord(one.schema), here: false }));
  return [...here.slice(0, 8), ...there.slice(0, 6)];
}

/** Each question is an act: asked once the words rest. */
function useSuggested(words: string): readonly Suggestion[] {
  const scope = useScope();
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const wait = setTimeout(() => setAsked(words.trim()), 350);
    return () => clearTimeout(wait);
  }, [words]);
  const found = useQuery({ queryKey: [...scope, 'suggest', asked], queryFn: () => ask<{ items: Suggestion[] }>('/suggest', { q: asked }), enabled: asked.length > 2, retry: false });
  return found.data?.items ?? [];
}

function Finder({ chart, from, onChoose }: { chart: Chart; from: string; onChoose: (id: string) => void }) {
  const [words, setWords] = useState('');
  const found = ends(chart, from, words, useSuggested(words));
  return (
    <div className={css.path}>
      <TextField
        label="Other end of the path"
        hideLabel
        placeholder="Click a node, or find the other end by name"
        value={words}
        onChange={setWords}
        autoFocus
        onKeyDown={(event) => {
          if (event.key === 'Enter' && found[0]) onChoose(found[0].id);
        }}
      />
      <ul className={css.ends} aria-label="Other ends">
        {found.map((one) => (
          <li key={one.id}>
            <button type="button" onClick={() => onChoose(one.id)}>
              {one.caption}
              <small>
                {one.kind}
                {one.here ? '' : ', not on the chart yet'}
              </small>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The other end of a path: clicked in the chart, or found here by its name, on the chart or not. */
export function PathEnd({ chart, from, onChoose }: { chart: Chart; from: string | null; onChoose: (id: string) => void }) {
  return from ? <Finder chart={chart} from={from} onChoose={onChoose} /> : null;
}
