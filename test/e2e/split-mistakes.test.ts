import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { SUBGRAPHS, type SubgraphPart } from '../support/apart.ts';
import { freePort } from '../support/install.ts';
import { runToEnd, startPart, untilReady, type Part } from '../support/part.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SECRET = 's'.repeat(32);
const scriptOf = (name: SubgraphPart): string => `dist/subgraphs/${name}/main.js`;
const STACK = /^ {4}at /m;

let folder: string;
let database: TestDatabase;
beforeAll(async () => {
  folder = temporaryFolder('mistakes');
  database = await createTestDatabase({ empty: true });
});

const right = (): Record<string, string> => ({
  DATABASE_URL: database.appUrl,
  DATABASE_OWNER_URL: database.ownerUrl,
  TIFFIN_INTERNAL_SECRET: SECRET,
  TIFFIN_DATA_DIR: join(folder, 'data'),
  PORT: '0',
});

async function refused(script: string, env: Record<string, string>, words: readonly RegExp[]): Promise<void> {
  const { code, said } = await runToEnd(script, env);
  for (const word of words) expect(said).toMatch(word);
  expect(said).not.toMatch(STACK);
  expect(code).toBe(1);
}

const at = (url: string, change: (url: URL) => void): string => {
  const changed = new URL(url);
  change(changed);
  return changed.href;
};

describe('a subgraph that is told wrong', { timeout: 60_000 }, () => {
  it.each(SUBGRAPHS)('%s says all that is missing at once', async (name) => {
    await refused(scriptOf(name), {}, [/DATABASE_URL: names the database/, /TIFFIN_INTERNAL_SECRET: is shared by all/]);
  });

  it.each<[string, () => Record<string, string>, RegExp]>([
    ['no URL for a database', () => ({ DATABASE_URL: 'tiffin' }), /DATABASE_URL: must be a URL like postgres:\/\//],
    ['a secret too short', () => ({ TIFFIN_INTERNAL_SECRET: 'x' }), /TIFFIN_INTERNAL_SECRET: must have at least 32/],
    ['a URL of a peer without a scheme', () => ({ FEATURE_URL: 'feature:4001' }), /FEATURE_URL: must be an http/],
    ['a port that is none', () => ({ PORT: '70000' }), /PORT: must be a whole number from 0 to 65535, not "70000"/],
    [
      'a superuser as the app',
      () => ({ DATABASE_URL: at(database.appUrl, (url) => Object.assign(url, adminOf(database))) }),
      /DATABASE_URL names a superuser[^]*DATABASE_OWNER_URL/,
    ],
    [
      'a password that is wrong',
      () => ({ DATABASE_OWNER_URL: at(database.ownerUrl, (url) => (url.password = 'wrong-one')) }),
      /DATABASE_OWNER_URL: the server at tiffin_owner@127\.0\.0\.1:\d+\/\w+ refuses the account or its password/,
    ],
    [
      'a database that is not there',
      () => ({ DATABASE_OWNER_URL: at(database.ownerUrl, (url) => (url.pathname = '/nowhere')) }),
      /DATABASE_OWNER_URL: the server at \S+\/nowhere has no such database/,
    ],
    [
      'a server that is not there',
      () => ({ DATABASE_URL: 'postgres://app:hidden@127.0.0.1:1/tiffin', DATABASE_OWNER_URL: '' }),
      /DATABASE_URL: nothing listens at app@127\.0\.0\.1:1\/tiffin/,
    ],
    [
      'an owner that may not make tables',
      () => ({ DATABASE_OWNER_URL: database.appUrl }),
      /DATABASE_URL: at tiffin_app@\S+ the account lacks a right \(permission denied/,
    ],
    [
      'a keys file that is not there',
      () => ({ TIFFIN_KEYS_FILE: '/nowhere/keys.json' }),
      /TIFFIN_KEYS_FILE: \/nowhere\/keys\.json must hold a list/,
    ],
    [
      'a keys file of another shape',
      () => keysFile('[{ "id": "ci" }]'),
      /TIFFIN_KEYS_FILE: \S+ must hold a list of keys[^]*sha256/,
    ],
    ['a data folder that is a file', () => dataDir(), /TIFFIN_DATA_DIR: nothing can be kept in/],
  ])('%s: refused in words', async (_, wrong, word) => {
    const env = { ...right(), ...wrong() };
    const { code, said } = await runToEnd(scriptOf('experiment'), env);
    expect(said).toMatch(word);
    expect(said).not.toMatch(STACK);
    expect(said).not.toMatch(/hidden|wrong-one/);
    expect(code).toBe(1);
  });

  it('a port that is taken: it says so, and lets go of the database', async () => {
    const port = await freePort();
    const holder = createServer().listen(port, '127.0.0.1');
    onTestFinished(() => void holder.close());
    await refused(scriptOf('monitoring'), { ...right(), PORT: String(port) }, [
      new RegExp(`port ${port} on 127\\.0\\.0\\.1 is taken`),
    ]);
  });

  it.each<[string, SubgraphPart, Record<string, string>, readonly RegExp[]]>([
    ['feature', 'feature', {}, [/REDIS_URL: with 2 replicas/, /TIFFIN_FEATURE_DIR: with 2 replicas/]],
    ['registry', 'registry', {}, [/TIFFIN_BLOB_DIR: with 2 replicas/, /TIFFIN_SIGNING_KEY_FILE: with 2 replicas/]],
    ['registry with blobs alone', 'registry', { TIFFIN_BLOB_DIR: '/srv/blobs' }, [/TIFFIN_SIGNING_KEY_FILE: with 2/]],
  ])('two of %s do not start with what only one can see', async (_, name, more, words) => {
    await refused(scriptOf(name), { ...right(), TIFFIN_REPLICAS: '2', ...more }, words);
  });

  it('nor does the one process, told that there are two of it', async () => {
    const env = { TIFFIN_DATA_DIR: join(folder, 'one'), TIFFIN_REPLICAS: '2', PORT: '0', TIFFIN_EDGE: 'false' };
    await refused('dist/main.js', { ...right(), ...env }, [
      /REDIS_URL: with 2 replicas .TIFFIN_REPLICAS. it names the Redis of the online store/,
    ]);
  });
});

describe('parts that do not share the secret', { timeout: 90_000 }, () => {
  const running: Part[] = [];
  afterAll(async () => {
    for (const part of running) await part.end('SIGKILL');
  });
  const start = async (script: string, env: Record<string, string>): Promise<{ part: Part; url: string }> => {
    const port = await freePort();
    const part = startPart(script, { ...env, PORT: String(port) });
    running.push(part);
    const url = `http://127.0.0.1:${port}`;
    await untilReady(part, `${url}/readyz`);
    return { part, url };
  };

  it('the graph and the log of whoever asks name the secret, and nothing is answered', async () => {
    const monitoring = await start(scriptOf('monitoring'), right());
    const other = { TIFFIN_INTERNAL_SECRET: 'o'.repeat(32), MONITORING_URL: monitoring.url };
    const gateway = await start('dist/gateway/main.js', other);
    const answer = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ edgeNodes(first: 1) { edges { node { id } } } }' }),
    });
    expect(await answer.json()).toMatchObject({
      data: { edgeNodes: null },
      errors: [{ message: expect.stringContaining('TIFFIN_INTERNAL_SECRET'), extensions: { code: 'UNAUTHENTICATED' } }],
    });
    const { part } = await start(scriptOf('experiment'), { ...right(), ...other });
    await expect
      .poll(() => part.output(), { timeout: 20_000 })
      .toMatch(/the monitoring subgraph refuses our internal token: is TIFFIN_INTERNAL_SECRET the same\?/);
  });
});

function adminOf({ name }: TestDatabase): { username: string; password: string; pathname: string } {
  const admin = new URL(inject('postgres').adminUrl);
  return { username: admin.username, password: admin.password, pathname: `/${name}` };
}

function keysFile(text: string): Record<string, string> {
  const file = join(folder, 'wrong-keys.json');
  writeFileSync(file, text);
  return { TIFFIN_KEYS_FILE: file };
}

function dataDir(): Record<string, string> {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  return { TIFFIN_DATA_DIR: file };
}
