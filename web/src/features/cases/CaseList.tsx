import { Link } from '@tanstack/react-router';
import { FolderPlus } from 'lucide-react';
import { useState } from 'react';
import { asProblem } from '@/api/problem';
import { useCases, useStatutes } from '@/api/queries';
import type { CaseLine } from '@/api/types';
import { ButtonLink } from '@/shared/controls/Button';
import { Segmented, TextField } from '@/shared/controls/fields';
import { Card, DataTable, Pages } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { AuthorityChip, RegimeChip } from '@/shared/identity/chips';
import { Empty, ErrorPanel, Skeleton, Status } from '@/shared/states/states';
import { count, day } from '@/state/words';
import { CustodyCard } from './CustodyCard';
import { STATE } from './view';
import css from './cases.module.css';

const FILTERS = [
  { id: 'all', text: 'All' },
  { id: 'open', text: 'Open' },
  { id: 'submitted', text: 'Wait for approval' },
  { id: 'draft', text: 'Drafts' },
  { id: 'closed', text: 'Closed' },
] as const;

function Table({ rows }: { rows: readonly CaseLine[] }) {
  const statutes = useStatutes();
  return (
    <DataTable
      label="Cases"
      rows={rows}
      rowKey={(one) => one.number}
      columns={[
        {
          id: 'number',
          head: 'Case',
          cell: (one) => (
            <Link to="/case/$no" params={{ no: one.number }}>
              {one.number}
            </Link>
          ),
        },
        {
          id: 'title',
          head: 'Title',
          cell: (one) => (
            <Link to="/case/$no" params={{ no: one.number }}>
              {one.title}
            </Link>
          ),
        },
        { id: 'regime', head: 'Regime', cell: (one) => one.regime && <RegimeChip regime={one.regime} /> },
        {
          id: 'statute',
          head: 'Statute',
          cell: (one) => (
            <span className={css.title}>
              {one.authorities.slice(0, 2).map((each) => (
                <AuthorityChip key={each.code} statute={each.statute || (statutes.get(each.code) ?? each.code)} />
              ))}
            </span>
          ),
        },
        { id: 'state', head: 'State', cell: (one) => <Status kind={STATE[one.state].kind}>{STATE[one.state].word}</Status> },
        { id: 'lead', head: 'Lead', cell: (one) => one.lead_title ?? one.lead ?? '–' },
        { id: 'people', head: 'People', num: true, cell: (one) => count(one.people) },
        { id: 'items', head: 'Items', num: true, cell: (one) => count(one.item_count) },
        { id: 'review', head: 'Review by', num: true, cell: (one) => day(one.review_by) },
      ]}
    />
  );
}

export function CaseList() {
  const [state, setState] = useState<(typeof FILTERS)[number]['id']>('all');
  const [words, setWords] = useState('');
  const [offset, setOffset] = useState(0);
  const cases = useCases({ state: state === 'all' ? undefined : state, offset });
  const shown = (cases.data?.items ?? []).filter((one) => `${one.number} ${one.title}`.toLowerCase().includes(words.toLowerCase()));
  return (
    <Page title="Cases">
      <div className={css.bar}>
        <TextField label="Find a case" hideLabel placeholder="Number or title" value={words} onChange={setWords} />
        <Segmented
          label="State"
          hideLabel
          choices={FILTERS}
          value={state}
          onChange={(next) => {
            setState(next);
            setOffset(0);
          }}
        />
        <ButtonLink to="/cases/new" look="primary">
          <FolderPlus size={14} aria-hidden />
          New case
        </ButtonLink>
      </div>
      <Card title="Cases" note={cases.data ? count(cases.data.total ?? cases.data.items.length) : null}>
        {cases.isPending && <Skeleton rows={6} />}
        {cases.error && <ErrorPanel problem={asProblem(cases.error)} onRetry={() => void cases.refetch()} />}
        {cases.data && shown.length === 0 && (
          <Empty
            title="No case here"
            actions={
              <ButtonLink to="/cases/new" look="primary">
                New case
              </ButtonLink>
            }>
            A desk lists its unit's cases; a case purpose lists that case.
          </Empty>
        )}
        {shown.length > 0 && <Table rows={shown} />}
        {cases.data && <Pages offset={offset} limit={50} total={cases.data.total} more={cases.data.more} onMove={setOffset} />}
      </Card>
      <CustodyCard />
    </Page>
  );
}
