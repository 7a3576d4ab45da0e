import css from './workspace.module.css';

const LINE = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.6 };

const SIGNS: readonly (readonly [string, React.ReactNode])[] = [
  ['Organization', <rect key="o" x="1" y="1.500" width="10" height="9" rx="1.500" fill="currentColor" />],
  ['Person', <circle key="p" cx="6" cy="6" r="5" fill="currentColor" />],
  ['Account', <path key="a" d="M6 1 11 6 6 11 1 6z" {...LINE} />],
  ['Address', <path key="d" d="M1.500 11V5.500L6 1.500l4.500 4V11z" fill="currentColor" />],
  ['Phone', <path key="h" d="M6 1.800 11 10.500H1z" {...LINE} />],
  [
    'Protected person',
    <g key="r">
      <circle cx="6" cy="6" r="5" {...LINE} />
      <circle cx="6" cy="6" r="2.400" {...LINE} />
    </g>,
  ],
  ['Other', <rect key="x" x="2.500" y="1" width="7" height="10" rx="1.200" {...LINE} />],
];

export function Legend() {
  return (
    <ul className={css.legend} aria-label="Shapes">
      {SIGNS.map(([word, sign]) => (
        <li key={word}>
          <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden>
            {sign}
          </svg>
          {word}
        </li>
      ))}
    </ul>
  );
}
