import { join } from 'node:path';
import { pino } from 'pino';
import type { MonitoringDeps } from '../../subgraphs/monitoring/operations/deps.ts';
import { MonitoringMetrics } from '../../subgraphs/monitoring/operations/metrics.ts';
import { responsePeers } from '../../subgraphs/monitoring/operations/response/peers.ts';
import { RegistryBlobs } from '../../subgraphs/monitoring/operations/record/registry-blobs.ts';
import { Retention } from '../../subgraphs/monitoring/operations/retention/retention.ts';
import { Rollups } from '../../subgraphs/monitoring/operations/rollup/rollups.ts';
import { DayPartitions } from '../../subgraphs/monitoring/storage/partition.ts';
import { monitoringSchema } from '../../subgraphs/monitoring/storage/schema.ts';
import { openBlobs, openOnce } from '../../subgraphs/shared/blob/blob-place.ts';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { Changes } from '../../subgraphs/shared/events/changes.ts';
import { localPeer } from '../../subgraphs/shared/peer.ts';

// Adds up what was counted, archives days and drops them until it is killed or has done it all, and says when it begins and ends.
// Arguments: database URL, folder, the time that it takes for now.
const [url = '', folder = '', at = ''] = process.argv.slice(2);
const say = (what: object): boolean => process.stdout.write(`${JSON.stringify(what)}\n`);
const db = await openDatabase(monitoringSchema, { url });
const away = (name: 'registry' | 'experiment') => localPeer(name, () => undefined, new Uint8Array(32));
const deps: MonitoringDeps = {
  db,
  now: () => new Date(at),
  partitions: new DayPartitions(db.pool),
  awaitEvent: async () => {},
  blobs: new RegistryBlobs(away('registry')),
  response: responsePeers({ registry: away('registry'), experiment: away('experiment') }),
  log: pino({ level: 'silent' }),
  metrics: new MonitoringMetrics(),
  changes: new Changes({}),
  pending: { days: 30, most: 10 },
  deviceMaxAgeDays: 30,
  retentionDays: 30,
  sampleDays: 0,
  outboxDays: 0,
  minuteDays: 0,
  archiveAfterDays: 7,
  archive: {
    blobs: openOnce(() => openBlobs({ blobFolder: folder, blobBucket: undefined }, folder, 'archive')),
    scratchFolder: join(folder, 'scratch'),
  },
  notify: { allowedHosts: [], smtp: null, assetUrl: undefined, firstRetryMs: 1_000 },
};
const [rollups, retention] = [new Rollups(deps), new Retention(deps)];
say({ ready: true });
await Promise.all([rollups.fold(), retention.run()]);
say({ done: true });
await db.close();
