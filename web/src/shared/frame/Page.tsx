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

/** What a node says, as far as its own words go: enough to know that a state has changed. */
function wordsOf(node: ReactNode): string {
  return isValidElement<{ children?: ReactNode }>(node) ? String(node.props.children ?? '') : String(node ?? '');
}

export function Page({ title, crumbs, extra, children, panes }: Props) {
  useEffect(() => {
    useHeading.setState({ title, crumbs: crumbs ?? [], extra: extra ?? null });
    // Nodes are made anew at each render; the words are what changes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [title, crumbs?.map((one) => one.text).join('/'), wordsOf(extra)]);
  return <div className={panes ? css.panes : css.padded} {...(panes ? {} : { tabIndex: 0, role: 'region', 'aria-label': title })}>{children}</div>;
}

/** A centred sheet without the shell: signing in, setting up. */
export function Sheet({ children }: { children: ReactNode }) {
  return <main className={css.sheet}><div className={css.sheetCard}>{children}</div></main>;
}
