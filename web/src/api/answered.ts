import type { QueryClient, QueryKey } from '@tanstack/react-query';

/** What an act answers may be the thing as it stands now: then it is kept, and nobody looks again; tells whether it was. `holds` names what only the whole thing has. */
export async function answered(client: QueryClient, key: QueryKey, answer: unknown, holds: string): Promise<boolean> {
  const whole = typeof answer === 'object' && answer !== null && holds in answer && 'revision' in answer;
  if (whole) client.setQueryData(key, answer);
  else await client.invalidateQueries({ queryKey: key });
  return whole;
}
