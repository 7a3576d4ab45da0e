import { Link, Navigate, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Lock, PauseCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import { asProblem } from '@/api/problem';
import { usePurpose } from '@/api/queries';
import type { LeadLine, LeadQueue } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Select } from '@/shared/controls/fields';
import { Pages } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { SourceChip } from '@/shared/identity/chips';
import { Empty, ErrorPanel, Skeleton } from '@/shared/states/states';
import { isTyping } from '@/state/keys';
import { useUi } from '@/state/ui';
import { moment, plural } from '@/state/words';
import { PAGE, useProgrammes, useQueue } from './api';
import { LeadPanes } from './LeadPanes';
import { LeadTabs } from './parts';
import { placesOf, promise, readLeads, STATE, TABS, codeWord, type LeadSearch, type TabName } from './view';
import css from './leads.module.css';

const WORDS: Record<TabName, string> = { to_vet: 'To vet', second: '2nd review', decided: 'Decided', changed: 'Changed' };

/** How many of the required checks are done; never a rank of anybody. */
function Ticks({ lead }: { lead: LeadLine }) {
  return (
    <span className={css.ticks} role="img" aria-label={`${lead.checks_done} of ${plural(lead.checks_required, 'check')} done`}>
      {Array.from({ length: lead.checks_required }, (_, index) => (
        <i key={index} {...(index < lead.checks_done ? { 'data-done': '' } : {})} />
      ))}
    </span>
  );
}

function whose(lead: LeadLine): string {
  if (lead.state === 'closed') return codeWord(lead.code ?? 'closed');
  if (!['received', 'vetting'].includes(lead.state)) return STATE[lead.state].word;
  return lead.vetter_title ?? 'Unassigned';
}

function Row({ lead, chosen, several, search, now }: { lead: LeadLine; chosen: boolean; several: boolean; search: LeadSearch; now: Date }) {
  const open = ['received', 'vetting', 'viable'].includes(lead.state);
  const due = promise(lead.due, now);
  return (
    <li>
      <Link to="/lead/$n" params={{ n: lead.number }} search={search} className={css.item} {...(chosen ? { 'aria-current': 'true' } : {})} data-lead={lead.number}>
        <span className={css.itemTop}>
          <strong>{lead.title}</strong>
          {open ? (
            <em {...(due.late ? { 'data-late': '' } : {})} title={`Answer promised by ${moment(lead.due)}`}>
              {due.text}
            </em>
          ) : null}
        </span>
        <span className={css.itemFoot}>
          <code>{lead.number}</code>
          {several && lead.source && <SourceChip name={lead.source} />}
          {lead.held && (
            <span className={css.held}>
              <PauseCircle size={12} aria-hidden />
              held
            </span>
          )}
          <small>{whose(lead)}</small>
          <Ticks lead={lead} />
        </span>
      </Link>
    </li>
  );
}

/** J and K walk the queue, as in every list. */
function useWalk(rows: readonly LeadLine[], chosen: string | undefined, search: LeadSearch): void {
  const navigate = useNavigate();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const step = { j: 1, k: -1 }[event.key.toLowerCase()];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !useUi.getState().letterKeys || useUi.getState().open.kind !== 'none') return;
      const at = rows.findIndex((one) => one.number === chosen);
      const next = rows[at < 0 ? 0 : at + step];
      if (next) void navigate({ to: '/lead/$n', params: { n: next.number }, search });
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [rows, chosen, search, navigate]);
}

function Filters({ counts, search, onSearch }: { counts: LeadQueue['counts'] | undefined; search: LeadSearch; onSearch: (search: LeadSearch) => void }) {
  const programmes = useProgrammes().data?.items ?? [];
  const purpose = usePurpose();
  const mine = purpose?.kind === 'oversight' ? programmes : programmes.filter((one) => one.unit === purpose?.unit);
  const tab = search.tab ?? 'to_vet';
  return (
    <div className={css.queueHead}>
      <div className={css.tabs} role="group" aria-label="Which leads">
        {TABS.map((one) => (
          <button key={one} type="button" aria-pressed={one === tab} onClick={() => onSearch({ ...search, tab: one === 'to_vet' ? undefined : one })}>
            {WORDS[one]} <span>{counts?.[one] ?? ''}</span>
          </button>
        ))}
      </div>
      {mine.length > 1 && (
        <Select
          label="Programme"
          hideLabel
          small
          placeholder="All programmes"
          choices={[{ id: '', text: 'All programmes' }, ...mine.map((one) => ({ id: one.programme, text: one.title }))]}
          value={search.programme ?? ''}
          onChange={(programme) => onSearch({ ...search, programme: programme || undefined })}
        />
      )}
      <p className={css.order}>
        <span>{tab === 'decided' ? 'Latest first' : 'Oldest promise first'}</span>
        {counts && counts.late > 0 && <strong>{counts.late} past the promise</strong>}
      </p>
    </div>
  );
}

const NOTHING: Record<TabName, [string, string]> = {
  to_vet: ['Nothing waits to be vetted', 'Leads come in by a file of the programme, or by the predicate of an associate.'],
  second: ['Nothing waits for a second person', 'What one vetter calls viable, another confirms or returns.'],
  changed: ['Nothing was sent otherwise', 'A row that comes again and says something else waits here until somebody has looked at it.'],
  decided: ['Nothing is decided yet', 'Closed and referred leads stay here until their time limit.'],
};

function Queue({ chosen, search }: { chosen: string | undefined; search: LeadSearch }) {
  const [offset, setOffset] = useState(0);
  const navigate = useNavigate();
  const purpose = usePurpose();
  const tab = search.tab ?? 'to_vet';
  const answer = useQueue(tab, search.programme, offset, true);
  const rows = answer.data?.items ?? [];
  const several = new Set(rows.map((one) => one.source)).size > 1;
  const now = new Date();
  useWalk(rows, chosen, search);
  const onSearch = (next: LeadSearch) => {
    setOffset(0);
    void navigate({ to: '/leads', search: next });
  };
  return (
    <nav className={css.queue} aria-label="Queue">
      <Filters counts={answer.data?.counts} search={search} onSearch={onSearch} />
      <div className={css.list} tabIndex={0} role="region" aria-label="Leads of the desk">
        {answer.isPending && <Skeleton rows={8} />}
        {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
        {answer.data && rows.length === 0 && <Empty title={NOTHING[tab][0]}>{NOTHING[tab][1]}</Empty>}
        <ul>
          {rows.map((lead) => (
            <Row key={lead.number} lead={lead} chosen={lead.number === chosen} several={several} search={search} now={now} />
          ))}
        </ul>
        {answer.data && <Pages offset={offset} limit={PAGE} total={answer.data.total} more={answer.data.more} onMove={setOffset} />}
        {purpose?.kind === 'desk' && (
          <div className={css.others}>
            <strong>
              <Lock size={13} aria-hidden />
              Other desks keep their own leads
            </strong>
            <p>Nothing of theirs is told here, not even how many.</p>
          </div>
        )}
      </div>
    </nav>
  );
}

/** Somebody without a vetting desk, and somebody searching for one lead, have no queue. */
function NoQueue() {
  const show = useUi((state) => state.show);
  return (
    <Page title="Lead vetting" panes>
      <div className={css.alone}>
        <Empty
          title="Leads are worked from a vetter’s desk"
          actions={
            <Button look="primary" onPress={() => show({ kind: 'switch' })}>
              Choose a desk
            </Button>
          }>
          Cases and other desks see none of them. A vetter or supervisor of the unit chooses the unit’s desk.
        </Empty>
      </div>
    </Page>
  );
}

export function LeadsPage() {
  const { n } = useParams({ strict: false });
  const search = readLeads(useSearch({ strict: false }));
  const purpose = usePurpose();
  const places = placesOf(purpose);
  const forLead = purpose?.kind === 'lead';
  if (forLead && !n) return <Navigate to="/lead/$n" params={{ n: purpose.key }} search={{}} replace />;
  if (!forLead && places.length === 0) return <NoQueue />;
  if (!forLead && !places.includes('queue')) return <Navigate to="/leads/programmes" replace />;
  const kept: LeadSearch = { tab: search.tab, programme: search.programme };
  return (
    <Page
      title={n ? `Lead ${n}` : 'Lead vetting'}
      crumbs={
        n
          ? [
              {
                text: 'Lead vetting',
                node: (
                  <Link to="/leads" search={kept}>
                    Lead vetting
                  </Link>
                ),
              },
            ]
          : []
      }
      panes>
      <div className={css.page} data-lead={n ? '' : undefined}>
        {!forLead && <LeadTabs places={places} at="queue" />}
        <div className={css.panes}>
          {!forLead && <Queue chosen={n} search={kept} />}
          {n ? (
            <LeadPanes key={n} number={n} cite={search.cite} />
          ) : (
            <div className={css.alone}>
              <Empty title="Choose a lead">
                Opening one is an entry in the log. <span>J and K walk the queue.</span>
              </Empty>
            </div>
          )}
        </div>
      </div>
    </Page>
  );
}
