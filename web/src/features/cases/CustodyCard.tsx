import { Card } from '@/shared/data/data';
import { Status } from '@/shared/states/states';
import { plural } from '@/state/words';
import { Handling } from './EvidenceCard';
import { useCustody } from './work';
import css from './work.module.css';

/** What one has in hand or is offered, whatever has become of its case; nothing of the case but its number. */
export function CustodyCard() {
  const { data } = useCustody();
  const items = data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card title="In custody" note={plural(data?.total ?? items.length, 'item')}>
      <ul>
        {items.map((item) => (
          <li className={css.evidence} key={`${item.case} ${item.item}`}>
            <details>
              <summary>
                <code>{item.case}</code>
                <code>{item.item}</code>
                <strong>{item.title}</strong>
                <span>
                  {item.offered_to ? (
                    <Status kind="waiting" bare>
                      offered to {item.offered_to_title}
                    </Status>
                  ) : (
                    item.place
                  )}
                </span>
                {item.stranded && (
                  <Status kind="danger" bare>
                    {item.custodian_title} can't sign any more
                  </Status>
                )}
              </summary>
              <Handling number={item.case} item={item} others={null} under={item.case} />
            </details>
          </li>
        ))}
      </ul>
    </Card>
  );
}
