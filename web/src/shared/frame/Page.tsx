import { isValidElement, useEffect, type ReactNode } from 'react';
import { create } from 'zustand';
import css from './frame.module.css';

interface Crumb {
  text: string;
  node: ReactNode;
}

interface Heading {
  title: string;
  crumbs: Crumb[];
  extra: ReactNode;
}

/** The heading of the page in view: the top bar draws it, the tab's title repeats it. */
const useHeading = create<Heading>()(() => ({ title: '', crumbs: [], extra: null }));

export function useCrumbs(): Heading {
  return useHeading();
}

export function usePageTitle(): string {
  return useHeading((state) => state.title);
}

interface Props {
  title: string;
  crumbs?: Crumb[];
  extra?: ReactNode;
  children: ReactNode;
  /** Panes fill the height and scroll by themselves; a padded page scrolls as a whole. */
  panes?: boolean;
}

/** What a node says, as far as its own words go, and its parts' names for them: enough to know that a state has changed. */
export function wordsOf(node: ReactNode): string {
  if (Array.isArray(node)) return node.map((one: ReactNode) => wordsOf(one)).join(' ');
  if (!isValidElement<Record<string, unknown>>(node)) return typeof node === 'string' || typeof node === 'number' ? String(node) : '';
  const { children, ...props } = node.props;
  return [...Object.values(props).filter((one) => typeof one === 'string' || typeof one === 'number'), wordsOf(children as ReactNode)].join(' ');
}

export function Page({ title, crumbs, extra, children, panes }: Props) {
  useEffect(() => {
    useHeading.setState({ title, crumbs: crumbs ?? [], extra: extra ?? null });
    // Nodes are made anew at each render; the words are what changes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [title, crumbs?.map((one) => one.text).join('/'), wordsOf(extra)]);
  return (
    <div className={panes ? css.panes : css.padded} {...(panes ? {} : { tabIndex: 0, role: 'region', 'aria-label': title })}>
      {children}
    </div>
  );
}

/** A centred sheet without the shell: signing in, setting up. */
export function Sheet({ children }: { children: ReactNode }) {
  return (
    <main className={css.sheet}>
      <div className={css.sheetCard}>{children}</div>
    </main>
  );
}
