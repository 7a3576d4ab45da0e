import { Waypoints, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { usePurpose } from '@/api/queries';
import type { Hit } from '@/api/types';
import { Button, ButtonLink } from '@/shared/controls/Button';
import { KeyValue, SectionTitle } from '@/shared/data/data';
import { Marked } from '@/shared/data/Marked';
import { WhyYouSeeThis } from '@/shared/data/WhyYouSeeThis';
import { MarkingChips, RegimeChip, SourceChip } from '@/shared/identity/chips';
import { SchemaIcon } from '@/shared/identity/SchemaIcon';
import { useReceipts } from '@/state/receipts';
import { regimesOf } from '@/state/regime';
import { useUi } from '@/state/ui';
import { count, day, schemaWord, span } from '@/state/words';
import { useWhy } from './api';
import { matchWords, whyWord } from './view';
import css from './search.module.css';

const SETTLE_MS = 350;

/** Reading the reason is an act: it is asked for once a row has held still, not for each row passed by. */
function useSettled(id: string): string | null {
  const [settled, setSettled] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(id), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [id]);
  return settled === id ? id : null;
}

export function Preview({ hit, place, query, onClose }: { hit: Hit; place: string; query: string; onClose: () => void }) {
  const purpose = usePurpose();
  const why = useWhy(useSettled(hit.id));
  const receipt = useReceipts((state) => state.receipts.find((one) => one.act === `GET /why/${hit.id}`) ?? null);
  const show = useUi((state) => state.show);
  const words = matchWords(hit, query);
  return (
    <aside className={css.preview} aria-label="Preview">
      <div className={css.previewBody} tabIndex={0} role="region" aria-label={hit.caption}>
        <header>
          <div>
            <SchemaIcon schema={hit.schema} />
            <code title={hit.id}>{hit.id}</code>
            {place}
            <Button icon look="quiet" size="small" label="Close the preview" onPress={onClose}>
              <X size={14} aria-hidden />
            </Button>
          </div>
          <h2>{hit.caption}</h2>
          <div className={css.chips}>
            {regimesOf(hit.markings).map((one) => (
              <RegimeChip key={one} regime={one} />
            ))}
            <MarkingChips markings={hit.markings} />
            {hit.sources.map((one) => (
              <SourceChip key={one.name} name={one.name} />
            ))}
          </div>
        </header>
        <ul className={css.said} aria-label="Why it matched">
          {hit.why.slice(0, 5).map((one, index) => (
            <li key={index}>
              <span>{whyWord(one.kind)}</span>
              <span>
                <Marked text={one.text} words={words} />
                {one.source ? <small> · {one.source}</small> : null}
              </span>
            </li>
          ))}
        </ul>
        <KeyValue
          pairs={[
            ['Kind', schemaWord(hit.schema)],
            ['Dates', hit.first && hit.last ? span(hit.first, hit.last) : day(hit.last ?? hit.first)],
            ['Countries', hit.countries.length > 0 ? hit.countries.join(', ').toUpperCase() : '–'],
            ['Links', count(hit.links)],
            ['Summary', hit.summary ?? '–'],
          ]}
        />
        {purpose && <WhyYouSeeThis purpose={purpose} why={why.data} receipt={receipt} />}
        <SectionTitle>Provenance</SectionTitle>
        <KeyValue
          pairs={[
            ['Source records', count(hit.aspects)],
            ...hit.sources.map((one) => [one.name, one.title] as const),
            ['Collected under', [...new Set(hit.markings.flatMap((one) => one.origins.map((origin) => origin.authority)))].join(', ') || '–'],
            ['Retention', [...new Set(hit.markings.flatMap((one) => one.retention ?? []))].join(', ') || '–'],
          ]}
        />
      </div>
      <footer className={css.previewFoot}>
        <Button look="primary" onPress={() => show({ kind: 'link', items: [hit] })}>
          Link to case
        </Button>
        <ButtonLink to="/r/$id" params={{ id: hit.id }}>
          Open
        </ButtonLink>
        <ButtonLink to="/w" search={{ ids: [hit.id] }}>
          <Waypoints size={14} aria-hidden />
          Expand
        </ButtonLink>
      </footer>
    </aside>
  );
}
