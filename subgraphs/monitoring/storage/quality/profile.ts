import type { Pool, PoolClient } from 'pg';
import { encodeProfiles } from '../../../../core/sketch/profile-codec.ts';
import type { PredictionWindow } from '../../domain/prediction-window.ts';
import type { Arrival } from '../../domain/record/prediction.ts';
import {
  addProfiles,
  mergedProfiles,
  type ProfilePart,
  type Profiles,
  type ProfileSlot,
} from '../../domain/quality/profile.ts';
import type { Trust } from '../../domain/trust.ts';
import type { TimeWindow } from '../../domain/time-window.ts';
import { countWindow } from '../record/prediction-window.ts';

/** Notes parts, and gives those that were not known. */
export async function insertParts(
  client: PoolClient,
  { project, node, receivedAt }: Arrival,
  parts: readonly ProfilePart[],
): Promise<readonly ProfilePart[]> {
  const { rows } = await client.query<{ id: string }>(
    `insert into profile_part (project, node, run, seq, id, received_at)
     select $1, $2, run, seq, id, $3 from unnest($4::uuid[], $5::bigint[], $6::uuid[]) as t(run, seq, id) order by run, seq
     on conflict do nothing returning id`,
    [
      project,
      node,
      receivedAt.toISOString(),
      parts.map(({ record }) => record.run),
      parts.map(({ record }) => record.seq),
      parts.map(({ record }) => record.id),
    ],
  );
  const fresh = new Set(rows.map(({ id }) => id));
  return parts.filter(({ record }) => fresh.has(record.id));
}

/** Counts the answers of parts into the account of their node. */
export async function raiseProfiled(
  client: PoolClient,
  { project, node, trust }: Arrival,
  parts: readonly ProfilePart[],
): Promise<void> {
  const answers = new Map<string, number>();
  for (const { record, slot } of parts) {
    if (slot.segment === '') answers.set(record.epoch, (answers.get(record.epoch) ?? 0) + record.answers);
  }
  await client.query(
    `insert into node_profiled (project, node, epoch, trust, answers)
     select $1, $2, epoch, $3, answers from unnest($4::text[], $5::bigint[]) as t(epoch, answers) order by epoch
     on conflict (project, node, epoch, trust) do update set answers = node_profiled.answers + excluded.answers`,
    [project, node, trust, [...answers.keys()], [...answers.values()]],
  );
}

interface Slotted {
  readonly slot: ProfileSlot;
  readonly profiles: Profiles;
  readonly answers: number;
}

const keyOf = ({ deployment, hour, trust, segment, release, arm }: ProfileSlot): string =>
  [deployment, hour.toISOString(), trust, segment, release, arm].join('\0');

const EMPTY = Buffer.from(encodeProfiles(new Map()));

/** Adds parts to their hours. In the order of the keys, so that two writers never wait for each other in a circle. */
export async function addToHours(client: PoolClient, project: string, parts: readonly ProfilePart[]): Promise<void> {
  const slots = new Map<string, Slotted>();
  for (const { record, slot, profiles } of parts) {
    const key = keyOf(slot);
    const known = slots.get(key);
    if (known) addProfiles(known.profiles, profiles);
    slots.set(key, {
      slot,
      profiles: known?.profiles ?? profiles,
      answers: (known?.answers ?? 0) + record.answers,
    });
  }
  const given = [...slots].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  const columns = [
    given.map(({ slot }) => slot.deployment),
    given.map(({ slot }) => slot.hour.toISOString()),
    given.map(({ slot }) => slot.trust),
    given.map(({ slot }) => slot.segment),
    given.map(({ slot }) => slot.release),
    given.map(({ slot }) => slot.arm),
  ];
  const keys = `unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[])
    with ordinality as t(deployment, hour, trust, segment, release, arm, i)`;
  await client.query(
    `insert into profile_hour (project, deployment, hour, trust, segment, release, arm, answers, profiles)
     select $1, deployment, hour, trust, segment, release, arm, 0, $8 from ${keys} order by i on conflict do nothing`,
    [project, ...columns, EMPTY],
  );
  const { rows } = await client.query<{ i: string; profiles: Buffer }>(
    `select t.i, h.profiles from ${keys} join profile_hour h using (deployment, hour, trust, segment, release, arm)
     where h.project = $1 order by t.i for update of h`,
    [project, ...columns],
  );
  const stored = new Map(rows.map(({ i, profiles }) => [Number(i) - 1, profiles]));
  const merged = given.map(({ profiles }, i) => {
    const all = mergedProfiles([stored.get(i) ?? EMPTY]);
    addProfiles(all, profiles);
    return Buffer.from(encodeProfiles(all));
  });
  await client.query(
    `update profile_hour h set answers = h.answers + t.added, profiles = t.profiles
     from unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bytea[])
       as t(deployment, hour, trust, segment, release, arm, added, profiles)
     where h.project = $1 and (h.deployment, h.hour, h.trust, h.segment, h.release, h.arm)
       = (t.deployment, t.hour, t.trust, t.segment, t.release, t.arm)`,
    [project, ...columns, given.map(({ answers }) => answers), merged],
  );
}

/** Which hours of profiles: of one deployment, trust and segment; of one release, model version or arm where these are named. */
export interface ProfileFilter extends TimeWindow {
  readonly project: string;
  readonly deployment: string;
  readonly trust: Trust;
  readonly segment: string;
  readonly release: string | null;
  readonly modelVersion: string | null;
  readonly arm: string | null;
}

export interface ProfileWindow {
  readonly answers: number;
  readonly profiles: Profiles;
}

/** All whole hours of a window together, merged in the order of their keys. */
export async function readProfiles(pool: Pool, filter: ProfileFilter): Promise<ProfileWindow> {
  const { project, deployment, trust, segment, release, modelVersion, arm, from, to } = filter;
  const { rows } = await pool.query<{ answers: string; profiles: Buffer }>(
    `select answers::text as answers, profiles from profile_hour
     where project = $1 and deployment = $2 and trust = $3 and segment = $4 and hour >= $5 and hour < $6
       and ($7::text is null or release = $7) and ($8::text is null or arm = $8) and ($9::text is null
         or release in (select v.release from release_version v where v.project = $1 and v.model_version = $9))
     order by hour, release, arm`,
    [project, deployment, trust, segment, from, to, release, arm, modelVersion],
  );
  return {
    answers: rows.reduce((sum, { answers }) => sum + Number(answers), 0),
    profiles: mergedProfiles(rows.map(({ profiles }) => profiles)),
  };
}

/**
 * The profiles of a window, where they count at least all answers that are stored of it; else null: a node that makes none, or that was
 * killed before it sent them, is heard through its records.
 */
export async function coveringProfiles(pool: Pool, window: PredictionWindow): Promise<ProfileWindow | null> {
  const { project, deployment, trust, from, to } = window;
  const { rows } = await pool.query<{ answers: string }>(
    `select coalesce(sum(answers), 0)::text as answers from profile_hour
     where project = $1 and deployment = $2 and trust = $3 and segment = '' and hour >= $4 and hour < $5`,
    [project, deployment, trust, from, to],
  );
  const counted = Number(rows[0]?.answers ?? 0);
  if (counted < (await countWindow(pool, window)).rows) return null;
  return readProfiles(pool, {
    project,
    deployment,
    trust,
    from,
    to,
    segment: '',
    release: null,
    modelVersion: null,
    arm: null,
  });
}

/** Answers of a node in its profiles, over all its epochs. */
export async function countNodeProfiled(
  pool: Pool,
  { project, node, trust }: { readonly project: string; readonly node: string; readonly trust: Trust },
): Promise<number> {
  const { rows } = await pool.query<{ answers: string }>(
    `select coalesce(sum(answers), 0)::text as answers from node_profiled
     where project = $1 and node = $2 and trust = $3`,
    [project, node, trust],
  );
  return Number(rows[0]?.answers ?? 0);
}

/** Forgets profiles of hours before an instant, and parts that can only be of such hours: none is of more than a day after its arrival. */
export async function dropProfiles(pool: Pool, before: Date): Promise<void> {
  await pool.query('delete from profile_hour where hour < $1', [before]);
  await pool.query(`delete from profile_part where received_at < $1::timestamptz - interval '1 day'`, [before]);
}
