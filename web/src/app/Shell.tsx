import { useQueryClient } from '@tanstack/react-query';
import { Navigate, Outlet } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { asProblem, wantsReason } from '@/api/problem';
import { ME, useMe, usePurpose } from '@/api/queries';
import { LinkDialog } from '@/features/cases/LinkDialog';
import { CrossingDialog } from '@/features/crossings/CrossingDialog';
import { SwitchDialog } from '@/features/purpose/pages';
import { usePageTitle } from '@/shared/frame/Page';
import { TheLine } from '@/shared/identity/chips';
import { ErrorPanel } from '@/shared/states/states';
import { Toasts } from '@/shared/states/toasts';
import { keepBack } from '@/state/back';
import { regimeLetter } from '@/state/regime';
import { useWorking } from '@/state/working';
import { Banner } from './Banner';
import { Help } from './Help';
import { LogWarning } from './LogWarning';
import { Palette } from './Palette';
import { Rail } from './Rail';
import { StatusBar } from './StatusBar';
import { TopBar } from './TopBar';
import { useKeys } from './useKeys';
import css from './shell.module.css';

/** The tab says whose work it holds: the regime's letters and the case, before the page. */
function useTabTitle(): void {
  const purpose = usePurpose();
  const page = usePageTitle();
  useEffect(() => {
    const work = purpose ? `${regimeLetter(purpose.regime)} ${purpose.case ?? purpose.key}` : null;
    document.title = [work, page, 'Brightline'].filter(Boolean).join(' · ');
    document.documentElement.dataset['regime'] = purpose?.regime ?? 'none';
  }, [purpose, page]);
}

/** Three answers change the whole screen wherever they come from: "not signed in", "say why first", "it isn't what you have read any more". */
function useServerWord(): void {
  const client = useQueryClient();
  useEffect(() => {
    const heard = (error: unknown) => {
      const problem = asProblem(error);
      if (problem.status === 401) void client.invalidateQueries({ queryKey: ME });
      if (wantsReason(problem)) useWorking.getState().dropInquiry();
      if (problem.code === 'changed') void client.invalidateQueries({ queryKey: ['w'] });
    };
    const offQueries = client.getQueryCache().subscribe((event) => {
      if (event.type === 'updated' && event.action.type === 'error' && event.query.queryKey[0] === 'w') heard(event.action.error);
    });
    const offMutations = client.getMutationCache().subscribe((event) => {
      if (event.type === 'updated' && event.action.type === 'error') heard(event.action.error);
    });
    return () => {
      offQueries();
      offMutations();
    };
  }, [client]);
}

/** Signing in leads back here. Read once and not followed: a part that follows the address would send itself off again and again. */
function SignedOut({ account }: { account: string | null }) {
  useState(() => {
    const { pathname, search, hash } = window.location;
    keepBack(`${pathname}${search}${hash}`, account, window.location.origin);
  });
  return <Navigate to="/signin" />;
}

export function Shell() {
  const me = useMe();
  const purpose = usePurpose();
  useTabTitle();
  useServerWord();
  useKeys();
  const problem = me.error ? asProblem(me.error) : null;
  if (problem?.status === 401) return <SignedOut account={me.data?.account ?? null} />;
  if (me.data?.waits === 'enrol') return <Navigate to="/enrol" />;
  if (me.data?.must_change) return <Navigate to="/password" />;
  return (
    <div className={css.shell}>
      <a href="#content" className={css.skip}>
        Skip to the content
      </a>
      <Banner />
      <div className={css.line}>
        <TheLine regime={purpose?.regime ?? null} />
      </div>
      <Rail />
      <main className={css.main} id="content" tabIndex={-1}>
        <TopBar />
        <LogWarning />
        <div className={css.page} key={purpose?.key ?? 'none'}>
          {problem ? <ErrorPanel problem={problem} onRetry={() => void me.refetch()} /> : <Outlet />}
        </div>
      </main>
      <StatusBar />
      <SwitchDialog />
      <CrossingDialog />
      <LinkDialog />
      <Palette />
      <Help />
      <Toasts />
    </div>
  );
}
