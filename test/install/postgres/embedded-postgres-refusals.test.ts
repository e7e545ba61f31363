import { createServer } from 'node:net';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmbeddedPostgres } from '../../../install/postgres/embedded-postgres.ts';
import { freePort } from '../../../install/postgres/free-port.ts';
import { emptyFolder, query, startIn, usedFolder } from '../../support/embedded-folder.ts';

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** Every file below, with what changes when it is written. */
const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path, `${statSync(path).ino} ${statSync(path).size} ${statSync(path).mtimeMs}`]),
  );

describe('an embedded Postgres', () => {
  it('keeps data and passwords from other accounts', async () => {
    const folder = await usedFolder();
    const { dataDir } = await startIn(folder);
    expect(mode(dataDir)).toBe('700');
    expect(mode(join(folder, 'postgres.passwords.json'))).toBe('600');
    expect(mode(join(folder, 'postgres.owner.json'))).toBe('600');
    expect(readdirSync(folder).filter((name) => name.includes('first-password'))).toEqual([]);
  });

  it('has four roles: none is a superuser, each can do its own work and no more', async () => {
    const server = await startIn(await usedFolder());
    const roles = await query(
      server.url('postgres'),
      "select rolname from pg_roles where rolname like 'tiffin%' and not rolsuper order by rolname",
    );
    expect(roles.map(({ rolname }) => rolname)).toEqual([
      'tiffin_app',
      'tiffin_backup',
      'tiffin_owner',
      'tiffin_reader',
    ]);
    await query(
      server.url('tiffin_owner'),
      'create schema s; create table s.t (id int); grant usage on schema s to tiffin_reader; grant select on s.t to tiffin_reader',
    );
    expect(await query(server.url('tiffin_backup'), 'select id from s.t')).toEqual([]);
    expect(await query(server.url('tiffin_reader'), 'select id from s.t')).toEqual([]);
    for (const account of ['tiffin_backup', 'tiffin_reader', 'tiffin_app'] as const) {
      await expect(query(server.url(account), 'insert into s.t values (1)'), account).rejects.toMatchObject({
        code: '42501',
      });
      await expect(query(server.url(account), 'create table public.mine (id int)'), account).rejects.toMatchObject({
        code: '42501',
      });
    }
  });

  it('takes another port when somebody takes the chosen one in between', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as { port: number };
    const free = [port, port, 0];
    const server = await startIn(await usedFolder(), {
      choosePort: async () => free.shift() || (await freePort()),
    });
    expect(free).toEqual([]);
    expect(server.port).not.toBe(port);
    expect(await query(server.url('tiffin_app'), 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

async function refused(folder: string, message: RegExp): Promise<void> {
  const before = contents(folder);
  await expect(startEmbeddedPostgres({ folder })).rejects.toMatchObject({
    code: 'FAILED_PRECONDITION',
    message: expect.stringMatching(message),
  });
  expect(contents(folder)).toEqual(before);
}

describe('what can’t be used is refused and left as it is', () => {
  it('a folder with other files', async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'postgres'));
    writeFileSync(join(folder, 'postgres', 'thesis.txt'), 'years of work');
    await refused(folder, /not a data folder of Postgres\. Nothing was deleted: restore the folder, or move it away/);
  });

  it('data of another version', async () => {
    const folder = await usedFolder();
    writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '17\n');
    await refused(folder, /made by Postgres 17, and this is 18\. Nothing was deleted/);
  });

  it('data whose passwords are lost', async () => {
    const folder = await usedFolder();
    rmSync(join(folder, 'postgres.passwords.json'));
    await refused(folder, /postgres\.passwords\.json, are gone.*Nothing was deleted/s);
  });

  it.each(['', '{"postgres": "x"}', 'not JSON'])('a file of passwords that holds %j', async (text) => {
    const folder = await usedFolder();
    writeFileSync(join(folder, 'postgres.passwords.json'), text);
    await refused(folder, /postgres\.passwords\.json, can't be read.*Nothing was deleted/s);
  });

  it('passwords of another install', async () => {
    const folder = await usedFolder();
    const file = join(folder, 'postgres.passwords.json');
    const passwords = JSON.parse(readFileSync(file, 'utf8'));
    cpSync(file, `${file}.right`);
    writeFileSync(file, JSON.stringify({ ...passwords, postgres: 'another' }));
    await expect(startEmbeddedPostgres({ folder })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('are not those it was made with'),
    });
    cpSync(`${file}.right`, file);
    const server = await startIn(folder);
    expect(server.adopted).toBe(false);
  });

  it('mends a role whose password differs from the file, since the file is what counts', async () => {
    const folder = await usedFolder();
    const file = join(folder, 'postgres.passwords.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), tiffin_app: 'another' }));
    const server = await startIn(folder);
    expect(await query(server.url('tiffin_app'), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('a folder that is a file', async () => {
    const folder = join(emptyFolder(), 'file');
    writeFileSync(folder, '');
    await expect(startEmbeddedPostgres({ folder })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  it('a data folder that is broken inside', async () => {
    const folder = await usedFolder();
    rmSync(join(folder, 'postgres', 'global', 'pg_control'));
    await expect(startEmbeddedPostgres({ folder })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringMatching(/the server ended: .*pg_control.*Nothing was deleted/s),
    });
  });
});
