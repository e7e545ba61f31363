import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ManifestDeployment } from '../../../schema/manifest.ts';
import { TrustedKeys } from '../../../edge/control-plane/trusted-keys.ts';
import { openTesterToken } from '../../../edge/serving/tester.ts';
import type { Actor } from '../../../subgraphs/shared/auth/actor.ts';
import { openDatabase } from '../../../subgraphs/shared/database/database.ts';
import { registrySchema } from '../../../subgraphs/registry/storage/schema.ts';
import {
  featureOutbox,
  machine,
  person,
  service,
  startTestRegistry,
  type TestRegistry,
} from '../../support/registry.ts';
import { changeTraffic, deployed, serviceEvent, trafficMutation, type Deployed } from '../../support/serving.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const developer = person('developer');
let clock = new Date('2026-03-01T10:00:00.000Z');
let database: TestDatabase;
let registry: TestRegistry;
beforeAll(async () => {
  database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => clock });
  await outbox.tell(serviceEvent());
}, 120_000);

let count = 0;
async function serving(more: object = {}, sharedVersions = true): Promise<Deployed> {
  const place = await deployed(registry, `t${++count}`, { sharedVersions, more });
  await change('promoteRelease', { deployment: place.deployment, release: place.releases[0]!.id });
  return place;
}
const change = (name: string, input: object, actor: Actor = developer): Promise<any> =>
  changeTraffic(registry, actor, name, input);
const opened = async (more: object = {}, sharedVersions = true): Promise<Deployed> => {
  const place = await serving(more, sharedVersions);
  await change('setTesterReleases', { deployment: place.deployment, releases: [place.releases[1]!.id] });
  return place;
};
const ISSUE = `mutation ($input: IssueTesterTokenInput!) {
  issueTesterToken(input: $input) { token release tester expiresAt } }`;
const issue = async (input: object, actor: Actor = developer): Promise<any> =>
  (await registry.ask(actor, ISSUE, { input })).issueTesterToken;
const refused = (input: object, actor: Actor = developer): Promise<any[]> => registry.refusals(actor, ISSUE, { input });

/** What nodes of an audience are told of a deployment, and the digests that they may fetch. */
async function told(deployment: string, audience = 'server'): Promise<{ entry: ManifestDeployment; blobs: string[] }> {
  const db = await openDatabase(registrySchema, { url: database.appUrl, poolSize: 1 });
  const [manifest] = await db.query<any>(
    `select envelope, blobs from manifest where project = 'default' and audience = $1`,
    [audience],
  );
  await db.close();
  const { deployments } = JSON.parse(Buffer.from(manifest.envelope.payload, 'base64').toString());
  return { entry: deployments.find((one: any) => one.deployment === deployment), blobs: manifest.blobs };
}

describe('releases for testers', () => {
  it('are opened and closed in one call each, before every other layer, and serve nobody else', async () => {
    const place = await opened({}, false);
    const { deployment, releases, versions } = place;
    const { entry, blobs } = await told(deployment);
    expect(entry.traffic).toEqual([
      { kind: 'FORCED', releases: [releases[1]!.digest] },
      { kind: 'DEFAULT', release: releases[0]!.digest },
    ]);
    expect(entry.requires).toContain('forced:1');
    expect(blobs).toContain(releases[1]!.digest);
    const roles = `query ($id: ID!) { modelVersion(id: $id) { roles { role } } }`;
    expect((await registry.ask(developer, roles, { id: versions[1] })).modelVersion.roles).toEqual([
      { role: 'TESTED' },
    ]);
    const killed = await change('killDeployment', { deployment });
    expect(killed.deployment.traffic.layers.map(({ kind }: any) => kind)).toEqual(['FORCED', 'KILL', 'DEFAULT']);
    const closed = await change('setTesterReleases', { deployment, releases: [] });
    expect(closed.deployment.traffic.layers.map(({ kind }: any) => kind)).toEqual(['KILL', 'DEFAULT']);
    expect((await registry.ask(developer, roles, { id: versions[1] })).modelVersion.roles).toEqual([
      { role: 'STAGED' },
    ]);
  });

  it('are no business of devices', async () => {
    const place = await opened({ audiences: ['phones'] });
    const { entry, blobs } = await told(place.deployment, 'phones');
    expect(entry.traffic.map(({ kind }) => kind)).toEqual(['DEFAULT']);
    expect(entry.requires).not.toContain('forced:1');
    expect(blobs).toContain(place.releases[0]!.digest);
    expect(blobs).not.toContain(place.releases[1]!.digest);
  });

  it('are approved, of the same deployment, and no more than twenty', async () => {
    const [one, other] = [await serving({}, false), await serving()];
    const ask = (releases: string[]): Promise<any[]> =>
      registry.refusals(developer, trafficMutation('setTesterReleases'), {
        input: { deployment: one.deployment, releases, reason: 'r' },
      });
    expect(await ask([other.releases[1]!.id])).toMatchObject([{ code: 'NOT_FOUND', field: 'releases.0' }]);
    const suspend =
      'mutation ($input: ReasonedStepInput!) { suspendModelVersion(input: $input) { modelVersion { state } } }';
    await registry.ask(developer, suspend, { input: { id: one.versions[1], reason: 'odd' } });
    expect(await ask([one.releases[1]!.id])).toMatchObject([{ code: 'FAILED_PRECONDITION', state: 'SUSPENDED' }]);
  });
});

describe('a tester’s token', () => {
  it('is good at a node that trusts the registry’s key, until it expires or the release is closed', async () => {
    const place = await opened();
    const { deployment, releases } = place;
    const { token, ...rest } = await issue({ deployment, release: releases[1]!.id, minutes: 5 });
    expect(rest).toEqual({
      release: releases[1]!.digest,
      tester: 'user:developer',
      expiresAt: '2026-03-01T10:05:00.000Z',
    });
    const keyFile = join(registry.folder, 'signing-key.json.pub.json');
    const trusted = await TrustedKeys.import(JSON.parse(readFileSync(keyFile, 'utf8')));
    const node = async (): Promise<any> => ({ entry: (await told(deployment)).entry });
    const at = clock.getTime();
    expect(await openTesterToken(token, await node(), trusted, at)).toEqual({
      release: releases[1]!.digest,
      tester: 'user:developer',
    });
    await expect(openTesterToken(token, await node(), trusted, at + 5 * 60_000)).rejects.toThrow('expired');
    await change('setTesterReleases', { deployment, releases: [] });
    await expect(openTesterToken(token, await node(), trusted, at)).rejects.toThrow('not open to testers');
  });

  it('is on record with who asked and for whom, but not the token itself', async () => {
    const { deployment, releases } = await opened();
    const { token } = await issue({ deployment, release: releases[1]!.digest, tester: 'ana from QA' });
    const db = await openDatabase(registrySchema, { url: database.appUrl, poolSize: 1 });
    const [found] = await db.query<any>(
      `select record from audit_record where record->>'action' = 'tester-token.issue' and record->>'subject' = $1`,
      [deployment],
    );
    await db.close();
    expect(found.record).toMatchObject({
      actor: 'user:developer',
      reason: expect.stringContaining(`${releases[1]!.digest} for ana from QA until`),
    });
    expect(JSON.stringify(found.record)).not.toContain(token.split('.').at(-1));
  });

  it.each([
    [
      'a release that is not open',
      (place: Deployed) => ({ release: place.releases[0]!.id }),
      'FAILED_PRECONDITION',
      'release',
    ],
    ['a release that is not there', () => ({ release: 'f'.repeat(64) }), 'NOT_FOUND', 'release'],
    ['no time', () => ({ minutes: 0 }), 'INVALID_INPUT', 'minutes'],
    ['more than a day', () => ({ minutes: 1_441 }), 'INVALID_INPUT', 'minutes'],
    ['nobody', () => ({ tester: ' ' }), 'INVALID_INPUT', 'tester'],
    [
      'a deployment that is not there',
      () => ({ deployment: 'tiffin:default:deployment:no@where' }),
      'NOT_FOUND',
      'deployment',
    ],
  ])('is not made for %s', async (_, change_, code, field) => {
    const place = await opened();
    const input = { deployment: place.deployment, release: place.releases[1]!.id, ...change_(place) };
    expect(await refused(input)).toMatchObject([{ code, field }]);
  });

  it('is not for viewers, nor for keys without the scope; a service makes it for whom it acts', async () => {
    clock = new Date('2026-03-01T12:00:00.000Z');
    const { deployment, releases } = await opened();
    const input = { deployment, release: releases[1]!.id };
    for (const actor of [person('viewer'), machine(['registry:write', 'registry:read'])]) {
      expect(await refused(input, actor)).toMatchObject([{ code: 'FORBIDDEN' }]);
    }
    expect(await issue(input, service('experiment', 'user:ana'))).toMatchObject({ tester: 'user:ana' });
  });
});
