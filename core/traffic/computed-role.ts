import type { Traffic } from '../../schema/manifest.ts';
import { kindOf, LAYER_KINDS, LAYER_ORDER, type LayerRole } from './layer-kinds.ts';
import { defaultRelease, isKilled, releasesAnswering, releasesOf } from './layers.ts';

/** What a release, and so a model version, does in one deployment: computed from traffic, never stored. */
export const COMPUTED_ROLES = [
  ...LAYER_ORDER.flatMap((kind) => LAYER_KINDS[kind].role ?? []),
  'KILLED',
  'SUPERSEDED',
  'STAGED',
] as const;
export type ComputedRole = (typeof COMPUTED_ROLES)[number];

/** Where one release stands in several layers, what answers most people is what it is called. */
const FIRST = ['EVERYBODY', 'NOBODY', 'TESTERS'];

/** The role of one release, from the traffic now and from what ever had traffic before. */
export function roleOf(release: string, traffic: Traffic, everServed: ReadonlySet<string>): ComputedRole {
  if (isKilled(traffic) && releasesAnswering(traffic).includes(release)) return 'KILLED';
  if (defaultRelease(traffic) === release) return 'LIVE';
  const roles = traffic
    .filter((layer) => releasesOf(layer).includes(release))
    .map(kindOf)
    .toSorted((a, b) => FIRST.indexOf(a.answers) - FIRST.indexOf(b.answers));
  const [first] = roles;
  return (first?.role as LayerRole | undefined) ?? (everServed.has(release) ? 'SUPERSEDED' : 'STAGED');
}
