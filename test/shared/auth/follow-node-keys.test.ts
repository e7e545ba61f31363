import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { KeyRing, sha256OfKey } from '../../../subgraphs/shared/auth/key-ring.ts';
import { followNodeKeys } from '../../../subgraphs/shared/auth/follow-node-keys.ts';
import { localPeer, type Peer } from '../../../subgraphs/shared/peer.ts';
import { pino } from 'pino';
import { atEnd } from '../../support/at-end.ts';
import { person, secret, startTestRegistry, type TestRegistry } from '../../support/registry.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const log = pino({ level: 'silent' });
const KEY = 'tfn_key';

async function enrolled(registry: TestRegistry): Promise<void> {
  const { issueEnrolmentToken } = await registry.ask(
    person('admin'),
    'mutation ($input: IssueEnrolmentTokenInput!) { issueEnrolmentToken(input: $input) { token } }',
    { input: { node: 'edge-1' } },
  );
  const answer = await registry.subgraph.dataApp.request('/v1/nodes/enrol', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: issueEnrolmentToken.token, node: 'edge-1', keySha256: sha256OfKey(KEY) }),
  });
  expect(answer.status).toBe(201);
}
const revoke = (registry: TestRegistry) =>
  registry.ask(
    person('admin'),
    'mutation ($input: RevokeNodeKeysInput!) { revokeNodeKeys(input: $input) { revoked { number } } }',
    { input: { node: 'edge-1', reason: 'stolen' } },
  );

/** Another process that lets nodes in, as far as their keys go. */
async function follower(registry: Peer, file: string) {
  const keys = new KeyRing([]);
  const following = await followNodeKeys({ registry, keys, file, log });
  atEnd(() => following.stop());
  const holder = () => keys.holderOf(`Bearer ${KEY}`).catch(() => null);
  return { following, holder };
}

it('lets the keys of nodes into another process, and out again, also while the registry is away', async () => {
  const registry = await startTestRegistry({ keys: new KeyRing([]) });
  let isAway = false;
  const peer = localPeer('registry', () => (isAway ? undefined : registry.subgraph), secret);
  const file = join(temporaryFolder('follower'), 'node-keys.json');
  const first = await follower(peer, file);
  expect(await first.holder()).toBeNull();
  await enrolled(registry);
  await expect
    .poll(first.holder, { timeout: 20_000 })
    .toMatchObject({ subject: 'key:node/edge-1/1', trust: 'server', node: 'edge-1' });
  await expect.poll(() => existsSync(file), { timeout: 20_000 }).toBe(true);
  await first.following.stop();

  isAway = true;
  const second = await follower(peer, file);
  expect(await second.holder(), 'what was known stays over a start').toMatchObject({ node: 'edge-1' });
  await revoke(registry);
  isAway = false;
  await expect.poll(second.holder, { timeout: 20_000 }).toBeNull();
  rmSync(file);
});

it('is told at once, not at its next look', async () => {
  const registry = await startTestRegistry({ keys: new KeyRing([]) });
  const peer = localPeer('registry', () => registry.subgraph, secret);
  const { holder } = await follower(peer, join(temporaryFolder('follower'), 'node-keys.json'));
  await enrolled(registry);
  await expect.poll(holder, { timeout: 20_000 }).not.toBeNull();
  await revoke(registry);
  // The registry holds a question for twenty seconds: to hear of it sooner is to be told.
  await expect.poll(holder, { timeout: 10_000 }).toBeNull();
});
