import { Keyboard } from 'lucide-react';
import { Checkbox } from '@/shared/controls/fields';
import { Dialog } from '@/shared/controls/Dialog';
import { Kbd } from '@/shared/controls/Kbd';
import { KEYS } from '@/state/keys';
import { useUi } from '@/state/ui';
import css from './shell.module.css';

export function Help() {
  const { open, close, letterKeys, setLetterKeys } = useUi();
  const groups = [...new Set(KEYS.map((one) => one.group))];
  return (
    <Dialog title="Keyboard" icon={<Keyboard size={18} aria-hidden />} open={open.kind === 'help'} onClose={close} size="middle">
      <div className={css.help}>
        {groups.map((group) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <ul>
              {KEYS.filter((one) => one.group === group).map((one) => (
                <li key={one.keys}>
                  <span>
                    {one.keys.split(' ').map((key) => (
                      <Kbd key={key} keys={key} />
                    ))}
                    <span className="sr">{one.keys}</span>
                  </span>
                  <span>{one.does}</span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <Checkbox checked={letterKeys} onChange={setLetterKeys}>
        Single letter keys are on
      </Checkbox>
    </Dialog>
  );
}
