import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft, ArrowRight, EyeOff, FileCheck, FolderPlus, Waypoints } from 'lucide-react';
import { asProblem, isRefusal } from '@/api/problem';
import { usePurpose } from '@/api/queries';
import type { Aspect, Entity, Links, Property, Value } from '@/api/types';
import { AddToChart } from '@/shared/controls/AddToChart';
import { Button, ButtonLink } from '@/shared/controls/Button';
import { Kbd } from '@/shared/controls/Kbd';
import { Card, DataTable, KeyValue, SectionTitle } from '@/shared/data/data';
import table from '@/shared/data/data.module.css';
import { WhyYouSeeThis } from '@/shared/data/WhyYouSeeThis';
import { Page } from '@/shared/frame/Page';
import { MarkingChips, RegimeChip, SourceChip } from '@/shared/identity/chips';
import { SchemaIcon } from '@/shared/identity/SchemaIcon';
import { PointerStrip } from '@/shared/states/PointerStrip';
import { Withheld } from '@/shared/states/Withheld';
import { Empty, ErrorPanel, Skeleton } from '@/shared/states/states';
import { useReceipts } from '@/state/receipts';
import { regimesOf } from '@/state/regime';
import { useUi } from '@/state/ui';
import { count, moment, plural, sentence, span, schemaWord, shortHash } from '@/state/words';
import { useEntity, useEntityLinks, useEntityWhy } from './api';
import { linksByKind, ordered, original, sourcesOf, type LinkRow } from './view';
import { Dated } from './Dated';
import { LineageCard } from './Lineage';
import { Matches } from './Matches';
import css from './entity.module.css';

function Sources({ value }: { value: Value }) {
  return (
    <ul className={css.from}>
      {value.sources.map((one, index) => (
        <li key={`${one.aspect}-${index}`}>
          <SourceChip name={one.source} />
          <code>{one.record}</code>
          {one.marking && <MarkingChips markings={[one.marking]} />}
        </li>
      ))}
    </ul>
  );
}

function OneValue({ value }: { value: Value }) {
  const came = original(value);
  const shown = value.caption ?? value.value;
  return (
    <>
      {value.entity ? (
        <Link to="/r/$id" params={{ id: value.entity }} className={css.value}>
          {shown}
        </Link>
      ) : (
        <span className={css.value}>{shown}</span>
      )}
      {came && <span className={css.came}>came as “{came}”</span>}
    </>
  );
}

function Values({ properties }: { properties: readonly Property[] }) {
  return (
    <Card title="What is said" note="every value with the records that say it">
      <div className={table.scroll} role="region" aria-label="Values" tabIndex={0}>
        <table className={`${table.table} ${css.values}`}>
          <thead>
            <tr>
              <th scope="col">Property</th>
              <th scope="col">Value</th>
              <th scope="col">Source, record, marking</th>
            </tr>
          </thead>
          <tbody>
            {properties.flatMap((property) =>
              property.values.map((value, index) => (
                <tr key={`${property.name}-${index}`}>
                  {index === 0 && (
                    <th scope="row" rowSpan={property.values.length}>
                      {sentence(property.label)}
                    </th>
                  )}
                  <td>
                    <OneValue value={value} />
                  </td>
                  <td>
                    <Sources value={value} />
                  </td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function LinkLine({ row }: { row: LinkRow }) {
  const dates = span(row.edge.from, row.edge.to);
  return (
    <li className={css.link}>
      <SchemaIcon schema={row.other.schema} value={row.other.value?.type ?? null} />
      <Link to="/r/$id" params={{ id: row.other.id }}>
        {row.other.caption}
      </Link>
      <small>
        {row.outward ? <ArrowRight size={12} role="img" aria-label="to" /> : <ArrowLeft size={12} role="img" aria-label="from" />} {row.edge.label}
        {dates && `, ${dates}`}
      </small>
      {row.edge.origin ? <SourceChip name={row.edge.origin} /> : <span />}
    </li>
  );
}

function LinksCard({ links, id }: { links: Links; id: string }) {
  const groups = linksByKind(links);
  const note = links.total === null ? count(links.edges.length) : count(links.total);
  return (
    <Card
      title="Links"
      note={note}
      actions={
        <ButtonLink size="small" to="/w" search={{ ids: [id] }}>
          <Waypoints size={13} aria-hidden />
          As a graph
        </ButtonLink>
      }>
      {groups.length === 0 && <Empty title="No links in your work">Records that you may not see can hold links too; they are not shown or counted.</Empty>}
      {groups.map((group) => (
        <section key={group.kind} aria-label={group.label}>
          <h3 className={css.kind}>
            {sentence(group.label)}
            <span>{group.rows.length}</span>
          </h3>
          <ul>
            {group.rows.map((row) => (
              <LinkLine key={`${row.id}-${row.outward}`} row={row} />
            ))}
          </ul>
        </section>
      ))}
      {links.cap_note && <p className={css.kind}>{links.cap_note}</p>}
    </Card>
  );
}

function Records({ aspects }: { aspects: readonly Aspect[] }) {
  return (
    <Card title="Source records" note={plural(aspects.length, 'aspect')}>
      <DataTable
        label="Source records"
        rows={aspects}
        rowKey={(one) => one.id}
        columns={[
          { id: 'source', head: 'Source', cell: (one) => <SourceChip name={one.source} /> },
          { id: 'record', head: 'Record', cell: (one) => <code>{one.record}</code> },
          { id: 'schema', head: 'Kind', cell: (one) => schemaWord(one.schema) },
          { id: 'marking', head: 'Marking', cell: (one) => <MarkingChips markings={one.marking ? [one.marking] : []} /> },
          { id: 'hash', head: 'Hash', cell: (one) => <code>{one.hash ? shortHash(one.hash) : '–'}</code> },
          { id: 'at', head: 'Received', num: true, cell: (one) => moment(one.at) },
        ]}
      />
    </Card>
  );
}

function Head({ entity }: { entity: Entity }) {
  const show = useUi((state) => state.show);
  const purpose = usePurpose();
  return (
    <header className={css.head}>
      <span className={css.sign}>
        <SchemaIcon schema={entity.schema} size={20} />
      </span>
      <div>
        <h2>{entity.caption}</h2>
        <p>
          {schemaWord(entity.schema)}
          <code>{entity.id}</code>
          {entity.first && <span>{span(entity.first, entity.last ?? entity.first)}</span>}
        </p>
      </div>
      <div className={css.acts}>
        {purpose?.kind === 'lead' ? (
          <ButtonLink to="/lead/$n" params={{ n: purpose.key }} search={{ cite: entity.id }} look="primary">
            <FileCheck size={14} aria-hidden />
            Cite in the lead
          </ButtonLink>
        ) : (
          <Button look="primary" onPress={() => show({ kind: 'link', items: [entity] })}>
            <FolderPlus size={14} aria-hidden />
            Link to case
            <Kbd keys="L" />
          </Button>
        )}
        <AddToChart id={entity.id} caption={entity.caption} />
        <ButtonLink to="/w" search={{ ids: [entity.id] }}>
          <Waypoints size={14} aria-hidden />
          Expand
        </ButtonLink>
        {purpose?.kind === 'case' && entity.schema === 'Person' && (
          <ButtonLink to="/restrictions" search={{ about: entity.id }}>
            <EyeOff size={14} aria-hidden />
            Protect
          </ButtonLink>
        )}
      </div>
      <div className={css.chips}>
        {regimesOf(entity.markings).map((one) => (
          <RegimeChip key={one} regime={one} />
        ))}
        <MarkingChips markings={entity.markings} />
        {sourcesOf(entity).map((one) => (
          <SourceChip key={one.name} name={one.name} />
        ))}
      </div>
    </header>
  );
}

function Side({ entity }: { entity: Entity }) {
  const purpose = usePurpose();
  const why = useEntityWhy(entity.id, true);
  const receipt = useReceipts((state) => state.receipts.find((one) => one.act === `GET /entities/${entity.id}`) ?? null);
  return (
    <aside className={css.side} aria-label="About this record" tabIndex={0}>
      {purpose && <WhyYouSeeThis purpose={purpose} why={why.data} receipt={receipt} />}
      <SectionTitle>Merged from</SectionTitle>
      <KeyValue pairs={sourcesOf(entity).map((one) => [one.name, `${one.title}, ${plural(one.records, 'record')}`] as const)} />
      {entity.places.length > 0 && <SectionTitle>Places</SectionTitle>}
      <ul>
        {entity.places.map((one, index) => (
          <li key={index}>
            {one.label}{' '}
            <small>
              {one.lat?.toFixed(3)}, {one.lon?.toFixed(3)}
            </small>
          </li>
        ))}
      </ul>
    </aside>
  );
}

export function EntityPage() {
  const { id } = useParams({ from: '/shell/r/$id' });
  const entity = useEntity(id);
  const links = useEntityLinks(id, entity.isSuccess);
  const problem = entity.error ? asProblem(entity.error) : null;
  const crumbs = [{ text: 'Search', node: <Link to="/search">Search</Link> }];
  if (problem && (problem.status === 404 || isRefusal(problem)))
    return (
      <Page title="Record" crumbs={crumbs} panes>
        <Withheld problem={problem} id={id} />
      </Page>
    );
  return (
    <Page title={entity.data?.caption ?? 'Record'} crumbs={crumbs} panes>
      <div className={css.page}>
        <div className={css.main} tabIndex={0} role="region" aria-label="Record">
          {entity.isPending && <Skeleton rows={10} />}
          {problem && <ErrorPanel problem={problem} onRetry={() => void entity.refetch()} />}
          {entity.data && <Head entity={entity.data} />}
          {entity.data && <PointerStrip key={`pointers ${id}`} pointers={entity.data.pointers} id={entity.data.id} />}
          {entity.data && (
            <div className={css.body}>
              <Values properties={ordered(entity.data.properties)} />
              {links.data && <LinksCard links={links.data} id={id} />}
              {links.error && <ErrorPanel problem={asProblem(links.error)} onRetry={() => void links.refetch()} />}
              <Dated key={`dated ${id}`} id={id} />
              <Records aspects={entity.data.aspects} />
              <LineageCard key={`lineage ${id}`} id={id} />
              <Matches key={id} id={id} />
            </div>
          )}
        </div>
        {entity.data && <Side entity={entity.data} />}
      </div>
    </Page>
  );
}
