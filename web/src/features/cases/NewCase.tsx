import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useAuthorities, usePurpose, useScope } from '@/api/queries';
import type { Case } from '@/api/types';
import { Aids } from '@/shared/controls/Aids';
import { Button } from '@/shared/controls/Button';
import { Kbd } from '@/shared/controls/Kbd';
import { Select, TextField } from '@/shared/controls/fields';
import { useKept } from '@/shared/controls/useKept';
import { Card } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { RegimeGlyph } from '@/shared/identity/RegimeGlyph';
import { ErrorPanel, Notice } from '@/shared/states/states';
import { ownWords } from '@/state/reason';
import { lacking, PREDICATE_LENGTH, type NewCase as Draft } from './view';
import css from './cases.module.css';

const EMPTY: Draft = { title: '', authority: '', predicate: '', category: '' };

function useNewCase() {
  const [draft, setDraft, forget] = useKept('case', EMPTY);
  const [tried, setTried] = useState(false);
  const client = useQueryClient();
  const scope = useScope();
  const navigate = useNavigate();
  const authorities = useAuthorities().data?.items ?? [];
  const regime = authorities.find((one) => one.code === draft.authority)?.regime ?? null;
  const lacks = lacking(draft, regime);
  const mutation = useMutation({
    mutationFn: () => post<Case>('/cases', { ...draft, category: draft.category || null }),
    onSuccess: async (made) => {
      forget();
      await client.invalidateQueries({ queryKey: [...scope, 'cases'] });
      await navigate({ to: '/case/$no', params: { no: made.number } });
    },
  });
  const problem = mutation.error ? asProblem(mutation.error) : null;
  const field = (name: keyof Draft) => ({
    value: draft[name],
    onChange: (value: string) => setDraft({ ...draft, [name]: value }),
    error: problem?.field === name ? problem.detail : tried ? (lacks[name] ?? null) : null,
  });
  const send = () => {
    setTried(true);
    if (Object.keys(lacks).length === 0) mutation.mutate();
  };
  return { draft, field, send, problem, pending: mutation.isPending, authorities };
}

export function NewCase() {
  const { draft, field, send, problem, pending, authorities } = useNewCase();
  const purpose = usePurpose();
  const choices = authorities.map((one) => ({
    id: one.code,
    text: one.statute || one.code,
    note: one.title,
    icon: (
      <span data-hue={one.regime ?? 'none'} style={{ color: 'var(--hue)' }}>
        <RegimeGlyph regime={one.regime} size={11} />
      </span>
    ),
  }));
  const aids = [
    { id: 'length', text: `At least ${PREDICATE_LENGTH} characters`, met: draft.predicate.trim().length >= PREDICATE_LENGTH },
    { id: 'facts', text: 'States facts', met: ownWords(draft.predicate).length >= 8 },
  ];
  return (
    <Page title="New case" crumbs={[{ text: 'Cases', node: <Link to="/cases">Cases</Link> }]}>
      {purpose?.kind !== 'desk' && <Notice title="A case is opened from a desk">Switch to your unit's desk first: a case can't open another one.</Notice>}
      <Card>
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
          }}>
          <TextField label="Title" {...field('title')} autoFocus />
          <div className={css.two}>
            <Select label="Authority" note="gives the case its regime, for good" choices={choices} {...field('authority')} value={draft.authority || null} />
            <TextField label="Activity" note="for a criminal case" {...field('category')} placeholder="procurement fraud" />
          </div>
          <div>
            <TextField label="Predicate" note="the facts that justify it, and where they come from" rows={6} {...field('predicate')} />
            <div style={{ marginTop: 6 }}>
              <Aids aids={aids} length={draft.predicate.trim().length} from={PREDICATE_LENGTH} to={4000} />
            </div>
          </div>
          {problem && !problem.field && <ErrorPanel problem={problem} />}
          <div className={css.foot}>
            <p>It begins as a draft. Add the document that supports the facts, then submit it; a supervisor opens it.</p>
            <Button type="submit" look="primary" size="form" pending={pending}>
              Make the draft
              <Kbd keys="Mod+Enter" />
            </Button>
          </div>
        </form>
      </Card>
    </Page>
  );
}
