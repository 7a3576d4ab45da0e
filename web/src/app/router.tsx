import { createRootRoute, createRoute, createRouter, Navigate, Outlet } from '@tanstack/react-router';
import { lazy, Suspense, type ReactNode } from 'react';
import { AccessPage } from '@/features/access/AccessPage';
import { EnrolPage } from '@/features/access/Enrol';
import { SecurityPage } from '@/features/access/SecurityPage';
import { AdminPage } from '@/features/admin/AdminPage';
import { BulkList, BulkPage } from '@/features/bulk/pages';
import { CaseList } from '@/features/cases/CaseList';
import { CasePage } from '@/features/cases/CasePage';
import { NewCase } from '@/features/cases/NewCase';
import { readTab } from '@/features/cases/view';
import { CrossingList, CrossingPage } from '@/features/crossings/pages';
import { DisclosureList, DisclosurePage } from '@/features/disclosures/pages';
import { EntityPage } from '@/features/entity/EntityPage';
import { FeedPage, FeedsPage } from '@/features/feeds/FeedsPage';
import { InboxPage } from '@/features/inbox/InboxPage';
import { IntakePage, LeadNoticesPage, ProgrammesPage } from '@/features/leads/pages';
import { LeadsPage } from '@/features/leads/LeadsPage';
import { ReferralList, ReferralPage } from '@/features/leads/Referrals';
import { readLeads } from '@/features/leads/view';
import { EntryPage, LinePage } from '@/features/line/LinePage';
import { NewOperation } from '@/features/operations/NewOperation';
import { OperationList, OperationPage } from '@/features/operations/pages';
import { TablesPage } from '@/features/operations/Tables';
import { PurposeGate, StartPage } from '@/features/purpose/pages';
import { ProposalsPage } from '@/features/proposals/ProposalsPage';
import { RestrictionsPage } from '@/features/restrictions/RestrictionsPage';
import { RetentionPage } from '@/features/retention/RetentionPage';
import { RulebookPage } from '@/features/rulebook/RulebookPage';
import { PointerPage } from '@/features/search/PointerPage';
import { SearchPage } from '@/features/search/SearchPage';
import { readSearch } from '@/features/search/view';
import { parseSearch } from '@/state/address';
import { readAddress } from '@/state/pointers';
import { Password } from '@/features/session/Password';
import { ProviderReturn } from '@/features/session/ProviderReturn';
import { Setup } from '@/features/session/Setup';
import { SignIn } from '@/features/session/SignIn';
import { Skeleton } from '@/shared/states/states';
import { WatchesPage } from '@/features/watches/WatchesPage';
import { WarehousePage } from '@/features/warehouse/WarehousePage';
import { NotFound } from './NotFound';
import { Shell } from './Shell';

/** WebGL and its layout are a third of the code and needed on one screen: they load with it. */
const WorkspacePage = lazy(async () => ({ default: (await import('@/features/workspace/WorkspacePage')).WorkspacePage }));

function gated(title: string, page: ReactNode, needs: 'purpose' | 'content') {
  return function Gated() {
    return (
      <PurposeGate title={title} content={needs === 'content'}>
        {page}
      </PurposeGate>
    );
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: unknown): string[] | undefined {
  const list = Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
  return list.length > 0 ? list : undefined;
}

/** Ids and dates only: whoever opens the address sees what of it he may see. */
function readWorkspace(raw: Record<string, unknown>): {
  ids?: string[] | undefined;
  from?: string | undefined;
  to?: string | undefined;
  places?: string[] | undefined;
  only?: string[] | undefined;
  w?: string | undefined;
} {
  return { ids: texts(raw['ids']), from: text(raw['from']), to: text(raw['to']), places: texts(raw['places']), only: texts(raw['only']), w: text(raw['w']) };
}

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });
const signIn = createRoute({ getParentRoute: () => root, path: '/signin', component: SignIn });
const providerReturn = createRoute({ getParentRoute: () => root, path: '/signin/provider', component: ProviderReturn });
const setup = createRoute({ getParentRoute: () => root, path: '/setup', component: Setup });
const password = createRoute({ getParentRoute: () => root, path: '/password', component: Password });
const enrol = createRoute({ getParentRoute: () => root, path: '/enrol', component: EnrolPage });
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });
const home = createRoute({ getParentRoute: () => shell, path: '/', component: () => <Navigate to="/start" replace /> });
const start = createRoute({ getParentRoute: () => shell, path: '/start', component: () => <StartPage /> });
const search = createRoute({ getParentRoute: () => shell, path: '/search', validateSearch: readSearch, component: gated('Search', <SearchPage />, 'content') });
const entity = createRoute({ getParentRoute: () => shell, path: '/r/$id', component: gated('Record', <EntityPage />, 'content') });
const pointer = createRoute({ getParentRoute: () => shell, path: '/p', validateSearch: readAddress, component: gated('Record pointer', <PointerPage />, 'content') });
const workspace = createRoute({
  getParentRoute: () => shell,
  path: '/w',
  validateSearch: readWorkspace,
  component: gated(
    'Workspace',
    <Suspense fallback={<Skeleton />}>
      <WorkspacePage />
    </Suspense>,
    'content',
  ),
});
const watches = createRoute({ getParentRoute: () => shell, path: '/watches', component: gated('Watches', <WatchesPage />, 'content') });
const bulk = createRoute({ getParentRoute: () => shell, path: '/bulk', component: gated('Bulk runs', <BulkList />, 'purpose') });
const oneBulk = createRoute({ getParentRoute: () => shell, path: '/bulk/$n', component: gated('Bulk run', <BulkPage />, 'purpose') });
const cases = createRoute({ getParentRoute: () => shell, path: '/cases', component: gated('Cases', <CaseList />, 'purpose') });
const newCase = createRoute({ getParentRoute: () => shell, path: '/cases/new', component: gated('New case', <NewCase />, 'purpose') });
const oneCase = createRoute({ getParentRoute: () => shell, path: '/case/$no', validateSearch: readTab, component: gated('Case', <CasePage />, 'purpose') });
const leads = createRoute({ getParentRoute: () => shell, path: '/leads', validateSearch: readLeads, component: gated('Lead vetting', <LeadsPage />, 'purpose') });
const lead = createRoute({ getParentRoute: () => shell, path: '/lead/$n', validateSearch: readLeads, component: gated('Lead', <LeadsPage />, 'purpose') });
const intake = createRoute({ getParentRoute: () => shell, path: '/leads/intake', component: gated('Intake', <IntakePage />, 'purpose') });
const programmes = createRoute({ getParentRoute: () => shell, path: '/leads/programmes', component: gated('Lead programmes', <ProgrammesPage />, 'purpose') });
const leadNotices = createRoute({ getParentRoute: () => shell, path: '/leads/notices', component: gated('Notices on leads', <LeadNoticesPage />, 'purpose') });
const referrals = createRoute({ getParentRoute: () => shell, path: '/leads/referrals', component: gated('Referrals', <ReferralList />, 'purpose') });
const referral = createRoute({ getParentRoute: () => shell, path: '/referral/$n', component: gated('Referral', <ReferralPage />, 'purpose') });
const crossings = createRoute({ getParentRoute: () => shell, path: '/crossings', component: gated('Crossings', <CrossingList />, 'purpose') });
const crossing = createRoute({ getParentRoute: () => shell, path: '/crossing/$n', component: gated('Crossing', <CrossingPage />, 'purpose') });
const disclosures = createRoute({ getParentRoute: () => shell, path: '/disclosures', component: gated('Disclosures', <DisclosureList />, 'purpose') });
const disclosure = createRoute({ getParentRoute: () => shell, path: '/disclosure/$n', component: gated('Disclosure', <DisclosurePage />, 'purpose') });
const operations = createRoute({ getParentRoute: () => shell, path: '/operations', component: gated('Operations', <OperationList />, 'purpose') });
const newOperation = createRoute({ getParentRoute: () => shell, path: '/operations/new', component: gated('Plan an operation', <NewOperation />, 'purpose') });
const tables = createRoute({ getParentRoute: () => shell, path: '/operations/tables', component: gated('Published tables', <TablesPage />, 'purpose') });
const operation = createRoute({ getParentRoute: () => shell, path: '/operation/$no', component: gated('Operation', <OperationPage />, 'purpose') });
const line = createRoute({ getParentRoute: () => shell, path: '/line', component: LinePage });
const entry = createRoute({ getParentRoute: () => shell, path: '/line/$entry', component: gated('Entry', <EntryPage />, 'purpose') });
const retention = createRoute({ getParentRoute: () => shell, path: '/retention', component: gated('Time limits', <RetentionPage />, 'purpose') });
const restrictions = createRoute({
  getParentRoute: () => shell,
  path: '/restrictions',
  validateSearch: (raw: Record<string, unknown>) => ({ about: text(raw['about']) }),
  component: gated('Restrictions', <RestrictionsPage />, 'purpose'),
});
const proposals = createRoute({ getParentRoute: () => shell, path: '/proposals', component: gated('Proposals', <ProposalsPage />, 'purpose') });
const inbox = createRoute({ getParentRoute: () => shell, path: '/inbox', component: InboxPage });
const rulebook = createRoute({ getParentRoute: () => shell, path: '/rulebook', component: gated('Rulebook', <RulebookPage />, 'purpose') });
const feeds = createRoute({ getParentRoute: () => shell, path: '/feeds', component: gated('Feeds', <FeedsPage />, 'purpose') });
const feed = createRoute({ getParentRoute: () => shell, path: '/feeds/$name', component: gated('Feed', <FeedPage />, 'purpose') });
const warehouse = createRoute({ getParentRoute: () => shell, path: '/warehouse', component: gated('Warehouse', <WarehousePage />, 'purpose') });
const access = createRoute({
  getParentRoute: () => shell,
  path: '/access',
  validateSearch: (raw: Record<string, unknown>) => ({ tab: text(raw['tab']) }),
  component: gated('Access', <AccessPage />, 'purpose'),
});
const security = createRoute({ getParentRoute: () => shell, path: '/security', component: SecurityPage });
const admin = createRoute({ getParentRoute: () => shell, path: '/admin', component: gated('Admin', <AdminPage />, 'purpose') });

const tree = root.addChildren([
  signIn,
  providerReturn,
  setup,
  password,
  enrol,
  shell.addChildren([
    home,
    start,
    search,
    entity,
    pointer,
    workspace,
    watches,
    bulk,
    oneBulk,
    cases,
    newCase,
    oneCase,
    leads,
    lead,
    intake,
    programmes,
    leadNotices,
    referrals,
    referral,
    crossings,
    crossing,
    disclosures,
    disclosure,
    operations,
    newOperation,
    tables,
    operation,
    line,
    entry,
    retention,
    restrictions,
    inbox,
    proposals,
    rulebook,
    feeds,
    feed,
    warehouse,
    access,
    security,
    admin,
  ]),
]);

export const router = createRouter({ routeTree: tree, defaultPreload: false, parseSearch });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
