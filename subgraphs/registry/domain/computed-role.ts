import type { Traffic } from '../../../schema/manifest.ts';

/** What a release, and so a model version, does in one deployment: computed from traffic, never stored. */
export const COMPUTED_ROLES = [
  'LIVE',
  'CANARY',
  'VARIANT',
  'HOLDOUT',
  'SHADOW',
  'TESTED',
  'KILLED',
  'SUPERSEDED',
  'STAGED',
] as const;
export type ComputedRole = (typeof COMPUTED_ROLES)[number];

/** Every release that a deployment's nodes must be able to run, in the order of the layers. */
export function releasesIn(traffic: Traffic): readonly string[] {
  const found = traffic.flatMap((layer): readonly string[] => {
    if (layer.kind === 'VARIANT') return Object.values(layer.releases);
    if (layer.kind === 'ALLOCATION') return layer.arms.map(({ release }) => release);
    if (layer.kind === 'FORCED') return layer.releases;
    return layer.kind === 'KILL' ? [] : [layer.release];
  });
  return [...new Set(found)];
}

/** Those of them that can answer whoever asks: a shadow cannot, and what is open to testers only does not. */
export const releasesAnswering = (traffic: Traffic): readonly string[] =>
  releasesIn(traffic.filter(({ kind }) => kind !== 'SHADOW' && kind !== 'FORCED'));

export const defaultRelease = (traffic: Traffic): string | undefined =>
  traffic.find((layer) => layer.kind === 'DEFAULT')?.release;

export const isKilled = (traffic: Traffic): boolean => traffic.some(({ kind }) => kind === 'KILL');

/** The role of one release, from the traffic now and from what ever had traffic before. */
export function roleOf(release: string, traffic: Traffic, everServed: ReadonlySet<string>): ComputedRole {
  if (releasesAnswering(traffic).includes(release) && isKilled(traffic)) return 'KILLED';
  if (defaultRelease(traffic) === release) return 'LIVE';
  for (const layer of traffic) {
    if (layer.kind === 'ALLOCATION' && layer.arms.some((arm) => arm.release === release)) return 'CANARY';
    if (layer.kind === 'VARIANT' && Object.values(layer.releases).includes(release)) return 'VARIANT';
    if (layer.kind === 'HOLDOUT' && layer.release === release) return 'HOLDOUT';
    if (layer.kind === 'SHADOW' && layer.release === release) return 'SHADOW';
  }
  if (traffic.some((layer) => layer.kind === 'FORCED' && layer.releases.includes(release))) return 'TESTED';
  return everServed.has(release) ? 'SUPERSEDED' : 'STAGED';
}
