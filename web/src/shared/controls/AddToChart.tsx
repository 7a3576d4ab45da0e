import { Plus } from 'lucide-react';
import { usePurpose } from '@/api/queries';
import { useToasts } from '@/shared/states/toasts';
import { useCharts } from '@/state/chart';
import { Button } from './Button';

/** Lays one entity beside what lies on the chart of this work already. */
export function AddToChart({ id, caption, small = false }: { id: string; caption: string; small?: boolean }) {
  const purpose = usePurpose()?.key;
  const add = useCharts((state) => state.add);
  const toast = useToasts((state) => state.show);
  const press = () => {
    if (!purpose) return;
    add(purpose, [id]);
    toast(`${caption} added to the chart`);
  };
  return (
    <Button {...(small ? { size: 'small' as const } : {})} onPress={press}>
      <Plus size={14} aria-hidden />
      Add to chart
    </Button>
  );
}
