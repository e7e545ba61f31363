import type { Registry } from 'prom-client';

/** What the runtime tells of the process: once for all services in it. */
const OF_THE_PROCESS = /^(process|nodejs)_/;

const nameOf = (family: string): string => /^# (?:HELP|TYPE) (\S+)/.exec(family)?.[1] ?? '';

/** The metrics of several services in one process as one Prometheus text: each family once, with the samples of all. */
export async function metricsText(own: Registry, others: readonly Registry[]): Promise<string> {
  const families = new Map<string, string[]>();
  for (const registry of [own, ...others]) {
    const text = await registry.metrics();
    for (const family of text.split(/\n(?=# HELP )/)) {
      const name = nameOf(family);
      const samples = family.trimEnd();
      const known = families.get(name);
      if (!known) families.set(name, [samples]);
      else if (!OF_THE_PROCESS.test(name)) known.push(samples.replaceAll(/^# .*\n?/gm, ''));
    }
  }
  return `${[...families.values()].map((parts) => parts.filter((part) => part !== '').join('\n')).join('\n\n')}\n`;
}
