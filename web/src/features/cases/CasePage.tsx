import { Link, useParams, useSearch } from '@tanstack/react-router';
import { asProblem, isRefusal } from '@/api/problem';
import type { Case } from '@/api/types';
import { TabLink, TabLinks } from '@/shared/controls/small';
import { Page } from '@/shared/frame/Page';
import { AuthorityChip, RegimeChip } from '@/shared/identity/chips';
import { ErrorPanel, Skeleton, Status } from '@/shared/states/states';
import { Withheld } from '@/shared/states/Withheld';
import { day } from '@/state/words';
import { useCase } from './api';
import { Approvals, CaseActs } from './Approvals';
import { ClearancesCard, DeconflictCard, RelatedCard } from './Deconflict';
import { EvidenceCard } from './EvidenceCard';
import { HoursCard } from './HoursCard';
import { ActivityCard, DocumentsCard, ItemsCard, MembersCard, NotesCard, PeopleCard, PointersCard } from './parts';
import { ReportsCard } from './Reports';
import { TasksCard } from './Tasks';
import { STATE, things, type Tab } from './view';
import css from './cases.module.css';

function Facts({ one }: { one: Case }) {
  const facts = [
    ['Lead', one.lead_title ?? one.lead],
    ['Supervisor', one.supervisor_title ?? one.supervisor ?? 'any of the unit'],
    ['Unit', one.unit_title ?? one.unit],
    ['Opened', one.opened ? day(one.opened) : 'not yet'],
    ['Review by', day(one.review_by)],
  ] as const;
  return (
    <dl className={css.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  );
}

function Head({ one, tab }: { one: Case; tab: Tab }) {
  const people = one.items.length - things(one.items).length;
  const tabs: readonly (readonly [Tab, string, number | null])[] = [
    ['overview', 'Overview', null],
    ['people', 'People', people],
    ['items', 'Records', one.items.length - people],
    ['evidence', 'Evidence', null],
    ['tasks', 'Tasks', null],
    ['reports', 'Reports', null],
    ['hours', 'Hours', null],
    ['notes', 'Notes', one.notes.length],
    ['documents', 'Documents', one.documents.length],
    ['activity', 'Activity', null],
  ];
  return (
    <header className={css.head}>
      <div className={css.top}>
        <div>
          <div className={css.title}>
            <h2>{one.title}</h2>
            {one.regime && <RegimeChip regime={one.regime} />}
            {one.authorities.map((each) => (
              <AuthorityChip key={each.code} statute={each.statute || each.code} />
            ))}
          </div>
          <p className={css.predicate}>{one.predicate}</p>
        </div>
        <Facts one={one} />
      </div>
      <div className={css.tabRow}>
        <TabLinks label="Parts of the case">
          {tabs.map(([id, word, number]) => (
            <TabLink
              key={id}
              to="/case/$no"
              params={{ no: one.number }}
              search={id === 'overview' ? {} : { tab: id }}
              activeOptions={{ exact: true, includeSearch: true }}
              aria-current={tab === id ? 'page' : undefined}>
              {word}
              {number !== null && <small>{number}</small>}
            </TabLink>
          ))}
        </TabLinks>
        <CaseActs one={one} />
      </div>
    </header>
  );
}

function Body({ one, tab }: { one: Case; tab: Tab }) {
  if (tab === 'people') return <PeopleCard one={one} />;
  if (tab === 'items') return <ItemsCard one={one} />;
  if (tab === 'evidence') return <EvidenceCard one={one} />;
  if (tab === 'tasks') return <TasksCard one={one} />;
  if (tab === 'reports') return <ReportsCard one={one} />;
  if (tab === 'hours') return <HoursCard one={one} />;
  if (tab === 'notes') return <NotesCard one={one} />;
  if (tab === 'documents') return <DocumentsCard one={one} />;
  if (tab === 'activity') return <ActivityCard one={one} />;
  return (
    <div className={css.cols}>
      <div className={css.stack}>
        <PeopleCard one={one} />
        <ItemsCard one={one} />
        <EvidenceCard one={one} brief />
      </div>
      <div className={css.stack}>
        <TasksCard one={one} brief />
        <HoursCard one={one} brief />
        <NotesCard one={one} />
        <DocumentsCard one={one} />
        <MembersCard one={one} />
      </div>
      <div className={css.stack}>
        <Approvals one={one} />
        <DeconflictCard one={one} />
        <PointersCard one={one} />
        <RelatedCard one={one} />
        <ClearancesCard one={one} />
        <ActivityCard one={one} />
      </div>
    </div>
  );
}

export function CasePage() {
  const { no } = useParams({ from: '/shell/case/$no' });
  const tab = useSearch({ from: '/shell/case/$no' }).tab ?? 'overview';
  const answer = useCase(no);
  const problem = answer.error ? asProblem(answer.error) : null;
  const crumbs = [{ text: 'Cases', node: <Link to="/cases">Cases</Link> }];
  if (problem && (problem.status === 404 || isRefusal(problem)))
    return (
      <Page title={no} crumbs={crumbs} panes>
        <Withheld problem={problem} />
      </Page>
    );
  const one = answer.data;
  const state = one ? <Status kind={STATE[one.state].kind}>{STATE[one.state].word}</Status> : null;
  return (
    <Page title={no} crumbs={crumbs} extra={state} panes>
      <div className={css.wrap}>
        {answer.isPending && <Skeleton rows={8} />}
        {problem && <ErrorPanel problem={problem} onRetry={() => void answer.refetch()} />}
        {one && <Head one={one} tab={tab} />}
        {one && (
          <div className={css.scroll} tabIndex={0} role="region" aria-label={`Case ${one.number}`}>
            <Body one={one} tab={tab} />
          </div>
        )}
      </div>
    </Page>
  );
}
