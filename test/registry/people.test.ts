import { beforeAll, describe, expect, it } from 'vitest';
import { KeyRing, sha256OfKey, StoredKeys } from '../../subgraphs/shared/auth/key-ring.ts';
import { personVerifier } from '../../subgraphs/shared/auth/people.ts';
import type { FeedSource } from '../../subgraphs/shared/events/feed.ts';
import { startTestIssuer, type TestIssuer } from '../support/issuer.ts';
import { featureOutbox, goldenRows, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { deployed, fraudModel, serviceEvent } from '../support/serving.ts';
import { createTestDatabase } from '../support/test-database.ts';

const away: FeedSource = () => Promise.reject(new Error('is down'));
const key = (id: string, scopes: readonly string[], owner?: string) => ({
  id,
  sha256: sha256OfKey(`k-${id}`),
  scopes,
  trust: 'server',
  ...(owner !== undefined && { owner }),
});

let registry: TestRegistry;
let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await startTestIssuer();
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  const keys = new KeyRing(
    StoredKeys.parse([
      key('ann-ci', ['registry:write', 'registry:read'], 'user:ann'),
      key('pager', ['registry:traffic', 'registry:read'], 'user:bob'),
    ]),
  );
  registry = await startTestRegistry({
    database,
    keys,
    verifyPerson: personVerifier({ oidc: issuer.settings }),
    // Nobody else is there: no gateway, no experiment, no monitoring.
    feeds: { feature: outbox.feed, experiment: away, monitoring: away },
  });
  await outbox.tell(serviceEvent());
});

/** Asks the registry’s own port, as somebody does who cannot reach the gateway. */
async function ask(token: string | undefined, query: string, variables: object = {}): Promise<any> {
  const answer = await registry.subgraph.app.request('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return { status: answer.status, ...((await answer.json()) as object) };
}

const PROMOTE = `mutation ($input: PromoteReleaseInput!) { promoteRelease(input: $input) { applied } }`;
const ROLLBACK = `mutation ($input: RollbackInput!) { rollback(input: $input) {
  applied effects deployment { live { digest } history(first: 1) { edges { node { kind actor onBehalfOf } } } } } }`;

describe('the registry with the gateway, experiment and monitoring down', () => {
  it('lets a person roll back with a token of the issuer, under the rules of the gateway', async () => {
    const { deployment, releases } = await deployed(registry, 'alone', { releases: 2 });
    const dev = await issuer.tokenFor('dev', ['developer']);
    for (const { id } of releases) {
      const promoted = await ask(dev, PROMOTE, { input: { deployment, release: id, reason: 'first' } });
      expect(promoted.data).toEqual({ promoteRelease: { applied: true } });
    }
    const input = { deployment: 'alone@production', reason: 'the pager rang' };
    const viewer = await ask(await issuer.tokenFor('eve', ['viewer']), ROLLBACK, { input });
    expect(viewer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const { data } = await ask(dev, ROLLBACK, { input });
    expect(data.rollback).toMatchObject({
      applied: true,
      deployment: {
        live: { digest: releases[0]!.digest },
        history: { edges: [{ node: { kind: 'ROLLBACK', actor: 'user:dev', onBehalfOf: null } }] },
      },
    });
  });

  it('lets a machine roll back with a key, and records who answers for the key', async () => {
    const { deployment, releases } = await deployed(registry, 'paged', { releases: 2 });
    const dev = await issuer.tokenFor('dev', ['developer']);
    for (const { id } of releases) await ask(dev, PROMOTE, { input: { deployment, release: id, reason: 'first' } });
    const { data } = await ask('k-pager', ROLLBACK, { input: { deployment, reason: 'alert' } });
    expect(data.rollback.deployment.history.edges).toEqual([
      { node: { kind: 'ROLLBACK', actor: 'key:pager', onBehalfOf: 'user:bob' } },
    ]);
  });

  it('lets nobody in without a token, with a wrong one, or with a key that lacks the scope', async () => {
    const query = '{ models { edges { node { id } } } }';
    expect(await ask(undefined, query)).toMatchObject({ status: 401 });
    expect(await ask('k-nobody', query)).toMatchObject({ status: 401 });
    expect(await ask((await issuer.tokenFor('dev', ['developer'])).slice(0, -4), query)).toMatchObject({ status: 401 });
    const written = await ask('k-pager', 'mutation { createAuditCheckpoint { number } }');
    expect(written.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('lets a viewer export the audit records', async () => {
    const answer = await registry.subgraph.dataApp.request('/v1/audit/records?subgraph=registry', {
      headers: { authorization: `Bearer ${await issuer.tokenFor('auditor', ['viewer'])}` },
    });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('"action":"traffic.promote"');
    const nobody = await registry.subgraph.dataApp.request('/v1/audit/records', {
      headers: { authorization: `Bearer ${await issuer.tokenFor('nobody', [])}` },
    });
    expect(nobody.status).toBe(403);
  });
});

describe('four eyes', () => {
  it('refuse the person who answers for the key that made a version (G1)', async () => {
    const model = fraudModel(7);
    const artifact = await registry.upload(person('developer', 'cid'), model.bytes);
    const register =
      'mutation ($input: RegisterModelVersionInput!) { registerModelVersion(input: $input) { modelVersion { id makers } } }';
    const made = await ask('k-ann-ci', register, {
      input: { artifact, model: 'by-key', goldenRows: goldenRows(model) },
    });
    const { id, makers } = made.data.registerModelVersion.modelVersion;
    expect(makers).toEqual(expect.arrayContaining(['key:ann-ci', 'user:ann']));
    const step = (name: string): string =>
      `mutation ($input: ${name === 'validate' ? 'ValidateModelVersionInput' : 'ModelVersionStepInput'}!) { ${name}ModelVersion(input: $input) { modelVersion { state } } }`;
    await ask('k-ann-ci', step('submit'), { input: { id } });
    await ask('k-ann-ci', step('validate'), { input: { id } });
    const approve =
      'mutation ($input: ApproveModelVersionInput!) { approveModelVersion(input: $input) { modelVersion { state } } }';
    const own = await ask(await issuer.tokenFor('ann', ['approver']), approve, {
      input: { id: 'by-key@1', environments: ['staging'] },
    });
    expect(own.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', rule: 'G1' } }]);
    const other = await ask(await issuer.tokenFor('bob', ['approver']), approve, {
      input: { id: 'by-key@1', environments: ['staging'] },
    });
    expect(other.data.approveModelVersion.modelVersion.state).toBe('APPROVED');
  });

  it('are helped by a list of all keys with their owners, which an administrator reads', async () => {
    const query = '{ machineKeys { id owner scopes trust expiresAt } }';
    const { data } = await ask(await issuer.tokenFor('root', ['admin']), query);
    expect(data.machineKeys).toEqual([
      {
        id: 'ann-ci',
        owner: 'user:ann',
        scopes: ['registry:write', 'registry:read'],
        trust: 'server',
        expiresAt: null,
      },
      {
        id: 'pager',
        owner: 'user:bob',
        scopes: ['registry:traffic', 'registry:read'],
        trust: 'server',
        expiresAt: null,
      },
    ]);
    const refused = await ask(await issuer.tokenFor('dev', ['developer']), query);
    expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});
