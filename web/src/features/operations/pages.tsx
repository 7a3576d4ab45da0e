import { Link, useParams } from '@tanstack/react-router';
import { ClipboardList, Table2, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { asProblem, isRefusal } from '@/api/problem';
import { usePurpose, useStatutes } from '@/api/queries';
import type { Operation, OperationLine } from '@/api/types';
import { Button, ButtonLink } from '@/shared/controls/Button';
import { Segmented } from '@/shared/controls/fields';
import { Card, DataTable, KeyValue, Stats } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { CategoryChip, RegimeChip } from '@/shared/identity/chips';
import { Empty, ErrorPanel, Notice, Skeleton, Status } from '@/shared/states/states';
import { Withheld } from '@/shared/states/Withheld';
import { count, day, moment, plural } from '@/state/words';
import { useOperation, useOperations } from './api';
import { NewEncounter } from './NewEncounter';
import { Decisions, Holds } from './parts';
import { FLAGS, groundsOf, MARKS, moneyOf, peopleOf, ratioOf, standing, stateOf } from './view';
import css from './operations.module.css';

const FILTERS = [
  { id: 'all', text: 'All' },
  { id: 'legal_review', text: 'Legal review' },
  { id: 'cleared', text: 'To approve' },
  { id: 'active', text: 'Under way' },
  { id: 'closed', text: 'Closed' },
] as const;

function State({ word }: { word: string }) {
  const said = stateOf(word);
  return <Status kind={said.kind}>{said.word}</Status>;
}

function Rows({ rows }: { rows: readonly OperationLine[] }) {
  return (
    <DataTable
      label="Operations"
      rows={rows}
      rowKey={(one) => one.operation}
      columns={[
        {
          id: 'number',
          head: 'Operation',
          tight: true,
          cell: (one) => (
            <Link to="/operation/$no" params={{ no: one.operation }}>
              {one.operation}
            </Link>
          ),
        },
        { id: 'title', head: 'Title', cell: (one) => one.title },
        { id: 'regime', head: 'Regime', cell: (one) => <RegimeChip regime={one.regime} /> },
        { id: 'state', head: 'State', cell: (one) => <State word={one.state} /> },
        { id: 'people', head: 'People', cell: (one) => one.figures.map((each) => `${peopleOf(each)}${one.figures.length > 1 ? ` (${each.regime})` : ''}`).join('; ') },
        {
          id: 'flags',
          head: 'Flags',
          cell: (one) => (
            <span className={css.flags}>
              {[...one.flags.map((flag) => FLAGS[flag] ?? flag), ...(one.open_holds > 0 ? [plural(one.open_holds, 'open hold')] : [])].map((word) => (
                <Status key={word} kind="waiting" bare>
                  {word}
                </Status>
              ))}
            </span>
          ),
        },
        { id: 'author', head: 'Author', cell: (one) => one.author_title ?? one.author },
        { id: 'starts', head: 'Starts', num: true, tight: true, cell: (one) => day(one.starts) },
      ]}
    />
  );
}

export function OperationList() {
  const [state, setState] = useState<(typeof FILTERS)[number]['id']>('all');
  const purpose = usePurpose();
  const { answer, pages } = useOperations(state === 'all' ? undefined : state);
  const plans = purpose?.kind === 'desk' && purpose.role !== 'approver';
  return (
    <Page title="Operations">
      <div className={css.bar}>
        <Segmented label="State" hideLabel choices={FILTERS} value={state} onChange={setState} />
        {purpose?.role !== 'approver' && (
          <ButtonLink to="/operations/tables">
            <Table2 size={14} aria-hidden />
            Published tables
          </ButtonLink>
        )}
        {plans && (
          <ButtonLink to="/operations/new" look="primary">
            <ClipboardList size={14} aria-hidden />
            Plan an operation
          </ButtonLink>
        )}
      </div>
      <Card title="Operations" note={answer.data ? count(answer.data.total ?? answer.data.items.length) : null}>
        {answer.isPending && <Skeleton rows={5} />}
        {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
        {answer.data?.items.length === 0 && <Empty title="No operation here">A desk lists its unit’s operations; legal review lists the plans that wait for it.</Empty>}
        {answer.data && answer.data.items.length > 0 && <Rows rows={answer.data.items} />}
        {pages}
      </Card>
    </Page>
  );
}

function FiguresCard({ one }: { one: Operation }) {
  return (
    <Card title="Planned and actual" note="victims and witnesses are in no count">
      <Stats
        figures={one.figures.flatMap((each) => [
          { name: `People, ${each.regime}`, value: ratioOf(each), note: peopleOf(each) },
          { name: `Money, ${each.regime}`, value: moneyOf(each), note: each.over_budget ? 'over budget' : 'within budget', ...(each.over_budget ? { kind: 'danger' as const } : {}) },
        ])}
      />
    </Card>
  );
}

function PlanCard({ one }: { one: Operation }) {
  const statutes = useStatutes();
  return (
    <Card title="Plan">
      <div className={css.pad}>
        <KeyValue
          pairs={[
            ['Unit', one.unit_title],
            ['Starts', day(one.starts)],
            ['Sites', one.sites.join('; ')],
            ['Expected', one.expected.map((each) => `${each.category}: ${count(each.people)} (${each.regime})`).join(', ') || 'nobody'],
            ...(one.case
              ? [
                  [
                    'Case',
                    <Link key="case" to="/case/$no" params={{ no: one.case }}>
                      {one.case}
                    </Link>,
                  ] as const,
                ]
              : []),
          ]}
        />
      </div>
      <DataTable
        label="Objectives"
        rows={one.objectives}
        rowKey={(each) => String(each.rank)}
        columns={[
          { id: 'rank', head: '', num: true, cell: (each) => each.rank },
          { id: 'text', head: 'Objective', cell: (each) => each.text },
          { id: 'tool', head: 'Instrument', tight: true, cell: (each) => each.instrument },
          {
            id: 'law',
            head: 'Authority',
            cell: (each) => (
              <>
                <RegimeChip regime={each.regime} /> {statutes.get(each.authority) ?? each.authority}
              </>
            ),
          },
          { id: 'cost', head: 'Cost', num: true, cell: (each) => count(each.cost) },
        ]}
      />
    </Card>
  );
}

function EncounterCard({ one }: { one: Operation }) {
  const statutes = useStatutes();
  const [entering, setEntering] = useState(false);
  const purpose = usePurpose();
  const enters = one.state === 'active' && purpose?.kind === 'desk' && ['agent', 'analyst', 'supervisor'].includes(purpose.role ?? '');
  return (
    <Card
      title="Encounters"
      note={count(one.encounters.length)}
      actions={
        enters && (
          <Button size="small" onPress={() => setEntering(true)}>
            <UserPlus size={13} aria-hidden />
            Enter an encounter
          </Button>
        )
      }>
      {entering && <NewEncounter one={one} onClose={() => setEntering(false)} />}
      {one.encounters.length === 0 && <Empty title="Nobody met">Each encounter says whether somebody was targeted, under which authority and on what grounds.</Empty>}
      {one.encounters.length > 0 && (
        <DataTable
          label="Encounters"
          rows={one.encounters}
          rowKey={(each) => each.encounter}
          columns={[
            {
              id: 'who',
              head: 'Person',
              cell: (each) => (
                <>
                  {each.name ?? each.person}
                  {each.held && (
                    <>
                      {' '}
                      <Status kind="danger" bare>
                        Held
                      </Status>
                    </>
                  )}
                </>
              ),
            },
            {
              id: 'how',
              head: 'Selection',
              tight: true,
              cell: (each) => (
                <Status kind={each.selection === 'collateral' ? 'waiting' : 'plain'} bare>
                  {each.selection}
                </Status>
              ),
            },
            { id: 'what', head: 'Outcome', cell: (each) => each.outcome },
            {
              id: 'law',
              head: 'Authority',
              tight: true,
              cell: (each) => (
                <span className={css.law}>
                  <RegimeChip regime={each.regime} />
                  {statutes.get(each.authority) ?? each.authority}
                </span>
              ),
            },
            { id: 'why', head: 'Grounds', long: groundsOf, cell: groundsOf },
            { id: 'officer', head: 'Officer', cell: (each) => each.officer_title ?? each.officer },
            { id: 'at', head: 'Time', num: true, tight: true, cell: (each) => moment(each.time) },
            { id: 'marks', head: 'Noticed', cell: (each) => <Marks flags={each.flags} said={standing(each)} /> },
          ]}
        />
      )}
    </Card>
  );
}

function Marks({ flags, said }: { flags: readonly string[]; said: string }) {
  return (
    <span className={css.flags}>
      {flags.map((flag) => (
        <Status key={flag} kind="waiting" bare>
          {MARKS[flag] ?? flag}
        </Status>
      ))}
      {said && <small>{said}</small>}
    </span>
  );
}

function CostCard({ one }: { one: Operation }) {
  if (one.costs.length === 0) return null;
  return (
    <Card title="Costs" note={count(one.costs.length)}>
      <DataTable
        label="Costs"
        rows={one.costs}
        rowKey={(each) => each.cost}
        columns={[
          { id: 'code', head: 'Cost', tight: true, cell: (each) => <code>{each.cost}</code> },
          { id: 'day', head: 'Day', num: true, tight: true, cell: (each) => day(each.day) },
          { id: 'what', head: 'What for', cell: (each) => each.what },
          { id: 'regime', head: 'Regime', cell: (each) => <RegimeChip regime={each.regime} /> },
          { id: 'amount', head: 'Amount', num: true, cell: (each) => count(each.amount) },
          { id: 'stands', head: 'Stands', cell: (each) => standing(each) || 'yes' },
        ]}
      />
    </Card>
  );
}

function outOf(stay: Operation['custody'][number]): string {
  if (stay.voided) return 'entered in error';
  return stay.book_out ? moment(stay.book_out) : 'in custody';
}

function CustodyCard({ one }: { one: Operation }) {
  if (one.custody.length + one.custody_events.length === 0) return null;
  return (
    <Card title="Custody" note={count(one.custody.length)}>
      <DataTable
        label="Custody"
        rows={one.custody}
        rowKey={(each) => each.stay}
        columns={[
          { id: 'who', head: 'Person', cell: (each) => each.name ?? each.person },
          { id: 'where', head: 'Facility', cell: (each) => each.facility },
          { id: 'law', head: 'Regime', cell: (each) => <RegimeChip regime={each.regime} /> },
          { id: 'in', head: 'In', num: true, tight: true, cell: (each) => moment(each.book_in) },
          { id: 'out', head: 'Out', num: true, tight: true, cell: (each) => outOf(each) },
          { id: 'why', head: 'Release', cell: (each) => each.release_reason ?? (each.held_by ? `answered for by ${each.held_by}` : '–') },
        ]}
      />
      <DataTable
        label="Events of custody"
        rows={one.custody_events}
        rowKey={(each) => each.event}
        columns={[
          { id: 'code', head: 'Event', tight: true, cell: (each) => <code>{each.event}</code> },
          { id: 'who', head: 'Person', tight: true, cell: (each) => each.person },
          { id: 'kind', head: 'What', cell: (each) => each.kind.replace('_', ' ') },
          { id: 'detail', head: 'In words', long: (each) => each.detail, cell: (each) => each.detail },
          { id: 'time', head: 'Time', num: true, tight: true, cell: (each) => moment(each.time) },
          { id: 'marks', head: 'Noticed', cell: (each) => <Marks flags={each.flags} said={standing(each)} /> },
        ]}
      />
    </Card>
  );
}

function Detail({ one }: { one: Operation }) {
  return (
    <div className={css.page}>
      <div className={css.stack}>
        {one.flags.length > 0 && <Notice title={one.flags.map((flag) => FLAGS[flag] ?? flag).join(' · ')}>Overseers see these flags too.</Notice>}
        <FiguresCard one={one} />
        <PlanCard one={one} />
        <EncounterCard one={one} />
        <CustodyCard one={one} />
        <CostCard one={one} />
      </div>
      <div className={css.stack}>
        <Decisions one={one} />
        <Holds one={one} />
        <Card title="Victims and witnesses" note={count(one.protected.length)}>
          <div className={css.pad}>
            {one.protected.length === 0 ? (
              <p>None.</p>
            ) : (
              <ul>
                {one.protected.map((each) => (
                  <li key={each.code}>
                    <code>{each.code}</code> <CategoryChip category={each.category} />
                  </li>
                ))}
              </ul>
            )}
          </div>
        </Card>
      </div>
    </div>
  );
}

export function OperationPage() {
  const { no } = useParams({ from: '/shell/operation/$no' });
  const answer = useOperation(no);
  const problem = answer.error ? asProblem(answer.error) : null;
  const crumbs = [{ text: 'Operations', node: <Link to="/operations">Operations</Link> }];
  if (problem && (problem.status === 404 || isRefusal(problem)))
    return (
      <Page title={no} crumbs={crumbs} panes>
        <Withheld problem={problem} />
      </Page>
    );
  const one = answer.data;
  return (
    <Page
      title={one ? `${one.operation} ${one.title}` : no}
      crumbs={crumbs}
      extra={
        one ? (
          <>
            <RegimeChip regime={one.regime} /> <State word={one.state} />
          </>
        ) : null
      }>
      {answer.isPending && <Skeleton rows={6} />}
      {problem && <ErrorPanel problem={problem} onRetry={() => void answer.refetch()} />}
      {one && <Detail one={one} />}
    </Page>
  );
}
