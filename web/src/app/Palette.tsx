import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ArrowLeftRight, FileUp, FolderPlus, Inbox, Moon, Repeat2, Search, Star } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Autocomplete, Collection, Dialog, Header, Input, Menu, MenuItem, MenuSection, Modal, ModalOverlay, SearchField } from 'react-aria-components';
import { ask } from '@/api/http';
import { useCases, useMe, usePurpose, useScope } from '@/api/queries';
import type { Suggestion } from '@/api/types';
import controls from '@/shared/controls/controls.module.css';
import { Kbd } from '@/shared/controls/Kbd';
import { RegimeChip } from '@/shared/identity/chips';
import { RegimeGlyph } from '@/shared/identity/RegimeGlyph';
import { SchemaIcon } from '@/shared/identity/SchemaIcon';
import { searchId } from '@/state/searches';
import { useTheme } from '@/state/theme';
import { useUi } from '@/state/ui';
import { schemaWord } from '@/state/words';
import { useWorking } from '@/state/working';
import { placesFor } from './Rail';
import css from './shell.module.css';

interface Item {
  id: string;
  text: string;
  note: ReactNode;
  icon: ReactNode;
  run: () => void;
}

interface Group {
  name: string;
  items: Item[];
}

function useSuggestions(words: string): Suggestion[] {
  const scope = useScope();
  const { data } = useQuery({
    queryKey: [...scope, 'suggest', words],
    queryFn: () => ask<{ items: Suggestion[] }>('/suggest', { q: words }),
    enabled: words.length > 2 && scope[2] !== 'none',
    retry: false,
  });
  return data?.items ?? [];
}

function useGroups(words: string): Group[] {
  const navigate = useNavigate();
  const show = useUi((state) => state.show);
  const toggle = useTheme((state) => state.toggle);
  const purpose = usePurpose();
  const suggestions = useSuggestions(words);
  const cases = useCases().data?.items ?? [];
  const roles = useMe().data?.roles.map((one) => one.role) ?? [];
  const fits = (text: string) => text.toLowerCase().includes(words.toLowerCase());
  const found: Item[] = suggestions
    .slice(0, 6)
    .map((one) => ({ id: one.id, text: one.caption, note: schemaWord(one.schema), icon: <SchemaIcon schema={one.schema} />, run: () => void navigate({ to: '/r/$id', params: { id: one.id } }) }));
  const numbers: Item[] = cases
    .filter((one) => fits(`${one.number} ${one.title}`))
    .slice(0, 5)
    .map((one) => ({
      id: one.number,
      text: `${one.number} ${one.title}`,
      note: 'Case',
      icon: one.regime && <RegimeGlyph regime={one.regime} />,
      run: () => void navigate({ to: '/case/$no', params: { no: one.number } }),
    }));
  const places: Item[] = placesFor(roles).map((place) => ({ id: place.to, text: place.word, note: 'Place', icon: <place.icon size={15} aria-hidden />, run: () => void navigate({ to: place.to }) }));
  const named = /^([LR])-\d{4}-\d{4,8}$/i.exec(words);
  const leads: Item[] = named
    ? [
        {
          id: 'lead',
          text: `${named[1]?.toUpperCase() === 'L' ? 'Lead' : 'Referral'} ${words.toUpperCase()}`,
          note: 'Open',
          icon: <Inbox size={15} aria-hidden />,
          run: () =>
            void (named[1]?.toUpperCase() === 'L'
              ? navigate({ to: '/lead/$n', params: { n: words.toUpperCase() }, search: {} })
              : navigate({ to: '/referral/$n', params: { n: words.toUpperCase() } })),
        },
      ]
    : [];
  const acts: Item[] = [
    { id: 'switch', text: 'Switch case or desk', note: <Kbd keys="Alt+W" />, icon: <Repeat2 size={15} aria-hidden />, run: () => show({ kind: 'switch' }) },
    { id: 'new-case', text: 'Open a new case', note: null, icon: <FolderPlus size={15} aria-hidden />, run: () => void navigate({ to: '/cases/new' }) },
    { id: 'theme', text: 'Light or dark theme', note: null, icon: <Moon size={15} aria-hidden />, run: toggle },
  ];
  if (purpose?.kind === 'case')
    acts.unshift({
      id: 'crossing',
      text: 'Request a crossing',
      note: <Kbd keys="Alt+X" />,
      icon: <ArrowLeftRight size={15} aria-hidden />,
      run: () => show({ kind: 'crossing', draft: { items: [] } }),
    });
  if (purpose && ['case', 'lead'].includes(purpose.kind))
    acts.push({ id: 'watches', text: 'Watches: saved searches', note: null, icon: <Star size={15} aria-hidden />, run: () => void navigate({ to: '/watches' }) });
  if (roles.includes('vetter')) {
    acts.push({ id: 'intake', text: 'Take in a file of leads', note: null, icon: <FileUp size={15} aria-hidden />, run: () => void navigate({ to: '/leads/intake' }) });
    acts.push({ id: 'referrals', text: 'Referrals of leads', note: null, icon: <Inbox size={15} aria-hidden />, run: () => void navigate({ to: '/leads/referrals' }) });
  }
  const search: Item[] = words
    ? [
        {
          id: 'search',
          text: `Search “${words}”`,
          note: <Kbd keys="Enter" />,
          icon: <Search size={15} aria-hidden />,
          run: () => void navigate({ to: '/search', search: { s: searchId(useWorking.getState().inquiry?.id, { q: words }) } }),
        },
      ]
    : [];
  return [
    { name: 'Search', items: search },
    { name: 'Found', items: found },
    { name: 'Go to', items: [...leads, ...numbers, ...places.filter((one) => fits(one.text))] },
    { name: 'Do', items: acts.filter((one) => fits(one.text)) },
  ].filter((group) => group.items.length > 0);
}

function PaletteBody() {
  const [words, setWords] = useState('');
  const close = useUi((state) => state.close);
  const purpose = usePurpose();
  const groups = useGroups(words.trim());
  const all = groups.flatMap((group) => group.items);
  const run = (id: string) => {
    close();
    all.find((one) => one.id === id)?.run();
  };
  return (
    <div className={css.palette}>
      <Autocomplete inputValue={words} onInputChange={setWords}>
        <SearchField aria-label="Search, jump or run a command" autoFocus className={css.paletteInput!}>
          <Search size={17} aria-hidden />
          <Input placeholder="Search, jump or run a command" />
          {purpose && <RegimeChip regime={purpose.regime} text={purpose.case ?? purpose.key} />}
        </SearchField>
        <Menu
          aria-label="What you can do"
          className={css.paletteList!}
          items={groups}
          onAction={(key) => run(String(key))}
          renderEmptyState={() => <p className={css.paletteNone}>Nothing has that name. Enter searches for it.</p>}>
          {(group) => (
            <MenuSection id={group.name}>
              <Header className={css.paletteGroup!}>{group.name}</Header>
              <Collection items={group.items}>
                {(item) => (
                  <MenuItem id={item.id} textValue={item.text} className={css.paletteItem!}>
                    {item.icon}
                    <span>{item.text}</span>
                    <small>{item.note}</small>
                  </MenuItem>
                )}
              </Collection>
            </MenuSection>
          )}
        </Menu>
      </Autocomplete>
    </div>
  );
}

export function Palette() {
  const open = useUi((state) => state.open.kind === 'palette');
  const close = useUi((state) => state.close);
  const key = useWorking((state) => state.purpose);
  return (
    <ModalOverlay
      className={controls.scrim!}
      isOpen={open}
      onOpenChange={(next) => {
        if (!next) close();
      }}
      isDismissable>
      <Modal className={controls.modal!} data-size="middle">
        <Dialog className={controls.dialog!} aria-label="Search, jump or run a command">
          <PaletteBody key={key} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
