import { useEffect, useRef, useState } from 'react';
import { count, day } from '@/state/words';
import css from './data.module.css';

interface Bar {
  from: string;
  count: number;
  inside: boolean;
}

const HEIGHT = 38;

/** Drawn in pixels at its real width: a scaled viewBox would scale gaps and hit areas too. */
export function Histogram({ bars, onPick }: { bars: readonly Bar[]; onPick: (from: string) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(180);
  useEffect(() => {
    if (!box.current) return undefined;
    const watch = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 180));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const most = Math.max(1, ...bars.map((one) => one.count));
  const step = bars.length > 0 ? Math.min(24, width / bars.length) : width;
  const told = bars.map((one) => `${day(one.from)}: ${count(one.count)}`).join(', ');
  return (
    <div ref={box}>
      {bars.length > 0 && (
        <svg className={css.hist} width={width} height={HEIGHT} role="img" aria-label={`Dated entities over time. ${told}`}>
          {bars.map((one, index) => {
            const tall = Math.max(2, (HEIGHT * one.count) / most);
            return (
              <rect key={one.from} x={index * step} y={HEIGHT - tall} width={Math.max(1, step - 1.5)} height={tall} rx={1} {...(one.inside ? { 'data-in': '' } : {})} onClick={() => onPick(one.from)}>
                <title>{`${day(one.from)}: ${count(one.count)}`}</title>
              </rect>
            );
          })}
        </svg>
      )}
    </div>
  );
}
