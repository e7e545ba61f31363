import type { Hono } from 'hono';
import { testKeys } from './keys.ts';

/** What Prometheus would scrape. */
export async function scrape({ app }: { readonly app: Pick<Hono<any>, 'request'> }): Promise<string> {
  const answer = await app.request('/metrics', {
    headers: { authorization: `Bearer ${testKeys.with('metrics:read')}` },
  });
  if (answer.status !== 200) throw new Error(`/metrics answered ${answer.status}`);
  return answer.text();
}

/** The samples of one metric: labels, without the service, → value. */
export function samplesIn(text: string, name: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
  return Object.fromEntries(
    lines.map((line) => {
      const [, labels = '', value = ''] = /\{(.*)\} (\S+)$/.exec(line) ?? [];
      return [labels.replace(/,?service="\w+"/, '').replace(/^,/, ''), Number(value)];
    }),
  );
}

/** Our own metrics that do not keep to Prometheus' conventions: counters end in `_total`, and nothing else does. */
export const misnamedIn = (text: string): string[] =>
  [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
    .filter(
      ([, name = '', type]) => !/^(process|nodejs)_/.test(name) && name.endsWith('_total') !== (type === 'counter'),
    )
    .map(([line]) => line);
