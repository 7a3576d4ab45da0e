import { scaleLinear, scaleUtc } from 'd3-scale';
import { useEffect, useRef, useState } from 'react';
import { count, day } from '@/state/words';
import css from './timeline.module.css';

export interface TimeBin {
  from: string;
  to: string;
  all: number;
  lit: number;
}

interface Props {
  bins: readonly TimeBin[];
  span: { from: string; to: string };
  range: { from: string; to: string } | null;
  height?: number;
  onRange?: (range: { from: string; to: string } | null) => void;
}

const FOOT = 18;
const MS = 86_400_000;
const at = (value: string) => Date.parse(`${value}T00:00:00Z`);
const text = (value: number) => new Date(value).toISOString().slice(0, 10);

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  useEffect(() => {
    if (!box.current) return undefined;
    const watch = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 600));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return { box, width };
}

/** Histogram with a brush, drawn in pixels. Whoever can't drag moves the range by keys or types its dates beside it. */
export function Timeline({ bins, span, range, height = 92, onRange }: Props) {
  const { box, width } = useWidth();
  const [start, setStart] = useState<number | null>(null);
  const x = scaleUtc()
    .domain([at(span.from), at(span.to) + MS])
    .range([0, Math.max(1, width)])
    .clamp(true);
  const y = scaleLinear()
    .domain([0, Math.max(1, ...bins.map((one) => one.all))])
    .range([0, height - FOOT - 4]);
  const dayAt = (event: React.PointerEvent<SVGSVGElement>) => x.invert(event.clientX - event.currentTarget.getBoundingClientRect().left).getTime();
  const drag = (event: React.PointerEvent<SVGSVGElement>) => {
    if (start === null || !onRange) return;
    const [a, b] = [start, dayAt(event)].toSorted((one, two) => one - two);
    if (a !== undefined && b !== undefined && b - a > MS / 2) onRange({ from: text(a), to: text(b) });
  };
  const told = bins
    .filter((one) => one.all > 0)
    .slice(0, 60)
    .map((one) => `${day(one.from)}: ${count(one.lit)} of ${count(one.all)}`)
    .join(', ');
  return (
    <div ref={box} className={css.box}>
      <svg
        className={css.chart}
        width={width}
        height={height}
        role="img"
        aria-label={`Dated things over time. ${told}`}
        {...(onRange ? { 'data-brush': '' } : {})}
        onPointerDown={(event) => {
          if (onRange) {
            event.currentTarget.setPointerCapture(event.pointerId);
            setStart(dayAt(event));
          }
        }}
        onPointerMove={drag}
        onPointerUp={() => setStart(null)}
        onDoubleClick={() => onRange?.(null)}>
        {bins.map((one) => {
          const left = x(at(one.from));
          const wide = Math.max(1, x(at(one.to) + MS) - left - 1);
          return (
            <g key={one.from}>
              <rect className={css.all!} x={left} y={height - FOOT - y(one.all)} width={wide} height={y(one.all)}>
                <title>{`${day(one.from)} – ${day(one.to)}: ${count(one.lit)} of ${count(one.all)}`}</title>
              </rect>
              <rect className={css.lit!} x={left} y={height - FOOT - y(one.lit)} width={wide} height={y(one.lit)} />
            </g>
          );
        })}
        <line className={css.axis!} x1={0} x2={width} y1={height - FOOT} y2={height - FOOT} />
        {x.ticks(Math.max(2, Math.floor(width / 110))).map((tick) => (
          <text key={tick.getTime()} className={css.tick!} x={x(tick) + 2} y={height - 4}>
            {x.tickFormat()(tick)}
          </text>
        ))}
        {range && <rect className={css.range!} x={x(at(range.from))} y={0} width={Math.max(2, x(at(range.to) + MS) - x(at(range.from)))} height={height - FOOT} />}
      </svg>
    </div>
  );
}
