import { resolve } from 'node:path';
import { Environment } from '../../core/environment.ts';
import { bucketOf, type BlobPlace } from '../shared/blob/blob-place.ts';
import type { NotifySettings } from './operations/deps.ts';
import type { PendingLimits } from './domain/record/pending-outcome.ts';

/** How this monitoring runs, besides what every subgraph is given. */
export interface MonitoringConfig extends BlobPlace {
  /** How often the clock looks for alert rules that are due. */
  readonly alertTickMs: number;
  /** How far back a device may report; an enrolled node may replay any day. */
  readonly deviceMaxAgeDays: number;
  /** How long, and how many, outcomes wait for their predictions. */
  readonly pending: PendingLimits;
  /** For how many days predictions are kept, by the day that they happened on; 0: for ever. */
  readonly retentionDays: number;
  /** For how many days samples are kept; 0: for ever. */
  readonly sampleDays: number;
  /** For how many days rollups by minute are kept; 0: for ever. */
  readonly minuteDays: number;
  /** After how many days records are written to the archive, where the blobs lie; 0: never. */
  readonly archiveAfterDays: number;
  /** For how many days events are kept that are superseded and made no edge of lineage; 0: for ever. */
  readonly outboxDays: number;
  readonly notify: NotifySettings;
  /** How often the clock looks for notifications that are due. */
  readonly notifyTickMs: number;
  /** For how many days to come the partitions are made before they are needed. */
  readonly partitionDaysAhead: number;
}

/** Reads the settings. Throws INVALID_INPUT that lists everything that is wrong with them. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): MonitoringConfig {
  const env = new Environment(variables);
  const folder = env.text('TIFFIN_BLOB_DIR');
  const config: MonitoringConfig = {
    blobFolder: folder === undefined ? undefined : resolve(folder),
    blobBucket: bucketOf(env),
    archiveAfterDays: env.integer('TIFFIN_ARCHIVE_AFTER_DAYS', 0, 0, 36_600),
    alertTickMs: env.integer('TIFFIN_ALERT_TICK_MS', 5_000, 50, 3_600_000),
    deviceMaxAgeDays: env.integer('TIFFIN_DEVICE_MAX_AGE_DAYS', 30, 1, 3_660),
    pending: {
      days: env.integer('TIFFIN_PENDING_OUTCOME_DAYS', 30, 1, 3_660),
      most: env.integer('TIFFIN_PENDING_OUTCOMES', 100_000, 0, 10_000_000),
    },
    retentionDays: env.integer('TIFFIN_RETENTION_DAYS', 0, 0, 36_600),
    sampleDays: env.integer('TIFFIN_SAMPLE_DAYS', 30, 0, 3_660),
    minuteDays: env.integer('TIFFIN_ROLLUP_MINUTE_DAYS', 14, 0, 3_660),
    outboxDays: env.integer('TIFFIN_OUTBOX_DAYS', 90, 0, 36_600),
    notify: {
      allowedHosts: hostsOf(env, 'TIFFIN_WEBHOOK_ALLOWED_HOSTS'),
      smtp: smtpOf(env),
      assetUrl: env.url('TIFFIN_ASSET_URL'),
      firstRetryMs: 1_000,
    },
    notifyTickMs: env.integer('TIFFIN_NOTIFY_TICK_MS', 1_000, 50, 60_000),
    partitionDaysAhead: env.integer('TIFFIN_PARTITION_DAYS_AHEAD', 3, 0, 60),
  };
  const replicas = env.integer('TIFFIN_REPLICAS', 1, 1, 1_000);
  if (replicas > 1 && config.archiveAfterDays > 0 && folder === undefined && !config.blobBucket) {
    env.wrong(
      'TIFFIN_BLOB_DIR',
      `with ${replicas} replicas (TIFFIN_REPLICAS) it names a folder for the archive that all of them share`,
    );
  }
  env.throwProblems();
  return Object.freeze(config);
}

/** Mail goes out where an address to send from is named too. */
function smtpOf(env: Environment): NotifySettings['smtp'] {
  const url = env.text('TIFFIN_SMTP_URL');
  const from = env.text('TIFFIN_SMTP_FROM');
  if (url === undefined) return null;
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'smtp:' && parsed?.protocol !== 'smtps:') {
    env.wrong('TIFFIN_SMTP_URL', 'must be smtp://user:password@host:587 or smtps://…');
  }
  if (from === undefined) env.wrong('TIFFIN_SMTP_FROM', 'must name the address that mail comes from');
  return { url, from: from ?? '' };
}

/** Hosts without port, divided by commas. */
const hostsOf = (env: Environment, name: string): readonly string[] =>
  (env.text(name) ?? '')
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter(Boolean);
