import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { KeyRound, LogOut, Moon, Search, ShieldCheck, Sun, UserRound } from 'lucide-react';
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { forgetShown } from '@/api/acts';
import { remove } from '@/api/http';
import { useMe, usePurpose } from '@/api/queries';
import controls from '@/shared/controls/controls.module.css';
import { Button } from '@/shared/controls/Button';
import { Kbd } from '@/shared/controls/Kbd';
import { Avatar } from '@/shared/controls/small';
import { useCrumbs } from '@/shared/frame/Page';
import { forgetBack } from '@/state/back';
import { forgetKept } from '@/state/kept';
import { forgetSearches } from '@/state/searches';
import { useCharts } from '@/state/chart';
import { useReceipts } from '@/state/receipts';
import { useShownTheme, useTheme } from '@/state/theme';
import { useUi } from '@/state/ui';
import { useWorking } from '@/state/working';
import { Notices } from './Notices';
import css from './shell.module.css';

function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await remove('/session').catch(() => undefined);
    useWorking.getState().leave();
    useReceipts.getState().clear();
    useCharts.getState().forget();
    client.clear();
    forgetShown();
    await navigate({ to: '/signin' });
    // Whoever signs out means to leave: the next one begins anew.
    forgetBack();
    forgetKept();
    forgetSearches();
  };
}

function UserMenu() {
  const me = useMe().data;
  const purpose = usePurpose();
  const signOut = useSignOut();
  const navigate = useNavigate();
  if (!me) return null;
  const role = purpose?.role ?? me.roles[0]?.role ?? 'no role';
  return (
    <MenuTrigger>
      <AriaButton className={css.user!}>
        <span aria-hidden>
          <Avatar name={me.title} />
        </span>
        <span>
          <strong>{me.title}</strong>
          <small>{role.charAt(0).toUpperCase() + role.slice(1)}</small>
          <span className="sr">account menu</span>
        </span>
      </AriaButton>
      <Popover className={controls.popover!} placement="bottom end">
        <Menu
          onAction={(key) => {
            if (key === 'out') void signOut();
            if (key === 'security') void navigate({ to: '/security' });
            if (key === 'password') void navigate({ to: '/password' });
          }}>
          <MenuItem id="me" className={controls.option!} isDisabled>
            <UserRound size={14} aria-hidden />
            {me.account}
          </MenuItem>
          <MenuItem id="security" className={controls.option!}>
            <ShieldCheck size={14} aria-hidden />
            My security
          </MenuItem>
          <MenuItem id="password" className={controls.option!}>
            <KeyRound size={14} aria-hidden />
            Change the password
          </MenuItem>
          <MenuItem id="out" className={controls.option!}>
            <LogOut size={14} aria-hidden />
            Sign out
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

export function TopBar() {
  const { crumbs, title, extra } = useCrumbs();
  const theme = useShownTheme();
  const toggle = useTheme((state) => state.toggle);
  const show = useUi((state) => state.show);
  return (
    <div className={css.top}>
      <div className={css.crumbs}>
        {crumbs.length > 0 && (
          <nav aria-label="Breadcrumb">
            <ol>
              {crumbs.map((one) => (
                <li key={one.text}>
                  {one.node}
                  <span aria-hidden>/</span>
                </li>
              ))}
            </ol>
          </nav>
        )}
        <h1>{title}</h1>
        {extra}
      </div>
      <button type="button" className={css.find} onClick={() => show({ kind: 'palette' })} aria-keyshortcuts="Control+K Meta+K">
        <Search size={15} aria-hidden />
        <span>Search, jump or run a command</span>
        <Kbd keys="Mod+K" />
      </button>
      <Button look="quiet" icon label={theme === 'dark' ? 'Use the light theme' : 'Use the dark theme'} onPress={toggle}>
        {theme === 'dark' ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />}
      </Button>
      <Notices />
      <UserMenu />
    </div>
  );
}
