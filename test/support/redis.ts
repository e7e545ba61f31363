import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, vi } from 'vitest';
import { atEnd } from './at-end.ts';
import { freePort } from './install.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A Redis server of one test file, on a free port of loopback, its data in a temporary folder. */
export interface TestRedis {
  readonly url: string;
  /** A connection of the test’s own. */
  readonly client: Redis;
  /** Waits until it answers. */
  start(...settings: readonly string[]): Promise<void>;
  /** As a crash would end it. */
  kill(): Promise<void>;
  /** It no longer answers, and its connections stay open. */
  freeze(): void;
  thaw(): void;
}

const PATIENCE = { timeout: 30_000, interval: 50 };

/** Whether there is a `redis-server`. Without it: one line, or an error where TIFFIN_REQUIRE asks for `redis`. */
export function hasRedis(): boolean {
  if (spawnSync('redis-server', ['--version']).status === 0) return true;
  if (process.env['TIFFIN_REQUIRE']?.split(',').includes('redis')) throw new Error('redis-server is required');
  console.info('skipped what needs Redis: there is no redis-server');
  return false;
}

/** A server that has started, and is gone with the test or the test file. */
export async function startRedis(...settings: readonly string[]): Promise<TestRedis> {
  const [port, folder] = [await freePort(), temporaryFolder('redis')];
  const client = new Redis(port, '127.0.0.1', {
    lazyConnect: true,
    retryStrategy: () => 20,
    maxRetriesPerRequest: null,
  });
  client.on('error', () => undefined);
  let server: ChildProcess | undefined;
  const redis: TestRedis = {
    url: `redis://127.0.0.1:${port}`,
    client,
    start: async (...more) => {
      const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...settings];
      server = spawn('redis-server', [...options, ...more], { cwd: folder, stdio: 'ignore' });
      // Commands wait until it is there.
      if (client.status === 'wait') await client.connect().catch(() => undefined);
      await client.ping();
    },
    kill: async () => {
      if (!server || server.exitCode !== null || server.signalCode !== null) return;
      const closed = once(server, 'close');
      server.kill('SIGKILL');
      await closed;
    },
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
  };
  atEnd(async () => {
    client.disconnect();
    await redis.kill();
  });
  await redis.start();
  return redis;
}

/** Sentinels over a primary, until the test or the file ends: REDIS_URL of those who ask them. */
export async function startSentinels(primary: TestRedis, replicas: number, count = 3): Promise<string[]> {
  const urls: string[] = [];
  for (let i = 0; i < count; i++) {
    const [port, folder] = [await freePort(), temporaryFolder('sentinel')];
    const file = join(folder, 'sentinel.conf');
    const settings = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor cards 127.0.0.1 ${new URL(primary.url).port} ${Math.floor(count / 2) + 1}`,
      'sentinel down-after-milliseconds cards 1000',
      'sentinel failover-timeout cards 5000',
    ];
    writeFileSync(file, settings.join('\n'));
    const server = spawn('redis-server', [file, '--sentinel'], { cwd: folder, stdio: 'ignore' });
    const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on('error', () => undefined);
    atEnd(async () => {
      client.disconnect();
      const closed = once(server, 'close');
      server.kill('SIGKILL');
      await closed;
    });
    await vi.waitFor(async () => {
      expect(await client.call('SENTINEL', 'REPLICAS', 'cards')).toHaveLength(replicas);
      expect(await client.call('SENTINEL', 'SENTINELS', 'cards')).toHaveLength(i);
    }, PATIENCE);
    urls.push(`redis+sentinel://127.0.0.1:${port}/cards`);
  }
  return urls;
}

/** A cluster of one test file: each primary may have a replica, which takes over when it is gone. */
export interface TestRedisCluster {
  /** One of its nodes. */
  readonly url: string;
  readonly primaries: readonly TestRedis[];
  /** Of the first primary; there may be none. */
  readonly replicas: readonly TestRedis[];
}

const LAST_SLOT = 16_383;

/** Waits until all nodes say that every slot is served. */
export async function startRedisCluster(
  counts: { readonly primaries: number; readonly replicas?: number },
  ...settings: readonly string[]
): Promise<TestRedisCluster> {
  const { primaries: count, replicas: replicaCount = 0 } = counts;
  const nodes: TestRedis[] = [];
  for (let i = 0; i < count + replicaCount; i++) {
    const bus = String(await freePort());
    const own = ['--cluster-enabled', 'yes', '--cluster-port', bus, '--cluster-node-timeout', '1000'];
    // Whoever has any of the data may take over, however old that is.
    nodes.push(await startRedis(...own, '--cluster-replica-validity-factor', '0', ...settings));
  }
  const [primaries, replicas] = [nodes.slice(0, count), nodes.slice(count)];
  const share = Math.ceil((LAST_SLOT + 1) / count);
  for (const [i, { client }] of primaries.entries()) {
    await client.cluster('ADDSLOTSRANGE', i * share, Math.min((i + 1) * share - 1, LAST_SLOT));
  }
  const [first] = primaries as [TestRedis];
  for (const { url } of nodes.slice(1)) {
    const info = String(await nodes.find((node) => node.url === url)!.client.cluster('NODES'));
    const [, bus] = /@(\d+)/.exec(info) ?? [];
    await first.client.cluster('MEET', '127.0.0.1', Number(new URL(url).port), Number(bus));
  }
  await vi.waitFor(async () => {
    for (const node of nodes) expect(await infoOf(node, 'cluster_known_nodes')).toBe(String(nodes.length));
  }, PATIENCE);
  const primaryId = await first.client.cluster('MYID');
  for (const { client } of replicas) await client.cluster('REPLICATE', primaryId);
  await vi.waitFor(async () => {
    for (const node of nodes) expect(await infoOf(node, 'cluster_state')).toBe('ok');
    for (const { client } of replicas) expect(await client.info('replication')).toContain('master_link_status:up');
  }, PATIENCE);
  return { url: first.url, primaries, replicas };
}

const infoOf = async ({ client }: TestRedis, name: string): Promise<string | undefined> =>
  new RegExp(`^${name}:(\\w+)`, 'm').exec(await client.cluster('INFO'))?.[1];
