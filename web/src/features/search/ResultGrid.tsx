import { useVirtualizer } from '@tanstack/react-virtual';
import { Lock } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { usePurpose } from '@/api/queries';
import type { Hit, Pointer } from '@/api/types';
import { ButtonLink } from '@/shared/controls/Button';
import { Button } from '@/shared/controls/Button';
import { Checkbox } from '@/shared/controls/fields';
import { Marked } from '@/shared/data/Marked';
import { MarkingChips, RegimeChips, SourceChip } from '@/shared/identity/chips';
import { SchemaIcon } from '@/shared/identity/SchemaIcon';
import { addressOf, pointerHue, pointerTitle } from '@/state/pointers';
import { regimesTold } from '@/state/regime';
import { useUi } from '@/state/ui';
import { count, latest } from '@/state/words';
import { matchWords, whyWord, type Row } from './view';
import css from './search.module.css';

interface Props {
  rows: readonly Row[];
  total: number;
  query: string;
  /** The search's id, by which a pointer's page leads back here. */
  at: string | undefined;
  active: number;
  chosen: ReadonlySet<string>;
  onActive: (index: number) => void;
  onChoose: (id: string) => void;
  onOpen: (id: string) => void;
  onKey: (event: React.KeyboardEvent) => void;
  onEnd: () => void;
}

function HitCells({ hit, query, chosen, onChoose }: { hit: Hit; query: string; chosen: boolean; onChoose: (id: string) => void }) {
  const words = matchWords(hit, query);
  const why = hit.why[0];
  return (
    <>
      <span role="gridcell">
        <Checkbox checked={chosen} onChange={() => onChoose(hit.id)} label={`Select ${hit.caption}`} tabbable={false} />
      </span>
      <span role="gridcell">
        <SchemaIcon schema={hit.schema} size={16} />
      </span>
      <span role="gridcell">
        <span className={css.caption}>
          <Marked text={hit.caption} words={words} />
          {hit.pages.length > 0 && `, page ${hit.pages.join(', ')}`}
        </span>
        <span className={css.second}>
          {why && <span className={css.kind}>{whyWord(why.kind)}</span>}
          <span>
            {why && <Marked text={why.text} words={words} />}
            {hit.summary ? ` · ${hit.summary}` : ''}
          </span>
        </span>
      </span>
      <span role="gridcell" className={css.marks}>
        <span>
          {hit.sources.slice(0, 1).map((one) => (
            <SourceChip key={one.name} name={one.name} />
          ))}
          {hit.sources.length > 1 && <small>+{hit.sources.length - 1}</small>}
        </span>
        <MarkingChips markings={hit.markings} />
      </span>
      <span role="gridcell" data-num>
        {latest(hit.first, hit.last)}
      </span>
      <span role="gridcell" data-num>
        {count(hit.links)}
      </span>
    </>
  );
}

export function PointerCells({ pointer, at }: { pointer: Pointer; at?: string | undefined }) {
  const show = useUi((state) => state.show);
  const mayCross = usePurpose()?.kind === 'case';
  return (
    <>
      <span role="gridcell" />
      <span role="gridcell">
        <Lock size={16} role="img" aria-label="Withheld" />
      </span>
      <span role="gridcell">
        <span className={css.caption}>
          <RegimeChips regimes={regimesTold(pointer.regime)} /> {pointerTitle(pointer)}
        </span>
        <span className={css.second}>
          <span>You may know that it exists. Its contents are withheld from your work.</span>
        </span>
      </span>
      <span role="gridcell">
        <ButtonLink to="/p" search={addressOf(pointer, { s: at })} size="small">
          See pointer
        </ButtonLink>
        {mayCross && (
          <Button size="small" onPress={() => show({ kind: 'crossing', draft: { items: [], pointer } })}>
            Request crossing
          </Button>
        )}
      </span>
    </>
  );
}

function Head() {
  return (
    <div className={css.head} role="row" aria-rowindex={1}>
      <span role="columnheader">
        <span className="sr">Selected</span>
      </span>
      <span role="columnheader">
        <span className="sr">Kind</span>
      </span>
      <span role="columnheader">Record</span>
      <span role="columnheader">Source, markings</span>
      <span role="columnheader" data-num>
        Date
      </span>
      <span role="columnheader" data-num>
        Links
      </span>
    </div>
  );
}

/** Our own grid: only the rows in view are in the page; one element has the focus and names the active row. */
export function ResultGrid(props: Props) {
  const { rows, total, query, at, active, chosen, onActive, onChoose, onOpen, onKey, onEnd } = props;
  const box = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => 48, overscan: 8 });
  const items = list.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (active >= 0) list.scrollToIndex(active);
  }, [active, list]);
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - 5) onEnd();
  }, [last, rows.length, onEnd]);
  return (
    <div
      className={css.grid}
      role="grid"
      aria-label="Results"
      aria-rowcount={total + 1}
      aria-multiselectable="true"
      tabIndex={0}
      onKeyDown={onKey}
      {...(active >= 0 ? { 'aria-activedescendant': `row-${active}` } : {})}>
      <div role="rowgroup">
        <Head />
      </div>
      <div className={css.scroll} ref={box} role="rowgroup">
        <div role="presentation" style={{ height: list.getTotalSize(), position: 'relative' }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            if (!row) return null;
            const common = { id: `row-${index}`, role: 'row', 'aria-rowindex': index + 2, style: { transform: `translateY(${start}px)` }, ...(index === active ? { 'data-active': '' } : {}) };
            return row.kind === 'pointer' ? (
              <div key={`p${row.index}`} {...common} className={`${css.row} ${css.pointer}`} data-hue={pointerHue(row.pointer)}>
                <PointerCells pointer={row.pointer} at={at} />
              </div>
            ) : (
              <div key={row.hit.id} {...common} className={css.row} aria-selected={chosen.has(row.hit.id)} onClick={() => onActive(index)} onDoubleClick={() => onOpen(row.hit.id)}>
                <HitCells hit={row.hit} query={query} chosen={chosen.has(row.hit.id)} onChoose={onChoose} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
