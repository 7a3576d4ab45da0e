import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FolderPlus } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { usePurpose, useScope } from '@/api/queries';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Kbd } from '@/shared/controls/Kbd';
import { Segmented, TextField } from '@/shared/controls/fields';
import { SchemaIcon } from '@/shared/identity/SchemaIcon';
import { ErrorPanel, Notice } from '@/shared/states/states';
import { useToasts } from '@/shared/states/toasts';
import { useUi, type LinkItem } from '@/state/ui';
import { plural, schemaWord } from '@/state/words';
import { CATEGORIES, isPerson, type Category } from './view';
import css from './cases.module.css';

interface Added {
  added: unknown[];
  already: string[];
}

function useLink(items: readonly LinkItem[], number: string | null) {
  const client = useQueryClient();
  const scope = useScope();
  const toast = useToasts((state) => state.show);
  const close = useUi((state) => state.close);
  return useMutation({
    mutationFn: (said: { role: Category | null; basis: string | null }) => post<Added>(`/cases/${number}/items`, { ids: items.map((one) => one.id), ...said }),
    onSuccess: async (answer) => {
      await client.invalidateQueries({ queryKey: [...scope, 'case', number] });
      await client.invalidateQueries({ queryKey: [...scope, 'activity', number] });
      const already = answer.already.length > 0 ? `, ${answer.already.length} were there already` : '';
      toast(`${plural(answer.added.length, 'record')} linked to ${number}${already}`);
      close();
    },
  });
}

function LinkForm({ items, number }: { items: readonly LinkItem[]; number: string | null }) {
  const [role, setRole] = useState<Category | 'none'>('none');
  const [basis, setBasis] = useState('');
  const link = useLink(items, number);
  const close = useUi((state) => state.close);
  const people = items.some((one) => isPerson(one.schema));
  const waits = !number || (people && (role === 'none' || basis.trim().length === 0));
  const send = () => {
    if (!waits) link.mutate({ role: people && role !== 'none' ? role : null, basis: basis.trim() || null });
  };
  const problem = link.error ? asProblem(link.error) : null;
  return (
    <Dialog
      title={number ? `Link to case ${number}` : 'Link to case'}
      icon={<FolderPlus size={18} aria-hidden />}
      open
      onClose={close}
      size="middle"
      note={people && waits && number ? 'A person needs a category and its basis.' : undefined}
      foot={
        <>
          <Button onPress={close}>Cancel</Button>
          <Button look="primary" blocked={waits} pending={link.isPending} onPress={send}>
            Link {plural(items.length, 'record')}
            <Kbd keys="Mod+Enter" />
          </Button>
        </>
      }>
      {!number && <Notice title="You work from a desk">Switch to the case that these records belong to, then link them.</Notice>}
      <ul className={css.picked} aria-label="Records to link">
        {items.map((one) => (
          <li key={one.id} className={css.item}>
            <SchemaIcon schema={one.schema} />
            <strong>{one.caption}</strong>
            <small>{schemaWord(one.schema)}</small>
          </li>
        ))}
      </ul>
      {people && <Segmented label="Category of the person" form value={role} onChange={setRole} choices={[...CATEGORIES.map((id) => ({ id, text: id.charAt(0).toUpperCase() + id.slice(1) }))]} />}
      <TextField
        label="Basis"
        note={people ? 'the facts that put the person in this category' : 'why it belongs to the case'}
        rows={3}
        value={basis}
        onChange={setBasis}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
        }}
        error={problem?.field === 'basis' ? problem.detail : null}
      />
      {problem && problem.field !== 'basis' && <ErrorPanel problem={problem} />}
    </Dialog>
  );
}

export function LinkDialog() {
  const open = useUi((state) => state.open);
  const number = usePurpose()?.case ?? null;
  return open.kind === 'link' ? <LinkForm items={open.items} number={number} /> : null;
}
