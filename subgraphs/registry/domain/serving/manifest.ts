import { DomainError } from '../../../../core/errors.ts';
import { cutForDevice, requiredBy } from '../../../../core/traffic/layers.ts';
import {
  MANIFEST_FORMAT,
  type Manifest,
  type ManifestDeployment,
  type ManifestSnapshot,
} from '../../../../schema/manifest.ts';

/** The audience of enrolled nodes: it sees every deployment of its project. */
export const SERVER_AUDIENCE = 'server';

const AUDIENCE = /^[a-z][a-z0-9-]{0,63}$/;

/** A snapshot of features, and which devices get it beside the servers. */
export interface DeliveredSnapshot {
  readonly audiences: readonly string[];
  readonly snapshot: ManifestSnapshot;
}

/** A deployment that serves, as the manifest tells of it. */
export interface ServingDeployment {
  readonly entry: ManifestDeployment;
  /** Device audiences that may serve it. */
  readonly audiences: readonly string[];
  readonly snapshots: readonly DeliveredSnapshot[];
}

export function checkAudience(audience: string): void {
  if (AUDIENCE.test(audience) && audience !== SERVER_AUDIENCE) return;
  throw new DomainError(
    'INVALID_INPUT',
    audience === SERVER_AUDIENCE
      ? `audiences: every deployment is served to "${SERVER_AUDIENCE}" anyway: name device audiences only`
      : `audiences: "${audience}" is no audience: lower-case letters, digits and "-", a letter first, at most 64`,
    { field: 'audiences' },
  );
}

export const audiencesOf = (deployments: readonly ServingDeployment[]): readonly string[] => [
  SERVER_AUDIENCE,
  ...[...new Set(deployments.flatMap(({ audiences }) => audiences))].sort(),
];

/** What one audience may see. A device gets its own deployments, without what is only for servers. */
export function cutFor(audience: string, deployments: readonly ServingDeployment[]): readonly ManifestDeployment[] {
  const seen =
    audience === SERVER_AUDIENCE ? deployments : deployments.filter((one) => one.audiences.includes(audience));
  return seen
    .map(({ entry, snapshots }) => ({
      ...(audience === SERVER_AUDIENCE ? entry : entryForDevice(entry)),
      snapshots: snapshots
        .filter(({ audiences }) => audience === SERVER_AUDIENCE || audiences.includes(audience))
        .map(({ snapshot }) => snapshot),
    }))
    .sort((a, b) => (a.deployment < b.deployment ? -1 : 1));
}

/** What only servers see of its traffic is asked of no device. */
function entryForDevice(entry: ManifestDeployment): ManifestDeployment {
  const traffic = cutForDevice(entry.traffic);
  const needed = requiredBy(traffic);
  const spared = new Set(requiredBy(entry.traffic).filter((capability) => !needed.includes(capability)));
  return { ...entry, requires: entry.requires.filter((capability) => !spared.has(capability)), traffic };
}

export interface IssueTerms {
  readonly audience: string;
  readonly revision: number;
  readonly now: Date;
  readonly lifetimeMs: number;
}

export const issueManifest = (
  { audience, revision, now, lifetimeMs }: IssueTerms,
  deployments: readonly ManifestDeployment[],
): Manifest => ({
  format: MANIFEST_FORMAT,
  audience,
  revision,
  issuedAt: now.toISOString(),
  expiresAt: new Date(now.getTime() + lifetimeMs).toISOString(),
  deployments: [...deployments],
});

/** Renewed once half of its life is over, so that a day's outage of the registry is survived. */
export const isDueForRenewal = (issuedAt: Date, expiresAt: Date, now: Date): boolean =>
  now.getTime() >= (issuedAt.getTime() + expiresAt.getTime()) / 2;
