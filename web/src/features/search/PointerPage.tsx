import { Link, useSearch } from '@tanstack/react-router';
import { Page } from '@/shared/frame/Page';
import { Withheld } from '@/shared/states/Withheld';
import { pointerAt } from '@/state/pointers';

export function PointerPage() {
  const said = useSearch({ from: '/shell/p' });
  const back = said.r
    ? {
        text: 'Record',
        node: (
          <Link to="/r/$id" params={{ id: said.r }}>
            Record
          </Link>
        ),
      }
    : {
        text: 'Search',
        node: (
          <Link to="/search" search={{ s: said.s }}>
            Search
          </Link>
        ),
      };
  return (
    <Page title="Record pointer" crumbs={[back]} panes>
      <Withheld pointer={pointerAt(said)} {...(said.r ? { id: said.r } : {})} />
    </Page>
  );
}
