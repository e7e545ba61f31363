import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from '../../../install/postgres/embedded-postgres.ts';
import { canReach } from '../../../install/postgres/unprivileged-user.ts';
import { processInfo } from '../../../install/process/process-info.ts';
import { startChild, type Child } from '../../support/child.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const isRoot = process.getuid?.() === 0;
const SOME_USER = 65534;

let folder: string;
const servers: EmbeddedPostgres[] = [];
const children: Child[] = [];

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ folder, settings: ['fsync=off'], ...options });
  servers.push(server);
  return server;
}

function startElsewhere(...args: string[]): Child {
  const child = startChild('start-postgres.ts', [folder, ...args]);
  children.push(child);
  return child;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A folder that has been started and stopped once, to be copied: making one takes seconds. */
let prepared: string;
beforeAll(async () => {
  prepared = temporaryFolder('launcher');
  await (await startEmbeddedPostgres({ folder: prepared })).stop();
});

function usePrepared(): void {
  expect(spawnSync('cp', ['-a', `${prepared}/.`, folder]).status).toBe(0);
}

beforeEach(() => {
  folder = temporaryFolder('launcher');
});

afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  for (const server of servers.splice(0)) await server.stop();
  // What a killed child left behind is adopted, to be stopped.
  if (existsSync(join(folder, 'postgres', 'postmaster.pid'))) {
    await startEmbeddedPostgres({ folder }).then(
      (left) => left.stop(),
      () => undefined,
    );
  }
  rmSync(folder, { recursive: true, force: true });
});

describe('a start', () => {
  it('makes a database with four ordinary roles, and finds everything again the next time', async () => {
    const first = await start();
    expect(first.adopted).toBe(false);
    const roles = await query(first.url('tiffin_reader'), 'select rolname, rolsuper from pg_roles order by rolname');
    expect(roles.filter(({ rolname }) => String(rolname).startsWith('tiffin_'))).toEqual(
      ['tiffin_app', 'tiffin_backup', 'tiffin_owner', 'tiffin_reader'].map((rolname) => ({ rolname, rolsuper: false })),
    );
    await query(first.url('tiffin_owner'), 'create schema kept; create table kept.it as select 42 as answer');
    expect(await query(first.url('tiffin_backup'), 'select answer from kept.it')).toEqual([{ answer: 42 }]);
    await first.stop();
    expect(processInfo(first.pid)).toBeUndefined();

    const second = await start();
    expect(await query(second.url('tiffin_owner'), 'select answer from kept.it')).toEqual([{ answer: 42 }]);
  });

  it('lets nobody in without the password, which only this account can read', async () => {
    usePrepared();
    const server = await start();
    const guessed = server.url('postgres').replace(/:[^:@/]+@/, ':guess@');
    await expect(query(guessed, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect(statSync(join(folder, 'postgres.passwords.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).not.toContain('postgres.first-password');
  });

  it('is refused while another process runs on the folder, and while this one does', async () => {
    usePrepared();
    const { port } = await startElsewhere().next();
    const message = expect.stringMatching(
      new RegExp(`already running: process ${children[0]!.process.pid} .*:${port}`),
    );
    await expect(start()).rejects.toMatchObject({ code: 'CONFLICT', message, details: { port } });
    children[0]!.process.stdin!.write('\n');
    await once(children[0]!.process, 'close');
    await start();
    await expect(start()).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('has one winner when two come at the same moment', async () => {
    const answers = await Promise.all([startElsewhere().next(), startElsewhere().next()]);
    expect(answers.filter(({ port }) => port !== undefined)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'CONFLICT')).toHaveLength(1);
  });

  it('works for an ordinary user', async ({ skip }) => {
    const user = { uid: SOME_USER, gid: SOME_USER };
    if (isRoot && !canReach(import.meta.dirname, user)) skip('this checkout is closed to other accounts');
    chmodSync(folder, 0o777);
    const child = startElsewhere(...(isRoot ? [String(SOME_USER)] : []));
    const { url } = await child.next();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    if (isRoot) expect(statSync(join(folder, 'postgres')).uid).toBe(SOME_USER);
    await child.kill();
    // Root goes on with the account that the data belongs to.
    expect((await start()).adopted).toBe(true);
  });

  it.skipIf(!isRoot)(
    'keeps the data elsewhere when root starts it below a closed folder, also once moved',
    async () => {
      const closed = join(folder, 'closed');
      const elsewhere = join(folder, 'elsewhere');
      mkdirSync(closed, { mode: 0o700 });
      chmodSync(folder, 0o711);
      const options = { folder: join(closed, '.tiffin'), elsewhere };
      const first = await start(options);
      await query(first.url('tiffin_owner'), 'create schema kept');
      expect(readdirSync(elsewhere)).toHaveLength(1);
      await first.stop();

      renameSync(closed, join(folder, 'moved'));
      const second = await start({ folder: join(folder, 'moved', '.tiffin'), elsewhere });
      expect(await query(second.url('tiffin_owner'), `select 'kept'::regnamespace::text as name`)).toEqual([
        { name: 'kept' },
      ]);
    },
  );
});

describe('after a crash', () => {
  it('takes over the server of a killed process', async () => {
    usePrepared();
    const child = startElsewhere();
    const left = await child.next();
    await child.kill();
    const server = await start();
    expect(server).toMatchObject({ adopted: true, pid: left.pid, port: left.port });
    expect(await query(left.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('keeps what was acknowledged when process and server are killed while writing', async () => {
    usePrepared();
    const child = startElsewhere();
    const left = await child.next();
    const owner = new Client({ connectionString: ownerUrl(left) });
    owner.on('error', () => undefined);
    await owner.connect();
    await owner.query('create schema kept; create table kept.it (n int primary key)');
    const acknowledged: number[] = [];
    const writing = (async () => {
      for (let n = 0; ; n++) {
        await owner.query('insert into kept.it values ($1)', [n]);
        acknowledged.push(n);
      }
    })().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill(left.pid, 'SIGKILL');
    await child.kill();
    await writing;
    const server = await start();
    expect(server.adopted).toBe(false);
    const rows = await query(server.url('tiffin_owner'), 'select n from kept.it order by n');
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(rows.map(({ n }) => n)).toEqual(expect.arrayContaining(acknowledged));
  });

  it('removes a pid file that names a zombie, an unrelated process, or nobody', async () => {
    usePrepared();
    const parent = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    await new Promise((resolve) => setTimeout(resolve, 200));
    const dataDir = join(folder, 'postgres');
    for (const pid of [Number(line.toString()), process.pid, 999_999_999]) {
      writeFileSync(join(dataDir, 'postmaster.pid'), `${pid}\n${dataDir}\n0\n5432\n\n127.0.0.1\n0\nready\n`);
      const server = await start();
      expect(server.adopted).toBe(false);
      expect(await query(server.url('tiffin_app'), 'select 1 as one')).toEqual([{ one: 1 }]);
      await server.stop();
    }
    parent.kill();
  });

  it('begins anew after a first start that was killed half-way', async () => {
    mkdirSync(join(folder, 'postgres.new', 'base'), { recursive: true });
    writeFileSync(join(folder, 'postgres.new', 'PG_VERSION'), '18\n');
    writeFileSync(join(folder, 'postgres.owner.json'), '');
    await start();
    expect(readdirSync(folder)).not.toContain('postgres.new');
  });
});

const refusal = (part: RegExp): object => ({
  code: 'FAILED_PRECONDITION',
  message: expect.stringMatching(new RegExp(`(${part.source}).*Nothing was deleted`, 's')),
});

describe('a folder that cannot be used', () => {
  it('is refused when it holds something else', async () => {
    mkdirSync(join(folder, 'postgres'));
    writeFileSync(join(folder, 'postgres', 'letters.txt'), 'dear');
    await expect(start()).rejects.toMatchObject(refusal(/no PG_VERSION/));
    expect(readdirSync(join(folder, 'postgres'))).toEqual(['letters.txt']);
  });

  it('is refused, and kept, when it is damaged, of another version, or has lost its passwords', async () => {
    usePrepared();
    const dataDir = join(folder, 'postgres');
    const passwords = join(folder, 'postgres.passwords.json');

    renameSync(join(dataDir, 'global', 'pg_control'), join(dataDir, 'global', 'aside'));
    await expect(start()).rejects.toMatchObject(refusal(/could not (find the database system|open file)|pg_control/));
    renameSync(join(dataDir, 'global', 'aside'), join(dataDir, 'global', 'pg_control'));

    writeFileSync(join(dataDir, 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toMatchObject(refusal(/made by Postgres 17, and this is 18/));
    writeFileSync(join(dataDir, 'PG_VERSION'), '18\n');

    copyFileSync(passwords, `${passwords}.aside`);
    rmSync(passwords);
    await expect(start()).rejects.toMatchObject(refusal(/its passwords, .*, are gone/));
    writeFileSync(passwords, '{"postgres"');
    await expect(start()).rejects.toMatchObject(refusal(/its passwords, .*, can't be read/));
    renameSync(`${passwords}.aside`, passwords);

    const mended = await start();
    expect(await query(mended.url('tiffin_app'), 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

function ownerUrl({ port }: { port: number }): string {
  const passwords = JSON.parse(readFileSync(join(folder, 'postgres.passwords.json'), 'utf8'));
  return `postgres://tiffin_owner:${passwords.tiffin_owner}@127.0.0.1:${port}/tiffin`;
}
