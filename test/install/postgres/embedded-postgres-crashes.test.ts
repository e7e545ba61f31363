import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startEmbeddedPostgres } from '../../../install/postgres/embedded-postgres.ts';
import { freePort } from '../../../install/postgres/free-port.ts';
import { findBinaries, packageOfPlatform } from '../../../install/postgres/binaries.ts';
import { openHome } from '../../../install/postgres/home.ts';
import { placeArguments, readPidFile } from '../../../install/postgres/postmaster.ts';
import { processInfo } from '../../../install/process/process-info.ts';
import {
  emptyFolder,
  killAndWait,
  pidFileOf,
  processWith,
  query,
  startIn,
  startInChild,
  usedFolder,
} from '../../support/embedded-folder.ts';
import { seededRandom } from '../../support/seeded-random.ts';

describe('after a kill -9 of the process that started it', () => {
  it('the next start takes the server over, and can stop it', async () => {
    const folder = await usedFolder();
    const child = startInChild(folder);
    const { pid, port } = await child.next();
    await child.kill();
    expect(processInfo(pid)).toBeDefined();

    const server = await startEmbeddedPostgres({ folder });
    expect(server).toMatchObject({ adopted: true, pid, port });
    expect(await query(server.url('tiffin_app'), 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect(processInfo(pid)).toBeUndefined();
    expect(existsSync(pidFileOf(folder))).toBe(false);
  });

  it('a start while the orphan is ending waits for its end', async () => {
    const folder = await usedFolder();
    const child = startInChild(folder);
    const { pid } = await child.next();
    await child.kill();
    process.kill(pid, 'SIGINT');
    const server = await startIn(folder);
    expect(await query(server.url('tiffin_app'), 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
    const again = await startIn(folder);
    expect(again.adopted).toBe(false);
  });
});

async function startsAnew(folder: string): Promise<void> {
  const server = await startIn(folder);
  expect(server.adopted).toBe(false);
  expect(await query(server.url('tiffin_app'), 'select 1 as one')).toEqual([{ one: 1 }]);
}

async function crashed(): Promise<string> {
  const folder = await usedFolder();
  const child = startInChild(folder);
  const { pid } = await child.next();
  await killAndWait(pid);
  await child.kill();
  expect(existsSync(pidFileOf(folder))).toBe(true);
  return folder;
}

function withPid(folder: string, pid: number): void {
  const [, ...rest] = readFileSync(pidFileOf(folder), 'utf8').split('\n');
  writeFileSync(pidFileOf(folder), [pid, ...rest].join('\n'));
}

describe('a pid file that was left behind', () => {
  it('of a dead server', async () => startsAnew(await crashed()));

  it('whose pid another process has now', async () => {
    const folder = await crashed();
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore', ...openHome(folder).user });
    onTestFinished(() => void stranger.kill('SIGKILL'));
    withPid(folder, stranger.pid!);
    await startsAnew(folder);
    expect(processInfo(stranger.pid!)).toBeDefined();
  });

  it('whose pid a stranger has that names the folder', async () => {
    const folder = await crashed();
    const stranger = spawn('tail', ['-f', '/dev/null', join(folder, 'postgres')], { stdio: 'ignore' });
    onTestFinished(() => void stranger.kill('SIGKILL'));
    withPid(folder, stranger.pid!);
    await startsAnew(folder);
  });

  it('that is empty', async () => {
    const folder = await crashed();
    writeFileSync(pidFileOf(folder), '');
    await startsAnew(folder);
  });

  it('of a zombie, whose parent does not reap', async () => {
    const folder = await usedFolder();
    const home = openHome(folder);
    const { postgres } = findBinaries(packageOfPlatform(), home);
    const parent = spawn(
      'sh',
      [
        '-c',
        `"${postgres}" ${placeArguments(home.dataDir).join(' ')} -p ${await freePort()} -c unix_socket_directories= & exec sleep 60`,
      ],
      { cwd: '/', stdio: 'ignore', ...home.user },
    );
    onTestFinished(() => void parent.kill('SIGKILL'));
    const pid = await vi.waitFor(() => {
      const file = readPidFile(home.dataDir);
      expect(file?.ready).toBe(true);
      return file!.pid;
    }, 10_000);
    await killAndWait(pid);
    expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /);
    await startsAnew(folder);
  });
});

it(
  'does not start beside a session that outlives its server, and does once that has ended',
  { timeout: 60_000 },
  async () => {
    const folder = await usedFolder();
    const child = startInChild(folder);
    const { pid, adminUrl } = await child.next();
    const busy = new Client({ connectionString: adminUrl });
    busy.on('error', () => undefined);
    await busy.connect();
    const { rows } = await busy.query<{ pid: number }>('select pg_backend_pid() as pid');
    const session = rows[0]!.pid;
    const endless = busy.query('do $$ begin loop end loop; end $$');
    endless.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await killAndWait(pid);
    await child.kill();
    expect(processInfo(session)).toBeDefined();

    const starting = startIn(folder);
    const early = await Promise.race([starting.then(() => 'up'), new Promise((resolve) => setTimeout(resolve, 1_500))]);
    expect(early).toBeUndefined();
    await killAndWait(session);
    const server = await starting;
    expect(await query(server.url('tiffin_app'), 'select 1 as one')).toEqual([{ one: 1 }]);
  },
);

async function halfMade(folder: string): Promise<{ initdb: number }> {
  const child = startInChild(folder);
  const half = `postgres.new-${child.process.pid}`;
  await vi.waitFor(() => expect(readdirSync(join(folder, half, 'base')).length).toBeGreaterThan(0), {
    timeout: 10_000,
    interval: 2,
  });
  const initdb = processWith(`initdb -D ${join(folder, half)}`)!;
  await child.kill();
  return { initdb };
}

describe('a first start that is killed half-way', () => {
  it.each([
    ['with its initdb', true],
    ['while its initdb goes on', false],
  ])('%s leaves nothing to trip over', { timeout: 60_000 }, async (_what, both) => {
    const folder = emptyFolder();
    const { initdb } = await halfMade(folder);
    onTestFinished(() => killAndWait(initdb));
    if (both) await killAndWait(initdb);
    const server = await startIn(folder);
    expect(await query(server.url('tiffin_app'), 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
    await killAndWait(initdb);
    await startIn(folder);
    await vi.waitFor(
      () => expect(readdirSync(folder).filter((name) => name.includes('first-password'))).toEqual([]),
      10_000,
    );
  });

  it('says so when initdb alone is killed, and begins anew the next time', { timeout: 60_000 }, async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'postgres'));
    const failing = startInChild(folder);
    await vi.waitFor(
      () => {
        process.kill(processWith(`initdb -D ${folder}`)!, 'SIGKILL');
      },
      { timeout: 10_000, interval: 10 },
    );
    expect(await failing.next()).toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('could not be made: initdb ended by SIGKILL'),
    });
    expect(readdirSync(folder).filter((name) => name.startsWith('postgres.new'))).toEqual([]);
    await startIn(folder);
  });
});

it(
  'loses no acknowledged row when Postgres itself is killed, and the process goes on',
  { timeout: 60_000 },
  async () => {
    const random = seededRandom(20_261_123);
    const folder = await usedFolder();
    const acknowledged = new Set<number>();
    let next = 0;
    for (let run = 0; run < 5; run++) {
      const server = await startEmbeddedPostgres({ folder });
      const client = new Client({ connectionString: server.url('tiffin_owner') });
      client.on('error', () => undefined);
      await client.connect();
      await client.query('create table if not exists acked (id int primary key)');
      if (run > 0 && random() < 0.5) await query(server.url('postgres'), 'checkpoint');
      const there = await client.query<{ id: number }>('select id from acked');
      const stored = new Set(there.rows.map(({ id }) => id));
      expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
      const strike = setTimeout(() => process.kill(server.pid, 'SIGKILL'), 20 + random() * 200);
      try {
        for (;;) {
          const id = next++;
          await client.query('insert into acked values ($1)', [id]);
          acknowledged.add(id);
        }
      } catch (error) {
        expect(String(error)).toMatch(/terminat|ECONNRESET|EPIPE|not queryable/i);
      }
      clearTimeout(strike);
      await client.end().catch(() => undefined);
      await server.stop();
    }
    expect(acknowledged.size).toBeGreaterThan(100);
  },
);
