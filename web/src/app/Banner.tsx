import { ArrowLeftRight, Database, Repeat2 } from 'lucide-react';
import { useMe, usePurpose } from '@/api/queries';
import type { Purpose } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Kbd } from '@/shared/controls/Kbd';
import { RegimeGlyph } from '@/shared/identity/RegimeGlyph';
import { regimeWord } from '@/state/regime';
import { useUi } from '@/state/ui';
import css from './shell.module.css';

function kindWord(purpose: Purpose): string {
  if (purpose.kind === 'case') return `Case ${purpose.case ?? purpose.key}`;
  if (purpose.kind === 'lead') return `Lead ${purpose.key}`;
  return purpose.kind === 'oversight' ? `Oversight ${purpose.key}` : `Desk ${purpose.key}`;
}

function Working({ purpose }: { purpose: Purpose }) {
  const me = useMe().data;
  const others = (me?.purposes ?? []).filter((one) => one.case !== null && one.case === purpose.case).length - 1;
  return (
    <p className={css.working}>
      Working as <strong>{kindWord(purpose)}</strong>
      <span className={css.description}>{purpose.title}</span>
      {purpose.statute && <i aria-hidden />}
      {purpose.statute && <strong>{purpose.statute}</strong>}
      {purpose.authority_title && <span className={css.description}>{purpose.authority_title}</span>}
      {others > 0 && (
        <span className={css.description}>
          +{others} {others === 1 ? 'statute' : 'statutes'}
        </span>
      )}
    </p>
  );
}

/** First landmark on every screen: under which regime, case and statute this tab works. */
export function Banner() {
  const purpose = usePurpose();
  const show = useUi((state) => state.show);
  return (
    <header className={css.banner} aria-label="Working authority">
      <div className={css.word}>
        {purpose && <RegimeGlyph regime={purpose.regime} size={12} />}
        {purpose ? regimeWord(purpose.regime) : 'No purpose'}
      </div>
      {purpose ? <Working purpose={purpose} /> : <p className={css.working}>Nothing can be seen until you say what you work on.</p>}
      <div className={css.bannerEnd}>
        <span className={css.enforced}>
          <Database size={14} aria-hidden />
          Enforced in the database
        </span>
        <Button size="small" onPress={() => show({ kind: 'switch' })} shortcut="Alt+W">
          <Repeat2 size={13} aria-hidden />
          Switch
          <Kbd keys="Alt+W" />
        </Button>
        {purpose?.kind === 'case' && (
          <Button size="small" onPress={() => show({ kind: 'crossing', draft: { items: [] } })} shortcut="Alt+X">
            <ArrowLeftRight size={13} aria-hidden />
            Request crossing
            <Kbd keys="Alt+X" />
          </Button>
        )}
      </div>
    </header>
  );
}
