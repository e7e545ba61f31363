import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../install/postgres/embedded-postgres.ts';
import { packageOfPlatform } from '../../../install/postgres/binaries.ts';
import { openHome } from '../../../install/postgres/home.ts';
import {
  emptyFolder,
  isRoot,
  killAndWait,
  query,
  startIn,
  startInChild,
  stopChild,
  usedFolder,
} from '../../support/embedded-folder.ts';

const NOBODY = 65534;
const uidOf = (pid: number): number => statSync(`/proc/${pid}`).uid;
const run = (command: string, ...args: string[]): void => {
  expect(spawnSync(command, args).status, `${command} ${args.join(' ')}`).toBe(0);
};

/** The package with Postgres, to do things to. */
function copiedPackage(parent: string): string {
  const folder = join(parent, 'package');
  run('cp', '-a', packageOfPlatform(), folder);
  return folder;
}

const linksOf = (packageFolder: string): string[] =>
  readdirSync(join(packageFolder, 'native', 'lib'))
    .map((name) => join(packageFolder, 'native', 'lib', name))
    .filter((path) => lstatSync(path).isSymbolicLink());

async function works(server: EmbeddedPostgres): Promise<void> {
  expect(await query(server.url('tiffin_app'), 'select 1 as one')).toEqual([{ one: 1 }]);
}

const programOf = (server: EmbeddedPostgres): string =>
  readFileSync(`/proc/${server.pid}/cmdline`, 'utf8').split('\0')[0]!;

describe('the programs', () => {
  it('run without the links to their libraries, which an install without scripts leaves out', async () => {
    const folder = await usedFolder();
    const packageFolder = copiedPackage(folder);
    const links = linksOf(packageFolder);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) rmSync(link);
    const server = await startIn(folder, { packageFolder });
    await works(server);
    expect(linksOf(packageFolder)).toEqual(links);
  });

  it('that are missing are said to be', async () => {
    const folder = await usedFolder();
    const packageFolder = copiedPackage(folder);
    rmSync(join(packageFolder, 'native', 'lib'), { recursive: true });
    await expect(startEmbeddedPostgres({ folder, packageFolder })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringMatching(/does not run: .*npm ci/s),
    });
  });
});

/** A folder below one that only root enters. */
function closedFolder(): { folder: string; parent: string; elsewhere: string } {
  const parent = emptyFolder();
  chmodSync(parent, 0o700);
  const folder = join(parent, '.tiffin');
  const elsewhere = openHome(folder).base;
  onTestFinished(() => rmSync(elsewhere, { recursive: true, force: true }));
  return { folder, parent, elsewhere };
}

describe.runIf(isRoot)('started by root', () => {
  it('gives the server to an account without rights', async () => {
    const server = await startIn(await usedFolder());
    expect(uidOf(server.pid)).not.toBe(0);
    expect(statSync(server.dataDir).uid).toBe(uidOf(server.pid));
  });

  it('shows the server nothing of its own environment', async () => {
    const server = await startIn(await usedFolder());
    const names = readFileSync(`/proc/${server.pid}/environ`, 'utf8')
      .split('\0')
      .map((entry) => entry.split('=')[0]);
    expect(
      names.filter((name) => name && !/^(PATH|LC_ALL|TZ|PG_GRANDPARENT_PID|PGLOCALEDIR|PGSYSCONFDIR)$/.test(name)),
    ).toEqual([]);
  });

  it(
    'goes to /var/lib/tiffin when the server can’t reach the folder, and finds its data again',
    { timeout: 60_000 },
    async () => {
      const { folder, parent, elsewhere } = closedFolder();
      expect(elsewhere).toMatch(/^\/var\/lib\/tiffin\/[0-9a-f]{16}$/);
      const first = await startIn(folder);
      await query(first.url('tiffin_owner'), 'create table kept as select 42 as answer');
      expect(first.dataDir).toBe(join(elsewhere, 'postgres'));
      expect(existsSync(join(folder, 'postgres'))).toBe(false);
      expect((await query(first.url('postgres'), 'show data_directory'))[0]).toEqual({ data_directory: first.dataDir });
      await first.stop();

      const second = await startIn(folder);
      expect(await query(second.url('tiffin_app'), 'select current_database() as name')).toEqual([{ name: 'tiffin' }]);
      await second.stop();

      chmodSync(parent, 0o755);
      const opened = await startIn(folder);
      expect(opened.dataDir).toBe(first.dataDir);
      expect(await query(opened.url('tiffin_owner'), 'select answer from kept')).toEqual([{ answer: 42 }]);
    },
  );

  it('says so when a folder above was closed after the data was made', async () => {
    const parent = emptyFolder();
    const folder = join(parent, '.tiffin');
    run('cp', '-a', await usedFolder(), folder);
    chmodSync(parent, 0o700);
    await expect(startEmbeddedPostgres({ folder })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringMatching(/a folder above it is closed to the account that runs Postgres.*Nothing was/s),
    });
    chmodSync(parent, 0o711);
    await works(await startIn(folder));
  });

  it('runs data of an ordinary user as that user', async () => {
    const folder = await usedFolder();
    run('chown', '-R', '65534:65534', join(folder, 'postgres'));
    rmSync(join(folder, 'postgres.log'), { force: true });
    const server = await startIn(folder);
    await works(server);
    expect(uidOf(server.pid)).toBe(65534);
  });

  it('says whom data must belong to that was copied by root', async () => {
    const folder = await usedFolder();
    run('chown', '-R', '0:0', join(folder, 'postgres'));
    await expect(startEmbeddedPostgres({ folder })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringMatching(/belongs to root, .*\(chown -R \d+ .*Nothing was deleted/s),
    });
  });

  it.each([
    ['lie below a closed folder', 'u=rwx,go='],
    ['were installed under a strict umask', ''],
  ])('copies the programs that %s', async (_what, parentMode) => {
    const folder = await usedFolder();
    const parent = join(folder, 'closed');
    mkdirSync(parent);
    const packageFolder = copiedPackage(parent);
    if (parentMode) run('chmod', parentMode, parent);
    else run('chmod', '-R', 'go=', packageFolder);
    const server = await startIn(folder, { packageFolder });
    await works(server);
    expect(programOf(server)).toMatch(new RegExp(`^${folder}/postgres-\\d+[^/]*/native/bin/postgres$`));
    await server.stop();
    await works(await startIn(folder, { packageFolder }));
  });
});

const asNobody = (folder: string, packageFolder: string): ReturnType<typeof startInChild> =>
  startInChild(folder, NOBODY, packageFolder);

describe.runIf(isRoot)('started by an ordinary user', () => {
  it('runs as that user, twice, and mends links of a package that it can’t write', { timeout: 60_000 }, async () => {
    const folder = emptyFolder();
    run('chown', '65534:65534', folder);
    const packageFolder = copiedPackage(emptyFolder());
    for (const link of linksOf(packageFolder)) rmSync(link);
    for (const adopted of [false, false]) {
      const child = asNobody(folder, packageFolder);
      const started = await child.next();
      expect(started).toMatchObject({ adopted, dataDir: join(folder, 'postgres') });
      expect(uidOf(started.pid)).toBe(65534);
      expect(await query(started.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
      await stopChild(child);
    }
    expect(linksOf(packageFolder)).toEqual([]);
  });

  it('is told when the data is another account’s, or the folder can’t be written', async () => {
    const packageFolder = copiedPackage(emptyFolder());
    const folder = await usedFolder();
    expect(await asNobody(folder, packageFolder).next()).toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringMatching(/belongs to another account.*Nothing was deleted/s),
    });
    expect(await asNobody(join(emptyFolder(), 'new'), packageFolder).next()).toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining("can't be written"),
    });
  });

  it('leaves a server that its killed process started to be taken over', async () => {
    const folder = emptyFolder();
    run('chown', '65534:65534', folder);
    const packageFolder = copiedPackage(emptyFolder());
    const first = asNobody(folder, packageFolder);
    const { pid } = await first.next();
    await first.kill();
    const second = asNobody(folder, packageFolder);
    expect(await second.next()).toMatchObject({ adopted: true, pid });
    await stopChild(second);
    await killAndWait(pid);
  });
});
