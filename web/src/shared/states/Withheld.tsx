import { ArrowLeftRight, EyeOff, Eye, Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Problem } from '@/api/problem';
import { usePurpose } from '@/api/queries';
import type { Pointer } from '@/api/types';
import { Button, ButtonLink } from '@/shared/controls/Button';
import { Kbd } from '@/shared/controls/Kbd';
import { Card, KeyValue, SectionTitle } from '@/shared/data/data';
import { RegimeChips } from '@/shared/identity/chips';
import { holder, known, pointerHue, withheldTitle } from '@/state/pointers';
import { useReceipts } from '@/state/receipts';
import { regimesTold, regimesWord, regimeWord } from '@/state/regime';
import { useUi } from '@/state/ui';
import { moment, shortHash } from '@/state/words';
import css from './withheld.module.css';

const BARS: readonly (readonly [string, number])[] = [
  ['Parties', 62],
  ['Amounts', 38],
  ['Text', 80],
  ['Attachments', 50],
  ['Linked records', 31],
  ['Who opened it', 43],
];

interface Props {
  problem?: Problem;
  pointer?: Pointer;
  /** Asked for by its address; with a pointer, the entity beside which it was met. */
  id?: string;
}

function Steps({ pointer }: { pointer: Pointer | undefined }) {
  const purpose = usePurpose();
  const regimes = regimesTold(pointer?.regime);
  const steps: { title: string; text: string }[] = [
    { title: purpose ? `You work as ${regimeWord(purpose.regime)}` : 'You work under no purpose', text: purpose ? `${purpose.key}, ${purpose.statute}` : '' },
    pointer && regimes.length > 0
      ? { title: `The record is ${regimesWord(regimes)}`, text: holder(pointer) ?? 'Collected under another regime' }
      : { title: 'Nothing here is open to it', text: 'Absent and withheld are told alike' },
    { title: 'No crossing covers it', text: 'A crossing opens named fields, for a time' },
  ];
  return (
    <ol className={css.steps}>
      {steps.map((one, index) => (
        <li key={one.title}>
          <span aria-hidden>{index + 1}</span>
          <div>
            <strong>{one.title}</strong>
            <p>{one.text}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Logged({ problem }: { problem: Problem | undefined }) {
  const latest = useReceipts((state) => state.receipts[0] ?? null);
  const entry = problem?.entry ?? latest?.entry ?? null;
  if (!entry) return null;
  return (
    <>
      <SectionTitle>Logged now</SectionTitle>
      <KeyValue pairs={[['Entry', <code key="e">{shortHash(entry)}</code>], ['What', problem ? 'Refusal' : 'Pointer shown'], ...(latest ? [['When', moment(latest.at)] as const] : [])]} />
    </>
  );
}

function refusedTitle(problem: Problem | undefined): string {
  return problem?.status === 404 ? 'There is nothing here for this work' : 'This is withheld from your work';
}

function Known({ pointer, problem }: Props): ReactNode {
  if (!pointer)
    return (
      <p className={css.detail}>
        {problem?.detail} {problem?.hint}
      </p>
    );
  return <KeyValue pairs={known(pointer)} />;
}

/** What one may know, what is withheld and why, and the lawful ways on. No apology, no dead end. */
export function Withheld({ problem, pointer, id }: Props) {
  const show = useUi((state) => state.show);
  const mayCross = usePurpose()?.kind === 'case';
  const ask = () => show({ kind: 'crossing', draft: { items: id ? [id] : [], pointer: pointer ?? null } });
  return (
    <div className={css.page}>
      <div className={css.main} tabIndex={0} role="region" aria-label="Withheld">
        <section className={css.card} data-hue={pointerHue(pointer)} aria-label="Withheld record">
          <header className={css.head}>
            <span className={css.lock}>
              <Lock size={22} aria-hidden />
            </span>
            <div>
              <RegimeChips regimes={regimesTold(pointer?.regime)} /> {id && <code>{id}</code>}
              <h2>{pointer ? withheldTitle(pointer, id !== undefined) : refusedTitle(problem)}</h2>
              <p>{pointer ? 'The database returned only this pointer.' : 'The database decided this; the page only repeats it.'}</p>
            </div>
            {mayCross && (
              <Button look="primary" size="form" onPress={ask}>
                <ArrowLeftRight size={14} aria-hidden />
                Request crossing
                <Kbd keys="Alt+X" />
              </Button>
            )}
          </header>
          <div className={css.two}>
            <div>
              <h3>
                <Eye size={14} aria-hidden />
                What you may know
              </h3>
              <Known {...(pointer ? { pointer } : {})} {...(problem ? { problem } : {})} />
            </div>
            <div>
              <h3>
                <EyeOff size={14} aria-hidden />
                Withheld
              </h3>
              <ul className={css.bars}>
                {BARS.map(([name, width]) => (
                  <li key={name}>
                    <span>{name}</span>
                    <i style={{ width: `${width}%` }} aria-hidden />
                  </li>
                ))}
              </ul>
            </div>
          </div>
        </section>
        <Card title="Other ways forward">
          <ul className={css.ways}>
            <li>
              <div>
                <strong>Get it under your own authority</strong>
                <p>A process of your own statute brings it in as your regime's record.</p>
              </div>
              <ButtonLink size="small" to="/cases">
                Cases
              </ButtonLink>
            </li>
            <li>
              <div>
                <strong>See which crossings stand</strong>
                <p>One may already cover it, or have been denied with a reason to learn from.</p>
              </div>
              <ButtonLink size="small" to="/crossings">
                Crossings
              </ButtonLink>
            </li>
            <li>
              <div>
                <strong>Work under another purpose of yours</strong>
                <p>If another case of yours holds it, switch; the new reason is logged with it.</p>
              </div>
              <Button size="small" onPress={() => show({ kind: 'switch' })}>
                Switch
              </Button>
            </li>
          </ul>
        </Card>
      </div>
      <aside className={css.side} aria-label="Why it is withheld">
        <h2>Why it is withheld</h2>
        <Steps pointer={pointer} />
        <div className={css.decided}>
          <strong>Decided in the database</strong>
          <p>The row never left the server. Nothing on this page was hidden by the browser.</p>
        </div>
        <Logged problem={problem} />
      </aside>
    </div>
  );
}
