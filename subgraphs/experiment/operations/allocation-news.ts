import { DeploymentSnapshot, type AssetEvent } from '../../../schema/event.ts';
import type { TrafficNews } from '../domain/study.ts';

/** What a deployment's event says of the split of its traffic; null for an event of anything else. */
export function allocationNews({ kind, at, data }: AssetEvent): TrafficNews | null {
  if (kind !== 'deployment') return null;
  const { trafficRevision, allocation } = DeploymentSnapshot.parse(data);
  const versions = Object.fromEntries(allocation?.arms.map(({ arm, modelVersions }) => [arm, modelVersions]) ?? []);
  return { trafficRevision, holder: allocation?.holder ?? null, versions, at: new Date(at) };
}
