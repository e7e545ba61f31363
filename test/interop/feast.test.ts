import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { featureServer, KEY, seed, SERVICE } from '../bench/feature-server.ts';
import { measure, median, type Target, type Window } from '../bench/load.ts';
import { atEnd } from '../support/at-end.ts';
import { freePort } from '../support/install.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';

/** A Python with the packages of `test/interop/feast/requirements.txt`; `npm run interop` makes one. */
const PYTHON = resolve(process.env['TIFFIN_FEAST_PYTHON'] ?? '.interop/feast-python/bin/python');
const SIZES = { views: 25, features: 10, read: 2, users: 2_000 };
const ROUNDS = 5;
const WINDOW_MS = 2_000;
const CONNECTIONS = 4;
const PATIENCE = { timeout: 120_000, interval: 200 };
/** Of the requirement: at least so many times the requests of Feast’s server. */
const LEAST_RATIO = 10;

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
};

/** Feast’s own server, over its own Redis with the same rows. */
async function startFeast(folder: string): Promise<{ readonly url: string; readonly pid: number }> {
  const redis = await startRedis();
  const made = spawnSync(PYTHON, ['test/interop/feast/make_repo.py'], {
    input: JSON.stringify({ folder, redis: redis.url.replace('redis://', ''), ...SIZES }),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (made.status !== 0) throw new Error(made.error?.message ?? made.stderr);
  const port = await freePort();
  const feast = join(dirname(PYTHON), 'feast');
  const options = ['serve', '-h', '127.0.0.1', '-p', String(port), '--no-access-log', '--workers', '1'];
  const child = spawn(feast, ['-c', join(folder, 'feast'), ...options], { stdio: 'ignore', cwd: folder });
  atEnd(() => ended(child));
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(async () => expect((await fetch(`${url}/health`)).status).toBe(200), PATIENCE);
  return { url, pid: child.pid ?? 0 };
}

describe.skipIf(!existsSync(PYTHON) || !hasRedis())("Feast's Python server on the same rows", () => {
  let ours: { readonly url: string; readonly pid: number };
  let feast: { readonly url: string; readonly pid: number };

  beforeAll(async () => {
    const folder = temporaryFolder('feast');
    const { appUrl, ownerUrl } = await createTestDatabase();
    const redis = await startRedis();
    const { url, child } = await featureServer(folder, appUrl, ownerUrl, { REDIS_URL: redis.url });
    atEnd(() => ended(child));
    await seed(url, folder, SIZES);
    ours = { url, pid: child.pid ?? 0 };
    feast = await startFeast(folder);
  }, 600_000);

  const json = { 'content-type': 'application/json' };
  const targetsOf = (users: readonly string[]): Readonly<Record<'ours' | 'feast', Target>> => ({
    ours: {
      url: `${ours.url}/v1/features/read`,
      pid: ours.pid,
      body: JSON.stringify({ service: SERVICE, entities: users.map((user_id) => ({ user_id })) }),
      headers: { ...json, authorization: `Bearer ${KEY}` },
    },
    feast: {
      url: `${feast.url}/get-online-features`,
      pid: feast.pid,
      body: JSON.stringify({ feature_service: 'bench', entities: { user_id: users }, full_feature_names: true }),
      headers: json,
    },
  });
  const asked = async ({ url, body, headers }: Target): Promise<any> => {
    const answer = await fetch(url, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    return answer.json();
  };
  const usersOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `u${(i * 97) % SIZES.users}`);

  it('has the same values, and the same statuses of what it has', async () => {
    const users = [...usersOf(100), 'nobody'];
    const targets = targetsOf(users);
    const [own, theirs] = [await asked(targets.ours), await asked(targets.feast)];
    const columns = new Map<string, any>(
      theirs.metadata.feature_names.map((name: string, i: number) => [name, theirs.results[i]]),
    );
    const [values, statuses] = ['values', 'statuses'].map((part) =>
      users.map((_, row): unknown[] => own.names.map((name: string) => columns.get(name)[part][row])),
    );
    expect(own.names).toHaveLength(SIZES.views * SIZES.read);
    expect(own.values).toEqual(values);
    expect(own.statuses.slice(0, -1)).toEqual(statuses?.slice(0, -1));
    // Feast’s server says PRESENT of a null that it did not find in Redis.
    expect(new Set(own.statuses.at(-1))).toEqual(new Set(['NOT_FOUND']));
    expect(new Set(statuses?.at(-1))).toEqual(new Set(['PRESENT']));
  });

  it.each([1, 100])(
    'answers fewer requests for %i entities, ten times at least',
    async (entities) => {
      const targets = targetsOf(usersOf(entities));
      const windows = { ours: [] as Window[], feast: [] as Window[] };
      for (let round = -1; round < ROUNDS; round++) {
        for (const name of round % 2 === 0 ? (['ours', 'feast'] as const) : (['feast', 'ours'] as const)) {
          const window = await measure(targets[name], CONNECTIONS, WINDOW_MS);
          if (round >= 0) windows[name].push(window); // the first round warms up
        }
      }
      const rateOf = (of: readonly Window[]): number => median(of.map(({ requests, seconds }) => requests / seconds));
      const p50Of = (of: readonly Window[]): string => median(of.map(({ p50Ms }) => p50Ms)).toFixed(2);
      const ratio = rateOf(windows.ours) / rateOf(windows.feast);
      console.log(
        `${SIZES.views * SIZES.read} features of ${SIZES.views} views × ${SIZES.features} on Redis, ${entities} entities, ${CONNECTIONS} connections, one process each, median of ${ROUNDS} rounds
  tiffin                ${rateOf(windows.ours).toFixed(1)} requests/s, p50 ${p50Of(windows.ours)} ms
  feast (Python server) ${rateOf(windows.feast).toFixed(1)} requests/s, p50 ${p50Of(windows.feast)} ms
  tiffin / feast        ${ratio.toFixed(1)}`,
      );
      expect(ratio).toBeGreaterThanOrEqual(LEAST_RATIO);
    },
    300_000,
  );
});
