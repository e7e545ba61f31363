import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { KeyRing, sha256OfKey } from '../../../subgraphs/shared/auth/key-ring.ts';
import { person, startTestRegistry, type TestRegistry } from '../../support/registry.ts';

const admin = person('admin');
const ISSUE = `mutation ($input: IssueEnrolmentTokenInput!) { issueEnrolmentToken(input: $input) { token node expiresAt } }`;
const REVOKE = `mutation ($input: RevokeNodeKeysInput!) { revokeNodeKeys(input: $input) { revoked { node number state revokedBy } } }`;
const LIST = `query ($node: String) { nodeKeys(first: 50, node: $node) {
  edges { node { nodeId node number state enrolledAt enrolledBy expiresAt revokedAt revokedBy } } } }`;
const AUDIT = `query ($subject: ID) { auditRecords(first: 20, subject: $subject) { edges { node { action actor onBehalfOf reason } } } }`;

let clock = new Date('2026-03-01T10:00:00.000Z');
const later = (minutes: number): void => void (clock = new Date(clock.getTime() + minutes * 60_000));
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry({ keys: new KeyRing([], () => clock), now: () => clock });
});

const newKey = (): string => `tfn_${randomBytes(24).toString('base64url')}`;
const issue = async (node: string, minutes?: number): Promise<string> =>
  (await registry.ask(admin, ISSUE, { input: { node, ...(minutes && { minutes }) } })).issueEnrolmentToken.token;
const keysOf = async (node: string): Promise<any[]> =>
  (await registry.ask(admin, LIST, { node })).nodeKeys.edges.map((edge: any) => edge.node);

async function post(path: string, body: unknown, key?: string): Promise<{ status: number; body: any }> {
  const answer = await registry.subgraph.dataApp.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}
const enrol = (token: string, node: string, key: string) =>
  post('/v1/nodes/enrol', { token, node, keySha256: sha256OfKey(key) });
/** What the key opens: there is no manifest yet, which only somebody who is let in is told. */
const isLetIn = async (key: string): Promise<boolean> => {
  const answer = await registry.subgraph.dataApp.request('/v1/manifests/server', {
    headers: { authorization: `Bearer ${key}` },
  });
  await answer.text();
  return answer.status !== 401;
};
async function enrolled(node: string): Promise<string> {
  const key = newKey();
  expect((await enrol(await issue(node), node, key)).status).toBe(201);
  return key;
}

describe('a node', () => {
  it('enrols with a token, and from then on its own key opens what a node needs', async () => {
    const key = newKey();
    const token = await issue('edge-1');
    expect(await isLetIn(key)).toBe(false);
    expect(await isLetIn(token), 'the token is no key').toBe(false);
    expect(await enrol(token, 'edge-1', key)).toEqual({
      status: 201,
      body: { node: 'edge-1', project: 'default', number: 1 },
    });
    expect(await isLetIn(key)).toBe(true);
    expect(await keysOf('edge-1')).toEqual([
      {
        nodeId: 'tiffin:default:edge-node:edge-1',
        node: 'edge-1',
        number: 1,
        state: 'ACTIVE',
        enrolledAt: clock.toISOString(),
        enrolledBy: 'user:admin',
        expiresAt: null,
        revokedAt: null,
        revokedBy: null,
      },
    ]);
    const upload = await registry.subgraph.dataApp.request('/v1/uploads/x', {
      method: 'PUT',
      headers: { authorization: `Bearer ${key}` },
      body: 'x',
    });
    expect(upload.status, 'it changes nothing').toBe(403);
    const { machineKeys } = await registry.ask(admin, '{ machineKeys { id scopes trust } }');
    expect(machineKeys).toContainEqual({
      id: 'node/edge-1/1',
      scopes: ['edge:deliver', 'feature:read', 'monitoring:ingest'],
      trust: 'server',
    });
  });

  it('may ask again where the answer was lost, and nobody else may use its token', async () => {
    const token = await issue('edge-2');
    const key = newKey();
    const first = await enrol(token, 'edge-2', key);
    expect(await enrol(token, 'edge-2', key)).toEqual(first);
    expect(await enrol(token, 'edge-2', newKey())).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHENTICATED', field: 'token', title: expect.stringContaining('used before') },
    });
    expect(await keysOf('edge-2')).toHaveLength(1);
  });

  it('is one when two come at once with the same token', async () => {
    const token = await issue('edge-race');
    const answers = await Promise.all([newKey(), newKey(), newKey()].map((key) => enrol(token, 'edge-race', key)));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['201', '401', '401']);
    expect(await keysOf('edge-race')).toHaveLength(1);
  });

  it.each([
    ['an unknown token', async () => ['tfe_none', 'edge-3'] as const, 401, 'token', 'is not known'],
    ['the token of another node', async () => [await issue('edge-3'), 'edge-4'] as const, 422, 'node', 'for "edge-3"'],
    [
      'a token that was replaced',
      async () => {
        const before = await issue('edge-3');
        await issue('edge-3');
        return [before, 'edge-3'] as const;
      },
      401,
      'token',
      'is not known',
    ],
    [
      'a token that is too old',
      async () => {
        const before = await issue('edge-3', 5);
        later(5);
        return [before, 'edge-3'] as const;
      },
      401,
      'token',
      'it was good until',
    ],
  ])('does not enrol with %s', async (_, given, status, field, message) => {
    const [token, node] = await given();
    const answer = await enrol(token, node, newKey());
    expect(answer).toMatchObject({ status, body: { field } });
    expect(answer.body.title).toContain(message);
    expect(await keysOf('edge-3')).toEqual([]);
  });

  it.each([
    ['no token', { node: 'n', keySha256: 'a'.repeat(64) }, 'token'],
    ['a key in place of its digest', { token: 't', node: 'n', keySha256: 'tfn_key' }, 'keySha256'],
    ['a name that is none', { token: 't', node: 'a b', keySha256: 'a'.repeat(64) }, 'node'],
  ])('is refused with %s', async (_, body, field) => {
    expect(await post('/v1/nodes/enrol', body)).toMatchObject({ status: 422, body: { field } });
  });

  it('rotates its key, and the one before ends after a while', async () => {
    const before = await enrolled('edge-5');
    const after = newKey();
    const rotated = await post('/v1/nodes/rotate', { keySha256: sha256OfKey(after) }, before);
    expect(rotated).toEqual({ status: 201, body: { node: 'edge-5', project: 'default', number: 2 } });
    expect(await post('/v1/nodes/rotate', { keySha256: sha256OfKey(after) }, before), 'asked again').toEqual(rotated);
    expect([await isLetIn(before), await isLetIn(after)]).toEqual([true, true]);
    expect((await keysOf('edge-5')).map(({ number, state }) => [number, state])).toEqual([
      [2, 'ACTIVE'],
      [1, 'ENDING'],
    ]);
    later(10);
    expect([await isLetIn(before), await isLetIn(after)]).toEqual([false, true]);
    expect((await keysOf('edge-5')).map(({ state }) => state)).toEqual(['ACTIVE', 'EXPIRED']);
    const same = await post('/v1/nodes/rotate', { keySha256: sha256OfKey(before) }, after);
    expect(same).toMatchObject({ status: 409, body: { field: 'keySha256' } });
  });

  it('loses its keys at once when they are revoked, and comes back with a new token alone', async () => {
    const first = await enrolled('edge-6');
    const second = newKey();
    await post('/v1/nodes/rotate', { keySha256: sha256OfKey(second) }, first);
    const { revokeNodeKeys } = await registry.ask(admin, REVOKE, { input: { node: 'edge-6', reason: 'stolen' } });
    expect(revokeNodeKeys.revoked).toEqual([
      { node: 'edge-6', number: 1, state: 'REVOKED', revokedBy: 'user:admin' },
      { node: 'edge-6', number: 2, state: 'REVOKED', revokedBy: 'user:admin' },
    ]);
    expect([await isLetIn(first), await isLetIn(second)]).toEqual([false, false]);
    const rotate = await post('/v1/nodes/rotate', { keySha256: sha256OfKey(newKey()) }, second);
    expect(rotate.status).toBe(401);
    expect((await enrol(await issue('edge-6'), 'edge-6', second)).status, 'a revoked key stays revoked').toBe(409);
    const third = await enrolled('edge-6');
    expect([await isLetIn(second), await isLetIn(third)]).toEqual([false, true]);
  });

  it('that enrols again ends the key that it had', async () => {
    const before = await enrolled('edge-7');
    const after = await enrolled('edge-7');
    expect([await isLetIn(before), await isLetIn(after)]).toEqual([false, true]);
  });

  it('loses a token that nobody used with its keys', async () => {
    const token = await issue('edge-8');
    await registry.ask(admin, REVOKE, { input: { node: 'edge-8', reason: 'not needed' } });
    expect((await enrol(token, 'edge-8', newKey())).status).toBe(401);
    const none = await registry.refusals(admin, REVOKE, { input: { node: 'edge-8', reason: 'again' } });
    expect(none).toMatchObject([{ code: 'NOT_FOUND', field: 'node' }]);
  });
});

describe('the list of keys', () => {
  it('is paged, the newest first', async () => {
    const query = `query ($first: Int!, $after: String) { nodeKeys(first: $first, after: $after) {
      edges { node { node number } } pageInfo { hasNextPage endCursor } } }`;
    await enrolled('page-1');
    await enrolled('page-2');
    await enrolled('page-3');
    const first = (await registry.ask(admin, query, { first: 2 })).nodeKeys;
    expect(first.edges.map((edge: any) => edge.node.node)).toEqual(['page-3', 'page-2']);
    const after = first.pageInfo.endCursor;
    const second = (await registry.ask(admin, query, { first: 1, after })).nodeKeys;
    expect(second.edges.map((edge: any) => edge.node.node)).toEqual(['page-1']);
  });
});

describe('whoever enrols nodes', () => {
  it('is an administrator, and says for how long and why', async () => {
    for (const actor of [person('developer'), person('approver')]) {
      const input = { node: 'edge-9', reason: 'x' };
      expect(await registry.refusals(actor, LIST)).toMatchObject([{ code: 'FORBIDDEN' }]);
      expect(await registry.refusals(actor, REVOKE, { input })).toMatchObject([{ code: 'FORBIDDEN' }]);
      expect(await registry.refusals(actor, ISSUE, { input: { node: 'edge-9' } })).toMatchObject([
        { code: 'FORBIDDEN' },
      ]);
    }
    for (const [input, field] of [
      [{ node: 'edge 9' }, 'node'],
      [{ node: 'edge-9', minutes: 0 }, 'minutes'],
      [{ node: 'edge-9', minutes: 10_081 }, 'minutes'],
    ] as const) {
      expect(await registry.refusals(admin, ISSUE, { input })).toMatchObject([{ code: 'INVALID_INPUT', field }]);
    }
    const noReason = await registry.refusals(admin, REVOKE, { input: { node: 'edge-1', reason: ' ' } });
    expect(noReason).toMatchObject([{ code: 'INVALID_INPUT', field: 'reason' }]);
  });

  it('is on record with each step, and no secret is', async () => {
    const key = await enrolled('edge-audit');
    await post('/v1/nodes/rotate', { keySha256: sha256OfKey(newKey()) }, key);
    await registry.ask(admin, REVOKE, { input: { node: 'edge-audit', reason: 'end of life' } });
    const { auditRecords } = await registry.ask(admin, AUDIT, { subject: 'tiffin:default:edge-node:edge-audit' });
    expect(auditRecords.edges.map((edge: any) => edge.node)).toEqual([
      { action: 'node-key.revoke', actor: 'user:admin', onBehalfOf: null, reason: 'end of life' },
      { action: 'node-key.rotate', actor: 'key:node/edge-audit/1', onBehalfOf: null, reason: null },
      { action: 'node-key.enrol', actor: 'key:node/edge-audit', onBehalfOf: 'user:admin', reason: null },
      { action: 'enrolment-token.issue', actor: 'user:admin', onBehalfOf: null, reason: null },
    ]);
    const db = new Client({ connectionString: registry.database.ownerUrl });
    await db.connect();
    const { rows } = await db.query(
      'select t::text as row from registry.enrolment_token t union all select k::text from registry.node_key k',
    );
    await db.end();
    expect(rows.length).toBeGreaterThan(10);
    expect(JSON.stringify(rows)).not.toMatch(/tfe_|tfn_/);
  });
});
