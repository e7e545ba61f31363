import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
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
