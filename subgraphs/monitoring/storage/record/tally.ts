import type { PoolClient } from 'pg';
import type { PredictionRecord } from '../../../../schema/telemetry.ts';
import type { Arrival } from '../../domain/record/prediction.ts';
import { minutesOf } from '../../domain/rollup/rollup.ts';
import type { Trust } from '../../domain/trust.ts';
import { noteAnswers } from '../quality/measured-window.ts';
import { appendMinutes } from '../rollup/rollup.ts';

const HOUR_MS = 3_600_000;

interface NodeTally {
  epoch: string;
  stored: number;
}

interface HourTally {
  readonly deployment: string;
  readonly hour: number;
  readonly release: string;
  readonly arm: string;
  readonly trust: Trust;
  answers: number;
  fallbacks: number;
  firstAt: number;
  lastAt: number;
}

/**
 * Raises the counts by what was written: a node's by who sent it, an hour's by the trust of each record. Last in its transaction, and in the order of the keys, so that batches of one
 * node or deployment wait for each other only while they commit, and never in a circle.
 */
export async function raiseTallies(
  client: PoolClient,
  { project, node, trust, receivedAt }: Arrival,
  written: readonly PredictionRecord[],
): Promise<void> {
  const nodes = new Map<string, NodeTally>();
  const hours = new Map<string, HourTally>();
  for (const row of written) {
    const stored = nodes.get(row.epoch) ?? { epoch: row.epoch, stored: 0 };
    stored.stored++;
    nodes.set(row.epoch, stored);
    // What a tester forced does not say what serves.
    if (row.forced === undefined) addToHour(hours, row, trust);
  }
  await appendMinutes(client, minutesOf(project, trust, written));
  await client.query({
    name: 'raise-node-stored',
    text: `insert into node_stored (project, node, epoch, trust, stored)
     select $1, $2, epoch, $3, stored from unnest($4::text[], $5::bigint[]) as t(epoch, stored) order by epoch
     on conflict (project, node, epoch, trust) do update set stored = node_stored.stored + excluded.stored`,
    values: [project, node, trust, ...columns([...nodes.values()], ['epoch', 'stored'])],
  });
  await client.query({
    name: 'raise-prediction-hour',
    text: `insert into prediction_hour
       (project, deployment, hour, release, arm, trust, answers, fallbacks, first_at, last_at)
     select $1, deployment, hour, release, arm, trust, answers, fallbacks, first_at, last_at
     from unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
       $9::timestamptz[], $10::timestamptz[])
       as t(deployment, hour, release, arm, trust, answers, fallbacks, first_at, last_at)
     order by deployment, hour, release, arm, trust
     on conflict (project, deployment, hour, release, arm, trust) do update
     set answers = prediction_hour.answers + excluded.answers,
       fallbacks = prediction_hour.fallbacks + excluded.fallbacks,
       first_at = least(prediction_hour.first_at, excluded.first_at),
       last_at = greatest(prediction_hour.last_at, excluded.last_at)`,
    values: [
      project,
      ...columns(
        [...hours.values()].map((hour) => ({
          ...hour,
          hour: isoOf(hour.hour),
          firstAt: isoOf(hour.firstAt),
          lastAt: isoOf(hour.lastAt),
        })),
        ['deployment', 'hour', 'release', 'arm', 'trust', 'answers', 'fallbacks', 'firstAt', 'lastAt'],
      ),
    ],
  });
  const measured = written.filter((row) => row.forced === undefined && (row.trust ?? trust) === 'server');
  await noteAnswers(
    client,
    project,
    receivedAt,
    measured.map(({ deployment, occurredAt }) => ({ deployment, at: new Date(occurredAt) })),
  );
}

function addToHour(hours: Map<string, HourTally>, row: PredictionRecord, sender: Trust): void {
  const at = Date.parse(row.occurredAt);
  const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
  const { deployment, release, arm: inArm } = row;
  const arm = inArm ?? '';
  const { trust = sender } = row;
  // The store keeps no U+0000: it divides the parts of the key.
  const key = `${hour}\0${deployment}\0${release}\0${arm}\0${trust}`;
  const tally = hours.get(key) ?? {
    deployment,
    hour,
    release,
    arm,
    trust,
    answers: 0,
    fallbacks: 0,
    firstAt: at,
    lastAt: at,
  };
  tally.answers++;
  if (row.fallback !== null) tally.fallbacks++;
  tally.firstAt = Math.min(tally.firstAt, at);
  tally.lastAt = Math.max(tally.lastAt, at);
  hours.set(key, tally);
}

const isoOf = (ms: number): string => new Date(ms).toISOString();

/** Rows → one array per column, as unnest takes them. */
const columns = <T>(rows: readonly T[], keys: readonly (keyof T)[]): unknown[][] =>
  keys.map((key) => rows.map((row) => row[key]));
