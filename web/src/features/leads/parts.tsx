import { ClipboardList, FileUp, Inbox, Bell, Send } from 'lucide-react';
import { TabLink, TabLinks } from '@/shared/controls/small';
import type { Place } from './view';
import css from './leads.module.css';

const PLACES: Record<Place, { to: '/leads' | '/leads/referrals' | '/leads/intake' | '/leads/programmes' | '/leads/notices'; word: string; icon: typeof Inbox }> = {
  queue: { to: '/leads', word: 'Queue', icon: Inbox },
  referrals: { to: '/leads/referrals', word: 'Referrals', icon: Send },
  intake: { to: '/leads/intake', word: 'Intake', icon: FileUp },
  programmes: { to: '/leads/programmes', word: 'Programmes', icon: ClipboardList },
  notices: { to: '/leads/notices', word: 'Notices', icon: Bell },
};

export function LeadTabs({ places, at }: { places: readonly Place[]; at: Place }) {
  return (
    <div className={css.tabBar}>
      <TabLinks label="Parts of lead vetting">
        {places.map((place) => {
          const { to, word, icon: Icon } = PLACES[place];
          return (
            <TabLink key={place} to={to} search={{}} activeOptions={{ exact: true }} aria-current={place === at ? 'page' : undefined}>
              <Icon size={13} aria-hidden />
              {word}
            </TabLink>
          );
        })}
      </TabLinks>
    </div>
  );
}
