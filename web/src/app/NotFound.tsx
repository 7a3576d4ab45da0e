import { ButtonLink } from '@/shared/controls/Button';
import { Sheet } from '@/shared/frame/Page';
import { Empty } from '@/shared/states/states';

export function NotFound() {
  return (
    <Sheet>
      <Empty
        title="There is no such page"
        actions={
          <ButtonLink to="/start" look="primary">
            Start
          </ButtonLink>
        }>
        The address may be from another version.
      </Empty>
    </Sheet>
  );
}
