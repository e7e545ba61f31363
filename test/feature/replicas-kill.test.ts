import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { writeParquet } from '../support/feature.ts';
import { startFeatureReplicas, type FeatureReplica } from '../support/feature-replicas.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { seededRandom } from '../support/seeded-random.ts';

const PATIENCE = { timeout: 90_000, interval: 100 };
const USERS = 50;
const ROWS = 90_000;
const ROUNDS = 3;

const DEFINE = `mutation ($source: DefineSourceInput!, $loaded: DefineFeatureViewInput!, $pushed: DefineFeatureViewInput!) {
  defineEntity(input: { name: "user", joinKeys: [{ name: "user_id", dtype: STRING }] }) { eventCursor }
  defineSource(input: $source) { eventCursor }
  loaded: defineFeatureView(input: $loaded) { eventCursor } pushed: defineFeatureView(input: $pushed) { eventCursor }
  defineFeatureService(input: { name: "counts", views: [{ view: "loaded" }, { view: "pushed" }] }) { eventCursor } }`;

const COUNT = { function: 'COUNT', windowSeconds: 30 * 86_400 };
/** Of `log-turn.ts`. */
const LOG_LOCK = 7_301_118;
const HELD = `select 1 from pg_stat_activity where datname = current_database() and state = 'idle in transaction'
  and state_change < now() - interval '500 milliseconds'`;

/**
 * Freezes it where it holds no transaction and no turn, for which the others would wait a while:
 * frozen-process-faults.test.ts shows that.
 */
async function freezeBetweenTurns(replica: FeatureReplica, databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const isFree = async (): Promise<boolean> => {
    for (let looks = 0; looks < 50; looks++) {
      const { rows } = await client.query<{ free: boolean }>('select pg_try_advisory_lock($1) as free', [LOG_LOCK]);
      if (rows[0]?.free) await client.query('select pg_advisory_unlock($1)', [LOG_LOCK]);
      await sleep(20);
      if (rows[0]?.free && looks >= 30) return (await client.query(HELD)).rowCount === 0;
    }
    return false;
  };
  try {
    for (replica.freeze(); !(await isFree()); replica.freeze()) {
      replica.thaw();
      await sleep(5);
    }
  } finally {
    await client.end();
  }
}

const users = Array.from({ length: USERS }, (_, i) => ({ user_id: `u${i}` }));

describe.skipIf(!hasRedis())('feature processes that are killed or held while the others go on', () => {
  it.each([1, 2])(
    'end each load and each training set once, and count each event once (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const redis = await startRedis();
      const { replicas, folder, databaseUrl } = await startFeatureReplicas(2, { REDIS_URL: redis.url });
      const begin = Date.now() - 20 * 86_400_000;
      const at = (row: number): string => new Date(begin + row * 1_000).toISOString();
      await writeParquet(
        join(folder, 'events.parquet'),
        `select 'u' || (i % ${USERS}) as user_id, timestamptz '${at(0)}' + to_seconds(i) as event_time, i::double as amount from range(${ROWS}) t(i)`,
      );
      const view = (name: string): object => ({
        name,
        entity: 'user',
        source: 'events',
        ttlSeconds: 0,
        ...(name === 'pushed' && { eventIdColumn: 'user_id' }),
        features: [{ name: 'n', window: COUNT }],
      });
      const [first] = replicas as [FeatureReplica, FeatureReplica];
      const defined = await first.ask(DEFINE, {
        source: { name: 'events', path: 'events.parquet', eventColumn: 'event_time' },
        loaded: view('loaded'),
        pushed: view('pushed'),
      });
      expect(defined.errors).toBeUndefined();

      const acknowledged = new Map<string, number>();
      const over: { at?: boolean } = {};
      const send = async (sender: number): Promise<void> => {
        for (let n = 0; !over.at; n++) {
          const { user_id } = users[n % USERS]!;
          const row = {
            entity: { user_id },
            eventTime: new Date().toISOString(),
            eventId: `${sender}-${n}`,
            values: {},
          };
          // Sent until somebody takes it: by its id it counts once, also where the answer was lost.
          for (let tries = 0; !over.at; tries++) {
            const replica = replicas[(sender + tries) % replicas.length]!;
            const answer = await replica.post('/v1/features/push', { view: 'pushed', rows: [row] }).catch(() => null);
            if (answer?.status === 200) {
              acknowledged.set(user_id, (acknowledged.get(user_id) ?? 0) + 1);
              break;
            }
            await sleep(50);
          }
          await sleep(20);
        }
      };
      const sending = [send(0), send(1)];

      const share = ROWS / ROUNDS;
      for (let round = 0; round < ROUNDS; round++) {
        const asked = Math.floor(random() * 2);
        const [killed, other] = [replicas[asked]!, replicas[1 - asked]!];
        const range = { from: at(round * share), to: at((round + 1) * share) };
        const load = await killed.ask(
          'mutation ($input: MaterializeInput!) { materialize(input: $input) { materialization { id } } }',
          { input: { view: 'loaded', ...range, waitMs: 0 } },
        );
        const { id } = load.data.materialize.materialization;
        const state = async (): Promise<any> =>
          (await other.ask('query ($id: ID!) { materialization(id: $id) { state rowsWritten error } }', { id })).data
            .materialization;
        await sleep(random() * 600);
        // One of them only seems to be dead, and goes on with what another has taken over.
        if (round === 1) await freezeBetweenTurns(killed, databaseUrl);
        else await killed.kill();
        await expect.poll(state, PATIENCE).toEqual({ state: 'SUCCEEDED', rowsWritten: share, error: null });
        if (round === 1) killed.thaw();
        else await killed.start();
      }

      over.at = true;
      await Promise.all(sending);
      const asOf = new Date().toISOString();
      const expected = users.map(({ user_id }) => [ROWS / USERS, acknowledged.get(user_id) ?? 0]);
      for (const replica of replicas) {
        // What is in the log follows by itself where a process died before it handed it over.
        const counts = async (): Promise<any> =>
          (await replica.post('/v1/features/read', { service: 'counts', entities: users, at: asOf })).body.values;
        await expect.poll(counts, PATIENCE).toEqual(expected);
      }

      const make = `mutation ($input: CreateTrainingSetInput!) {
        createTrainingSet(input: $input) { build { id state error } trainingSet { id rowCount contentHash } } }`;
      const spine = { rows: users.map((user) => ({ ...user, timestamp: asOf })) };
      const [killed, other] = replicas as [FeatureReplica, FeatureReplica];
      const { build } = (await killed.ask(make, { input: { service: 'counts', spine, waitMs: 0 } })).data
        .createTrainingSet;
      await sleep(random() * 300);
      await killed.kill();
      const made = async (): Promise<any> =>
        (
          await other.ask(
            'query ($id: ID!) { trainingSetBuild(id: $id) { state error trainingSet { id rowCount contentHash } } }',
            { id: build.id },
          )
        ).data.trainingSetBuild;
      await expect.poll(made, PATIENCE).toMatchObject({ state: 'SUCCEEDED', error: null });
      const again = await other.ask(make, { input: { service: 'counts', spine, waitMs: 20_000 } });
      expect(again.errors).toBeUndefined();
      expect(again.data.createTrainingSet.trainingSet).toEqual((await made()).trainingSet);
    },
    400_000,
  );
});
