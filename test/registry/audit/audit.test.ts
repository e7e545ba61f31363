import { Client } from 'pg';
import { beforeAll, expect, it } from 'vitest';
import { person, REGISTER, startTestRegistry, type TestRegistry } from '../../support/registry.ts';
import { logisticModel } from '../../support/onnx-models.ts';

const developer = person('developer');
const viewer = person('viewer');
const step = (name: string) =>
  `mutation ($input: ${name === 'validate' ? 'ValidateModelVersionInput' : 'ModelVersionStepInput'}!) { ${name}ModelVersion(input: $input) { modelVersion { state } } }`;

let registry: TestRegistry;
let id: string;
beforeAll(async () => {
  registry = await startTestRegistry();
  const artifact = await registry.upload(developer, logisticModel({ features: 1, weights: [1], bias: 0 }).bytes);
  const { registerModelVersion } = await registry.ask(developer, REGISTER, { input: { artifact, model: 'm' } });
  id = registerModelVersion.modelVersion.id;
  await registry.ask(developer, step('submit'), { input: { id } });
  const approve =
    'mutation ($input: ApproveModelVersionInput!) { approveModelVersion(input: $input) { modelVersion { state } } }';
  await registry.refusals(developer, approve, { input: { id, reason: 'mine' } });
  await registry.ask(developer, step('withdraw'), { input: { id, reason: 'a mistake' } });
});

const VERIFY = '{ verifyAudit { ok checked firstBadSeq why } }';

it('records every change and every refusal, with who and why, and is whole', async () => {
  const { auditRecords } = await registry.ask(
    viewer,
    'query ($subject: ID) { auditRecords(subject: $subject) { edges { node { seq action actor reason rule prevHash hash beforeDigest afterDigest } } } }',
    { subject: id },
  );
  const records = auditRecords.edges.map(({ node }: any) => node);
  expect(records).toMatchObject([
    { action: 'model-version.withdraw', actor: 'user:developer', reason: 'a mistake', rule: null },
    { action: 'model-version.approve.refused', rule: 'G2', afterDigest: null },
    { action: 'model-version.submit' },
    { action: 'model-version.register', beforeDigest: null },
  ]);
  expect(records[0].beforeDigest).toBe(records[2].afterDigest);
  expect(await registry.ask(viewer, VERIFY)).toEqual({
    verifyAudit: { ok: true, checked: 4, firstBadSeq: null, why: null },
  });
});

it('answers who did what to which things, and when', async () => {
  const count = async (filter: object): Promise<number> => {
    const query = `query ($subject: ID, $subjectPrefix: String, $actor: String, $action: String, $from: DateTime, $until: DateTime) {
      auditRecords(subject: $subject, subjectPrefix: $subjectPrefix, actor: $actor, action: $action, from: $from, until: $until) {
        edges { node { seq } } } }`;
    return (await registry.ask(viewer, query, filter)).auditRecords.edges.length;
  };
  expect(await count({})).toBe(4);
  expect([await count({ subject: id }), await count({ subject: `${id}0` })]).toEqual([4, 0]);
  const short = id.replace('tiffin:default:model-version:', '');
  expect([await count({ subject: short }), await count({ subject: `model-version:${short}` })]).toEqual([4, 4]);
  expect(await count({ subject: `model:${short}` })).toBe(0);
  const [refusal] = await registry.refusals(viewer, '{ auditRecords(subject: "a@b@c") { edges { cursor } } }');
  expect(refusal).toMatchObject({ code: 'INVALID_INPUT', field: 'subject' });
  expect([await count({ subjectPrefix: id.slice(0, -1) }), await count({ subjectPrefix: '%' })]).toEqual([4, 0]);
  expect([await count({ actor: 'user:developer' }), await count({ actor: 'user:nobody' })]).toEqual([4, 0]);
  expect(await count({ action: 'model-version.submit' })).toBe(1);
  const [past, future] = ['2000-01-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z'];
  expect([await count({ from: past }), await count({ from: future })]).toEqual([4, 0]);
  expect([await count({ until: past }), await count({ until: future })]).toEqual([0, 4]);
});

it('pages through the records', async () => {
  const page =
    'query ($after: String) { auditRecords(first: 3, after: $after) { edges { node { seq } } pageInfo { endCursor hasNextPage } } }';
  const first = (await registry.ask(viewer, page)).auditRecords;
  expect(first.edges.map(({ node }: any) => node.seq)).toEqual([4, 3, 2]);
  const second = (await registry.ask(viewer, page, { after: first.pageInfo.endCursor })).auditRecords;
  expect(second).toMatchObject({ edges: [{ node: { seq: 1 } }], pageInfo: { hasNextPage: false } });
});

it('finds the first record that somebody altered', async () => {
  const client = new Client({ connectionString: registry.database.ownerUrl });
  await client.connect();
  await client.query('alter table registry.audit_record disable trigger all');
  await client.query(
    `update registry.audit_record set record = jsonb_set(record, '{actor}', '"user:nobody"') where seq = 2`,
  );
  await client.end();
  expect(await registry.ask(viewer, VERIFY)).toMatchObject({
    verifyAudit: { ok: false, firstBadSeq: 2, why: 'registry: the record was altered' },
  });
});
