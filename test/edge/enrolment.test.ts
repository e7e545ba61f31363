import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { NodeIdentity, type HeldKey } from '../../edge/control-plane/node-identity.ts';
import { readConfigFiles } from '../../edge/adapters/node/config-files.ts';
import { readConfig } from '../../edge/adapters/node/config.ts';
import { HeldKeyFile } from '../../edge/adapters/node/held-key-file.ts';
import { KeyRing } from '../../subgraphs/shared/auth/key-ring.ts';
import { person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DAY_MS = 86_400_000;
let clock = new Date('2026-03-01T10:00:00.000Z');
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry({ keys: new KeyRing([], () => clock), now: () => clock });
});

/** The registry's own app, without a socket between. */
const fetchRegistry = ((url: string | URL, init?: RequestInit) =>
  registry.subgraph.dataApp.request(String(url).replace('http://registry', ''), init)) as typeof fetch;
const issue = async (node: string): Promise<string> =>
  (
    await registry.ask(
      person('admin'),
      'mutation ($input: IssueEnrolmentTokenInput!) { issueEnrolmentToken(input: $input) { token } }',
      { input: { node } },
    )
  ).issueEnrolmentToken.token;
const isLetIn = async (key: string): Promise<boolean> => {
  const answer = await fetchRegistry('http://registry/v1/manifests/server', {
    headers: { authorization: `Bearer ${key}` },
  });
  await answer.text();
  return answer.status !== 401;
};

interface Given {
  readonly node: string;
  readonly token?: string | null;
  readonly folder?: string;
  readonly fetch?: typeof fetch;
  readonly days?: number;
}

/** The identity of a node over its folder, as its process opens it. */
async function identityOf({
  node,
  token = null,
  folder = temporaryFolder('node'),
  fetch = fetchRegistry,
  days = 30,
}: Given) {
  const store = new HeldKeyFile(folder);
  const held = await store.open();
  const identity = new NodeIdentity(held, {
    registryUrl: 'http://registry',
    node,
    token,
    rotateAfterMs: days * DAY_MS,
    fetch,
    nowMs: () => clock.getTime(),
    store,
  });
  const kept = (): HeldKey => JSON.parse(readFileSync(join(folder, 'node-key.json'), 'utf8'));
  return { identity, folder, kept };
}

describe('the key of a node', () => {
  it('is made by the node, enrolled once, and found again at the next start', async () => {
    const { identity, folder, kept } = await identityOf({ node: 'a', token: await issue('a') });
    const { key } = identity;
    expect(await isLetIn(key)).toBe(false);
    expect(await identity.settle()).toEqual({ kind: 'ENROLLED', number: 1 });
    expect(await identity.settle()).toEqual({ kind: 'UNCHANGED' });
    expect([identity.key, await isLetIn(key)]).toEqual([key, true]);
    expect(kept()).toMatchObject({ key, enrolledAt: clock.toISOString(), next: null, another: null });
    expect(statSync(join(folder, 'node-key.json')).mode & 0o777).toBe(0o600);
    const again = await identityOf({ node: 'a', folder });
    expect([again.identity.key, (await again.identity.settle()).kind]).toEqual([key, 'UNCHANGED']);
  });

  it('is enrolled with the next try where the answer was lost, or the registry was away', async () => {
    const token = await issue('b');
    const lost = (async (...given: Parameters<typeof fetch>) => {
      await fetchRegistry(...given);
      throw new TypeError('the connection was cut');
    }) as typeof fetch;
    const { identity, folder } = await identityOf({ node: 'b', token, fetch: lost });
    expect(await identity.settle()).toMatchObject({
      kind: 'FAILED',
      reason: expect.stringContaining('cannot be reached'),
    });
    expect(await isLetIn(identity.key), 'the registry has taken it').toBe(true);
    const again = await identityOf({ node: 'b', token, folder });
    expect(await again.identity.settle()).toEqual({ kind: 'ENROLLED', number: 1 });
  });

  it('says why it cannot be enrolled', async () => {
    const token = await issue('c');
    const of = async (given: Given) => (await identityOf(given)).identity.settle();
    expect(await of({ node: 'c' })).toMatchObject({ reason: expect.stringContaining('TIFFIN_EDGE_ENROL_TOKEN') });
    expect(await of({ node: 'c', token: 'tfe_no' })).toMatchObject({ reason: expect.stringContaining('is not known') });
    expect(await of({ node: 'd', token })).toMatchObject({ reason: expect.stringContaining('for \\"c\\"') });
    expect((await of({ node: 'c', token })).kind).toBe('ENROLLED');
    expect(await of({ node: 'c', token })).toMatchObject({ reason: expect.stringContaining('used before') });
  });

  it('is rotated when it is old enough, and the one before ends', async () => {
    const { identity, kept } = await identityOf({ node: 'e', token: await issue('e'), days: 2 });
    await identity.settle();
    const before = identity.key;
    clock = new Date(clock.getTime() + 2 * DAY_MS - 1);
    expect((await identity.settle()).kind).toBe('UNCHANGED');
    clock = new Date(clock.getTime() + 1);
    expect(await identity.settle()).toEqual({ kind: 'ROTATED', number: 2 });
    expect(identity.key).not.toBe(before);
    expect(kept()).toMatchObject({ key: identity.key, enrolledAt: clock.toISOString(), next: null });
    expect([await isLetIn(before), await isLetIn(identity.key)]).toEqual([true, true]);
    clock = new Date(clock.getTime() + DAY_MS / 24);
    expect([await isLetIn(before), await isLetIn(identity.key)]).toEqual([false, true]);
  });

  it('survives a crash at any moment of a rotation, however long the node is away after it', async () => {
    for (const [name, takes] of [
      ['before the registry heard', false],
      ['after the registry heard', true],
    ] as const) {
      const node = takes ? 'g' : 'f';
      const { identity, folder } = await identityOf({ node, token: await issue(node), days: 1 });
      await identity.settle();
      clock = new Date(clock.getTime() + DAY_MS);
      const cut = (async (...given: Parameters<typeof fetch>) => {
        if (takes) await fetchRegistry(...given);
        throw new TypeError('the process was killed');
      }) as typeof fetch;
      const crashed = await identityOf({ node, folder, fetch: cut, days: 1 });
      expect((await crashed.identity.settle()).kind, name).toBe('FAILED');
      clock = new Date(clock.getTime() + DAY_MS / 2);
      const again = await identityOf({ node, folder, days: 1 });
      expect(await again.identity.settle(), name).toEqual({ kind: 'ROTATED', number: 2 });
      expect(await isLetIn(again.identity.key), name).toBe(true);
    }
  });

  it('that was revoked is told as such', async () => {
    const { identity } = await identityOf({ node: 'h', token: await issue('h'), days: 1 });
    await identity.settle();
    await registry.ask(
      person('admin'),
      'mutation ($input: RevokeNodeKeysInput!) { revokeNodeKeys(input: $input) { revoked { number } } }',
      { input: { node: 'h', reason: 'stolen' } },
    );
    clock = new Date(clock.getTime() + DAY_MS);
    expect(await identity.settle()).toMatchObject({ kind: 'FAILED', reason: expect.stringContaining('401') });
  });

  it('that was revoked comes back with another token, by another key, also where the answer is lost', async () => {
    const first = await issue('i');
    const { identity, folder } = await identityOf({ node: 'i', token: first });
    await identity.settle();
    const before = identity.key;
    await registry.ask(
      person('admin'),
      'mutation ($input: RevokeNodeKeysInput!) { revokeNodeKeys(input: $input) { revoked { number } } }',
      { input: { node: 'i', reason: 'stolen' } },
    );
    const token = await issue('i');
    const cut = (async (...given: Parameters<typeof fetch>) => {
      await fetchRegistry(...given);
      throw new TypeError('the process was killed');
    }) as typeof fetch;
    const crashed = await identityOf({ node: 'i', folder, token, fetch: cut });
    expect((await crashed.identity.settle()).kind).toBe('FAILED');
    expect(crashed.identity.key, 'until the registry has said that it took the new one').toBe(before);
    const again = await identityOf({ node: 'i', folder, token });
    expect(await again.identity.settle()).toEqual({ kind: 'ENROLLED', number: 2 });
    expect([await isLetIn(before), await isLetIn(again.identity.key)]).toEqual([false, true]);
    expect((await again.identity.settle()).kind, 'the token is left where it is').toBe('UNCHANGED');
    expect(again.kept()).toMatchObject({ next: null, another: null });
  });

  it('is kept where another token is not good', async () => {
    const { identity, folder } = await identityOf({ node: 'k', token: await issue('k') });
    await identity.settle();
    const wrong = await identityOf({ node: 'k', folder, token: 'tfe_no' });
    expect(await wrong.identity.settle()).toMatchObject({
      kind: 'FAILED',
      reason: expect.stringContaining('not known'),
    });
    expect([wrong.identity.key, await isLetIn(identity.key)]).toEqual([identity.key, true]);
  });
});

describe('a node on Node.js', () => {
  const settings = (folder: string, more: Record<string, string>) => ({
    TIFFIN_CONTROL_URL: 'http://127.0.0.1:1',
    TIFFIN_KEYS_FILE: join(folder, 'keys.json'),
    TIFFIN_TRUSTED_KEYS_FILE: join(folder, 'trusted.json'),
    TIFFIN_EDGE_DATA_DIR: join(folder, 'data'),
    ...more,
  });
  const folder = temporaryFolder('edge');
  writeFileSync(join(folder, 'keys.json'), '[]');
  writeFileSync(join(folder, 'trusted.json'), '{}');
  mkdirSync(join(folder, 'data'));

  it('needs a key, a token, or a key that it has enrolled', async () => {
    expect(() => readConfig(settings(folder, {}))).toThrow('TIFFIN_EDGE_ENROL_TOKEN');
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'tfe_x\n');
    const first = await readConfigFiles(readConfig(settings(folder, { TIFFIN_EDGE_ENROL_TOKEN_FILE: tokenFile })));
    expect(first.identity?.key).toMatch(/^tfn_[\w-]{32}$/);
    const again = await readConfigFiles(readConfig(settings(folder, {})));
    expect(again.identity?.key).toBe(first.identity?.key);
    const given = await readConfigFiles(readConfig(settings(folder, { TIFFIN_EDGE_KEY: 'k' })));
    expect([given.nodeKey, given.identity]).toEqual(['k', null]);
  });

  it('says so where its key cannot be read', async () => {
    writeFileSync(join(folder, 'data', 'node-key.json'), '{');
    await expect(readConfigFiles(readConfig(settings(folder, {})))).rejects.toThrow('does not hold a node');
  });
});
