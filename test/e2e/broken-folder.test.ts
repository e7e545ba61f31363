import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../../install/postgres/embedded-postgres.ts';
import { processInfo } from '../../install/process/process-info.ts';
import { startInstall, type OneProcessInstall } from '../support/install.ts';
import { runToEnd } from '../support/part.ts';
import { eventually } from '../support/story.ts';
import { answered, keptFacts, makeUsed, untilServing, untilStored } from '../support/used-install.ts';

const env = {
  TIFFIN_SOURCE_DIRS: tmpdir(),
  TIFFIN_EDGE_POLL_MS: '100',
  TIFFIN_EDGE_HEARTBEAT_MS: '200',
  TIFFIN_EDGE_SHIP_MS: '100',
};

const STACK = /^ {4}at /m;

/** Something in the folder is set aside and something else put in its place, until it is put back. */
function replaced(path: string, text: string | null): () => void {
  renameSync(path, `${path}.whole`);
  if (text !== null) writeFileSync(path, text);
  return () => {
    rmSync(path, { force: true });
    renameSync(`${path}.whole`, path);
  };
}

describe('npm start on a folder with something broken in it', { timeout: 120_000 }, () => {
  let install: OneProcessInstall;
  let facts: unknown;
  let predictions: string[];
  const inFolder = (...path: string[]): string => join(install.dataDir, ...path);
  const refusedStart = () =>
    runToEnd('dist/main.js', { ...env, TIFFIN_DATA_DIR: install.dataDir, PORT: '0', TIFFIN_EDGE: 'false' });
  const again = async (): Promise<void> => {
    install = await install.again();
    await untilServing(install);
  };

  beforeAll(async () => {
    install = await startInstall({ env });
    await makeUsed(install);
    predictions = [await answered(install, 1), await answered(install, 2)];
    await untilStored(install, predictions);
    facts = await keptFacts(install);
    expect(await install.stop()).toBe(0);
  }, 120_000);
  afterAll(() => install?.stop());

  const gone =
    (...path: string[]) =>
    () =>
      replaced(inFolder(...path), null);
  const holding =
    (text: string, ...path: string[]) =>
    () =>
      replaced(inFolder(...path), text);
  it.each<[string, () => () => void, RegExp]>([
    [
      'a version of Postgres that is none',
      holding('garbage', 'postgres', 'PG_VERSION'),
      /it was made by Postgres garbage, and this is 18\. Nothing was deleted: restore the folder, or move it away/,
    ],
    ['no version of Postgres', gone('postgres', 'PG_VERSION'), /it has files but no PG_VERSION/],
    [
      'no control file',
      gone('postgres', 'global', 'pg_control'),
      /Postgres can't use \S+: the server ended: [^]*Nothing was deleted/,
    ],
    [
      'no configuration of Postgres',
      gone('postgres', 'postgresql.conf'),
      /Postgres can't use \S+: the server ended: [^]*Nothing was deleted/,
    ],
    ['no passwords', gone('postgres.passwords.json'), /its passwords, \S+, are gone/],
    ['passwords that are none', holding('{', 'postgres.passwords.json'), /its passwords, \S+, can't be read/],
    [
      'an empty secret',
      holding('', 'secrets', 'internal.secret'),
      /internal\.secret is empty: move it away to have it made anew/,
    ],
    [
      'a secret that is none',
      holding('not hex', 'secrets', 'internal.secret'),
      /internal\.secret can't be read: it does not hold 64 hexadecimal digits[^]*move it away to have it made anew/,
    ],
    [
      'keys that are none',
      holding('[{]', 'secrets', 'keys.json'),
      /keys\.json can't be read: [^]*Mend it, or move it away/,
    ],
    [
      'a signing key that is none',
      holding('{}', 'secrets', 'manifest-key.json'),
      /manifest-key\.json can't be read: [^]*Restore it/,
    ],
    [
      'half a signing key',
      holding('{"kty":"OKP","x":"', 'secrets', 'manifest-key.json'),
      /manifest-key\.json can't be read: [^]*Restore it/,
    ],
    ['trusted keys that are none', holding('{', 'secrets', 'trusted-keys.json'), /trusted-keys\.json can't be read/],
  ])('%s: it says so, and what to do', async (_, breakIt, words) => {
    const mend = breakIt();
    try {
      const { code, said } = await refusedStart();
      expect(said).toMatch(words);
      expect(said).not.toMatch(STACK);
      expect(said.trimEnd().split('\n').length).toBeLessThanOrEqual(6);
      expect(code).toBe(1);
    } finally {
      mend();
    }
  });

  const inDatabase = async (sql: string): Promise<void> => {
    const server = await startEmbeddedPostgres({ folder: install.dataDir });
    const client = new Client({ connectionString: server.url('tiffin_owner') });
    await client.connect();
    await client.query(sql);
    await client.end();
    await server.stop();
  };

  it('a database that a newer version has changed: it names the change, and what to do', async () => {
    await inDatabase("insert into registry.migration (name) values ('9999-from-tomorrow')");
    const { code, said } = await refusedStart();
    expect(said).toMatch(
      /the database is newer than this code: it has "9999-from-tomorrow" of registry\. Run the newer version, or restore/,
    );
    expect(said).not.toMatch(STACK);
    expect(code).toBe(1);
    await inDatabase("delete from registry.migration where name = '9999-from-tomorrow'");
  });

  it('mended, it has everything', async () => {
    await again();
    expect(await keptFacts(install)).toEqual(facts);
    await untilStored(install, predictions);
    expect(await install.stop()).toBe(0);
  });

  it('what can be made anew is: half a snapshot, an edge that forgot what it held', async () => {
    const snapshot = inFolder('feature', 'online.snapshot');
    truncateSync(snapshot, Math.floor(readFileSync(snapshot).length / 2));
    writeFileSync(`${snapshot}.partial`, 'half');
    writeFileSync(inFolder('edge', 'held.json'), '{"half');
    await again();
    expect(await keptFacts(install)).toEqual(facts);
    predictions.push(await answered(install, 3));
    await untilStored(install, predictions);
  });

  it('of a log that the disk has garbled, all other records arrive and the account says which did not', async () => {
    const edge = Number(readFileSync(inFolder('edge.pid'), 'utf8'));
    await install.kill();
    const during = [await answered(install, 4), await answered(install, 5), await answered(install, 6)];
    process.kill(edge, 'SIGKILL');
    await eventually(async () => expect(processInfo(edge)?.command).toBeUndefined());

    const queue = inFolder('edge', 'queue');
    const log = readdirSync(queue)
      .filter((name) => name.endsWith('.log'))
      .map((name) => join(queue, name))
      .find((path) => readFileSync(path, 'utf8').includes(during[1]!))!;
    const text = readFileSync(log, 'utf8');
    const at = text.indexOf('{', text.indexOf(during[1]!));
    writeFileSync(log, `${text.slice(0, at)}\u0001${text.slice(at + 1)}`);
    appendFileSync(log, '9\tp\t9\thalf a rec');

    await again();
    const after = await answered(install, 7);
    await untilStored(install, [...predictions, during[0]!, during[2]!, after]);
    const query =
      '{ edgeNodes(first: 1) { edges { node { accounting { balanced dropped queued droppedByReason { name count } } } } } }';
    await eventually(async () => {
      const { data } = await install.graphql(query, {}, 'viewer');
      expect(data.edgeNodes.edges[0].node.accounting).toEqual({
        balanced: true,
        dropped: 1,
        queued: 0,
        droppedByReason: [{ name: 'REJECTED', count: 1 }],
      });
    });
    expect(readFileSync(join(queue, 'rejected.jsonl'), 'utf8')).toContain(during[1]);
    expect(existsSync(log)).toBe(false);
  });
});
