import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { get, post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useScope } from '@/api/queries';
import type { Page as Listing, SavedWorkspace, WorkspaceLine } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { TextField } from '@/shared/controls/fields';
import { DataTable } from '@/shared/data/data';
import { useParts } from '@/shared/data/useParts';
import { Empty, ErrorPanel, Skeleton, Status } from '@/shared/states/states';
import { moment, plural } from '@/state/words';
import css from './workspace.module.css';

interface Props {
  /** What is in the chart now. */
  ids: readonly string[];
  onOpen: (saved: SavedWorkspace) => void;
  onClose: () => void;
}

function useSaved(onOpen: Props['onOpen']) {
  const client = useQueryClient();
  const scope = useScope();
  const key = [...scope, 'workspaces'];
  const { answer: list, pages } = useParts<Listing<WorkspaceLine>>(['workspaces'], '/workspaces');
  const changed = () => client.invalidateQueries({ queryKey: key });
  const save = useMutation({ mutationFn: (body: { title: string; ids: readonly string[] }) => post<WorkspaceLine>('/workspaces', body), onSuccess: changed });
  const share = useMutation({
    mutationFn: (one: WorkspaceLine) => post<WorkspaceLine>(`/workspaces/${one.workspace}/share`, { act: one.state === 'shared' ? 'unshare' : 'share' }),
    onSuccess: changed,
  });
  const open = useMutation({ mutationFn: (one: WorkspaceLine) => get<SavedWorkspace>(`/workspaces/${one.workspace}`), onSuccess: onOpen });
  return { list, pages, save, share, open };
}

/** One's own workspaces under this purpose and those shared with the case: ids only, and each reader sees of them what they may. */
export function SavedDialog({ ids, onOpen, onClose }: Props) {
  const [title, setTitle] = useState('');
  const { list, pages, save, share, open } = useSaved(onOpen);
  const problem = list.error ?? save.error ?? share.error ?? open.error;
  const waits = title.trim() === '' || ids.length === 0;
  const rows = list.data?.items ?? [];
  return (
    <Dialog
      title="Saved workspaces"
      icon={<FolderOpen size={18} aria-hidden />}
      open
      onClose={onClose}
      size="wide"
      note="Ids alone are kept. A shared one shows each reader what their purpose may see.">
      <form
        className={css.save}
        onSubmit={(event) => {
          event.preventDefault();
          if (!waits) save.mutate({ title: title.trim(), ids }, { onSuccess: () => setTitle('') });
        }}>
        <TextField label="Save this chart as" note={plural(ids.length, 'entity', 'entities')} value={title} onChange={setTitle} />
        <Button type="submit" look="primary" size="form" blocked={waits} pending={save.isPending}>
          Save
        </Button>
      </form>
      {list.isPending && <Skeleton rows={3} />}
      {problem && <ErrorPanel problem={asProblem(problem)} />}
      {list.data && rows.length === 0 && <Empty title="None saved yet">A saved chart is private until you share it with the case.</Empty>}
      {rows.length > 0 && (
        <DataTable<WorkspaceLine>
          label="Saved workspaces"
          rows={rows}
          rowKey={(one) => one.workspace}
          columns={[
            { id: 'title', head: 'Title', cell: (one) => <b>{one.title}</b> },
            {
              id: 'state',
              head: 'State',
              tight: true,
              cell: (one) => (
                <Status kind={one.state === 'shared' ? 'done' : 'plain'} bare>
                  {one.state === 'shared' ? 'shared with the case' : 'private'}
                </Status>
              ),
            },
            { id: 'whose', head: 'Made by', tight: true, cell: (one) => (one.mine ? 'you' : 'a colleague') },
            { id: 'changed', head: 'Changed', num: true, tight: true, cell: (one) => moment(one.changed) },
            {
              id: 'do',
              head: 'Do',
              tight: true,
              cell: (one) => (
                <span className={css.rowActs}>
                  <Button size="small" label={`Open ${one.title}`} pending={open.isPending} onPress={() => open.mutate(one)}>
                    Open
                  </Button>
                  {one.mine && (
                    <Button size="small" look="quiet" label={`${one.state === 'shared' ? 'Take back' : 'Share'} ${one.title}`} pending={share.isPending} onPress={() => share.mutate(one)}>
                      {one.state === 'shared' ? 'Take back' : 'Share'}
                    </Button>
                  )}
                </span>
              ),
            },
          ]}
        />
      )}
      {pages}
    </Dialog>
  );
}
