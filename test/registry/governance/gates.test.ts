import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { Reminders } from '../../../subgraphs/registry/operations/governance/reminders.ts';
import { registrySchema } from '../../../subgraphs/registry/storage/schema.ts';
import { openDatabase } from '../../../subgraphs/shared/database/database.ts';
import type { Actor } from '../../../subgraphs/shared/auth/actor.ts';
import { atEnd } from '../../support/at-end.ts';
import { asParquet, parquetFile } from '../../support/evaluation-parquet.ts';
import { evaluationFile, groupRows, type EvaluatedRow } from '../../support/evaluation.ts';
import { inboxIn, inboxQuery } from '../../support/inbox.ts';
import { expectPages, PAGE } from '../../support/paging.ts';
import { logisticModel } from '../../support/onnx-models.ts';
import { person, startTestRegistry, type TestRegistry } from '../../support/registry.ts';

const developer = person('developer');
const approver = person('approver');
const second = person('approver', 'second');
const good = logisticModel({ features: 2, weights: [4, 0], bias: 0 });
const bad = logisticModel({ features: 2, weights: [0.25, 1], bias: -0.5 });

let clock = new Date('2026-03-01T10:00:00.000Z');
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry({ now: () => clock });
});

const REGISTER = `mutation ($input: RegisterModelVersionInput!) {
  registerModelVersion(input: $input) { modelVersion { id riskTier } registration { error } } }`;
const GATE = 'gate passed detail rule value limit n lower upper waivedUntil';

let models = 0;
/** Registers and submits a version with an evaluation; answers its id. */
async function submitted(
  bytes: Uint8Array,
  evaluation: Uint8Array,
  more: object = {},
  actor: Actor = developer,
): Promise<string> {
  const input = {
    model: `gated${++models}`,
    artifact: await registry.upload(actor, bytes),
    evaluation: await registry.upload(actor, evaluation),
    riskTier: 'MEDIUM',
    ...more,
  };
  const { registerModelVersion } = await registry.ask(actor, REGISTER, { input });
  const { id } = registerModelVersion.modelVersion;
  await registry.ask(actor, step('submit'), { input: { id } });
  return id;
}

const INPUTS: Readonly<Record<string, string>> = {
  approveModelVersion: 'ApproveModelVersionInput',
  validateModelVersion: 'ValidateModelVersionInput',
  suspendModelVersion: 'ReasonedStepInput',
  withdrawApproval: 'ReasonedStepInput',
  waiveGate: 'WaiveGateInput',
};
const mutation = (name: string, more = ''): string =>
  `mutation ($input: ${INPUTS[name] ?? 'ModelVersionStepInput'}!) {
    ${name}(input: $input) { modelVersion { id state revalidateBy } ${more} } }`;
const step = (name: string): string => mutation(`${name}ModelVersion`);

const validate = async (id: string): Promise<any> =>
  (await registry.ask(developer, mutation('validateModelVersion', `passed gates { ${GATE} }`), { input: { id } }))
    .validateModelVersion;
const failing = async (id: string): Promise<string[]> =>
  (await validate(id)).gates.filter(({ passed }: any) => !passed).map(({ gate }: any) => gate);
const approve = async (actor: Actor, id: string, more: object = {}): Promise<any> =>
  (await registry.ask(actor, step('approve'), { input: { id, reason: 'read', ...more } })).approveModelVersion
    .modelVersion;
const refused = (actor: Actor, name: string, input: object): Promise<any[]> =>
  registry.refusals(actor, mutation(name), { input });

describe('the gates of a risk tier', () => {
  it('fails unfair decisions with numbers, until another person waives the gate', async () => {
    const id = await submitted(good.bytes, evaluationFile(groupRows(0.6, 0.3), { protected: ['gender'] }));
    const { passed, gates, modelVersion } = await validate(id);
    expect({ passed, state: modelVersion.state }).toEqual({ passed: false, state: 'SUBMITTED' });
    expect(gates.find(({ gate }: any) => gate === 'fairness.fourFifths.gender')).toEqual({
      gate: 'fairness.fourFifths.gender',
      passed: false,
      detail: 'the lowest share of yes is to the highest as 0.5 between a and b (400 rows)',
      rule: 'fourFifths of gender: at least 0.8',
      value: 0.5,
      limit: 0.8,
      n: 400,
      lower: expect.closeTo(0.3933, 4),
      upper: expect.closeTo(0.6357, 4),
      waivedUntil: null,
    });
    expect(gates.find(({ gate }: any) => gate === 'fairness.equalOpportunity.gender')).toMatchObject({
      passed: true,
      value: 0,
      n: 180,
    });

    const input = { id, gate: 'fairness.fourFifths.gender', reason: 'reviewed', expiresAt: '2026-04-01T00:00:00Z' };
    expect(await refused(approver, 'approveModelVersion', { id })).toMatchObject([
      { code: 'FAILED_PRECONDITION', rule: 'G17', gate: 'fairness.fourFifths.gender' },
    ]);
    expect(await refused(developer, 'waiveGate', input)).toMatchObject([{ code: 'FORBIDDEN', rule: 'G2' }]);
    expect(await refused(approver, 'waiveGate', { ...input, gate: 'artifact' })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'gate', allowed: ['fairness.fourFifths.gender'] },
    ]);
    expect(await refused(approver, 'waiveGate', { ...input, expiresAt: '2026-03-01T00:00:00Z' })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'expiresAt' },
    ]);
    await registry.ask(approver, mutation('waiveGate'), { input });
    const again = await validate(id);
    expect({ passed: again.passed, state: again.modelVersion.state }).toEqual({ passed: true, state: 'VALIDATED' });
    expect(again.gates.find(({ gate }: any) => gate === input.gate)).toMatchObject({
      passed: false,
      waivedUntil: '2026-04-01T00:00:00.000Z',
    });
    expect((await approve(approver, id)).state).toBe('VALIDATED');
    expect((await approve(second, id)).state).toBe('APPROVED');

    const { modelVersion: read } = await registry.ask(
      person('viewer'),
      `{ modelVersion(id: "${id}") { evidence approvals { action gate reason expiresAt evidence grants } } }`,
    );
    const waiver = read.approvals.find(({ action }: any) => action === 'WAIVE');
    expect(waiver).toMatchObject({ gate: input.gate, reason: 'reviewed', expiresAt: '2026-04-01T00:00:00.000Z' });
    expect(read.evidence).toBe(read.approvals.findLast(({ action }: any) => action === 'VALIDATE').evidence);
    expect(read.approvals.filter(({ grants }: any) => grants)).toHaveLength(1);

    const db = await openDatabase(registrySchema, { url: registry.database.appUrl, poolSize: 2 });
    atEnd(() => db.close());
    const remindedAt = async (now: string): Promise<string[]> => {
      await new Reminders({ db, log: pino({ level: 'silent' }), now: () => new Date(now) }).remind();
      const { auditRecords } = await registry.ask(
        person('viewer'),
        `{ auditRecords(subject: "${id}", action: "model-version.remind") { edges { node { reason } } } }`,
      );
      return auditRecords.edges.map(({ node }: any) => node.reason);
    };
    expect(await remindedAt('2026-03-24T23:00:00Z')).toEqual([]);
    const reminder =
      'the waiver of fairness.fourFifths.gender ends at 2026-04-01T00:00:00.000Z; afterwards the gate fails and it takes no new traffic';
    expect(await remindedAt('2026-03-25T01:00:00Z')).toEqual([reminder]);
    expect(await remindedAt('2026-03-26T01:00:00Z')).toEqual([reminder]);
    const endings = async (now: string): Promise<any[]> => {
      clock = new Date(now);
      const fields = '{ edges { node { kind gate at modelVersion { id } } } }';
      const list = inboxIn(await registry.ask(developer, inboxQuery('endings', '', fields)));
      clock = new Date('2026-03-01T10:00:00.000Z');
      return list.edges.map(({ node }: any) => node).filter((node: any) => node.modelVersion.id === id);
    };
    expect(await endings('2026-03-24T23:00:00Z')).toEqual([]);
    expect(await endings('2026-03-25T01:00:00Z')).toEqual([
      { kind: 'WAIVER', gate: input.gate, at: '2026-04-01T00:00:00.000Z', modelVersion: { id } },
    ]);
    expect(await endings('2026-04-01T01:00:00Z')).toEqual([]);
    // A longer waiver takes the place of the one that ends.
    await registry.ask(approver, mutation('waiveGate'), { input: { ...input, expiresAt: '2026-04-20T00:00:00Z' } });
    expect(await remindedAt('2026-03-27T01:00:00Z')).toEqual([reminder]);
    expect(await remindedAt('2026-04-14T01:00:00Z')).toEqual([reminder.replace('04-01', '04-20'), reminder]);
  });

  it('leaves to the inbox, the first first, what must be approved again soon', async () => {
    const approvedUntil = async (expiresAt: string): Promise<string> => {
      const id = await submitted(good.bytes, evaluationFile(groupRows(0.5, 0.5)), { riskTier: 'LOW' });
      await validate(id);
      expect((await approve(approver, id, { expiresAt })).state).toBe('APPROVED');
      return id;
    };
    const later = await approvedUntil('2026-03-20T00:00:00.000Z');
    const sooner = await approvedUntil('2026-03-10T00:00:00.000Z');
    await approvedUntil('2026-06-10T00:00:00.000Z');
    const endings = async (actor: Actor, page = 'first: 100', fields = PAGE, of?: 'ANYBODY'): Promise<any> =>
      inboxIn(await registry.ask(actor, inboxQuery('endings', page, fields, of)));
    const { edges } = await endings(developer, 'first: 100', '{ edges { node { kind gate at modelVersion { id } } } }');
    expect(edges.map(({ node }: any) => node)).toEqual([
      { kind: 'APPROVAL', gate: null, at: '2026-03-10T00:00:00.000Z', modelVersion: { id: sooner } },
      { kind: 'APPROVAL', gate: null, at: '2026-03-20T00:00:00.000Z', modelVersion: { id: later } },
    ]);
    expect((await endings(person('viewer'))).edges).toEqual([]);
    expect((await endings(person('viewer'), 'first: 100', PAGE, 'ANYBODY')).edges).toHaveLength(2);
    await expectPages((page) => endings(developer, page));
  });

  it('refuses a waiver by a maker', async () => {
    const maker = person('approver', 'maker');
    const other = logisticModel({ features: 2, weights: [5, 0], bias: 0 });
    const file = evaluationFile(groupRows(0.6, 0.31), { protected: ['gender'] });
    const id = await submitted(other.bytes, file, {}, maker);
    await validate(id);
    const input = { id, gate: 'fairness.fourFifths.gender', reason: 'mine', expiresAt: '2026-04-01T00:00:00Z' };
    expect(await refused(maker, 'waiveGate', input)).toMatchObject([{ code: 'FORBIDDEN', rule: 'G1' }]);
  });

  it('shows what it computed apart from what was claimed', async () => {
    const rows = groupRows(0.5, 0.5);
    const id = await submitted(good.bytes, evaluationFile(rows), { claimedMetrics: { accuracy: 0.2 } });
    await validate(id);
    const { modelVersion } = await registry.ask(
      person('viewer'),
      `{ modelVersion(id: "${id}") { claimedMetrics metrics { name value n lower upper } } }`,
    );
    expect(modelVersion.claimedMetrics).toEqual({ accuracy: 0.2 });
    expect(modelVersion.metrics.find(({ name }: any) => name === 'accuracy')).toEqual({
      name: 'accuracy',
      value: 1,
      n: 400,
      lower: expect.closeTo(0.9905, 4),
      upper: 1,
    });
  });

  it('fails scores that are not those of the registered model', async () => {
    const [first, ...others] = groupRows(0.5, 0.5);
    const rows: readonly EvaluatedRow[] = [{ ...first!, score: 0.123 }, ...others];
    const id = await submitted(good.bytes, evaluationFile(rows));
    const { gates } = await validate(id);
    expect(gates.find(({ gate }: any) => gate === 'evaluation')).toMatchObject({
      passed: false,
      detail: expect.stringContaining('row 1 has the score 0.123 in the file'),
    });
  });

  it('are the same for the same rows as Parquet, and fail a file that is wrong with what is allowed', async () => {
    const lines = evaluationFile(groupRows(0.6, 0.32), { protected: ['gender'] });
    const GATES = `{ validation { gates { gate passed rule value limit n lower upper } } metrics { name value n lower upper } }`;
    const found = async (id: string): Promise<any> => {
      await validate(id);
      return (await registry.ask(person('viewer'), `{ modelVersion(id: "${id}") ${GATES} }`)).modelVersion;
    };
    const asLines = await found(await submitted(good.bytes, lines));
    expect(asLines.metrics.length).toBeGreaterThan(5);
    expect(await found(await submitted(good.bytes, await readFile(await asParquet(lines))))).toEqual(asLines);

    const wrong = await parquetFile(`select {features: [1, 2]} as inputs, 'yes' as label`, {
      'tiffin.evaluation': '{"format":"tiffin.evaluation/1","task":"BINARY","output":"score"}',
    });
    for (const riskTier of ['LOW', 'MEDIUM']) {
      const { gates } = await validate(await submitted(good.bytes, await readFile(wrong), { riskTier }));
      expect(gates.find(({ gate }: any) => gate === 'evaluation')).toMatchObject({
        passed: false,
        detail: 'evaluation: the column "label" is VARCHAR: "label" is a number',
      });
    }
    expect(
      readdirSync(join(registry.folder, 'evaluations-on-their-way')).filter((name) => name.endsWith('.parquet')),
    ).toEqual([]);
  });

  it('asks for an evaluation that it can recompute above LOW', async () => {
    const other = new TextEncoder().encode('{"auc":0.9}');
    expect(await failing(await submitted(good.bytes, other))).toEqual(['evaluation']);
    expect(await failing(await submitted(good.bytes, other, { riskTier: 'LOW' }))).toEqual([]);
  });

  it('fails a version that is worse than the champion on the same rows', async () => {
    const evaluation = evaluationFile(groupRows(0.5, 0.5));
    const model = `gated${++models}`;
    const champion = await submitted(good.bytes, evaluation, { model });
    await validate(champion);
    await approve(approver, champion);
    await approve(second, champion);
    const challenger = await submitted(bad.bytes, evaluation, { model, riskTier: null });
    const { gates } = await validate(challenger);
    expect(gates.find(({ gate }: any) => gate === 'quality.champion')).toMatchObject({
      passed: false,
      n: 400,
      limit: 0,
      detail: expect.stringContaining(`more a row than ${champion}, on the same 400 rows`),
    });
    expect(await failing(await submitted(good.bytes, evaluation, { model }))).toEqual([]);
  });
});

const POLICIES = '{ tierPolicies { id tier policy revision changedBy changedAt } }';
const SET_POLICY = `mutation ($input: SetTierPolicyInput!) {
  setTierPolicy(input: $input) { tierPolicy { tier policy revision changedBy } } }`;
const policyOf = async (tier: string): Promise<any> =>
  (await registry.ask(person('viewer'), POLICIES)).tierPolicies.find((one: any) => one.tier === tier);

describe('the approvals of a risk tier', () => {
  const evaluation = evaluationFile(groupRows(0.5, 0.5), { protected: ['gender'] });

  it('are several people, each once, and one of them of the committee for HIGH', async () => {
    const id = await submitted(good.bytes, evaluation, { riskTier: 'HIGH' });
    expect(await validate(id)).toMatchObject({ passed: true });
    expect((await approve(approver, id, { environments: ['staging', 'production'] })).state).toBe('VALIDATED');
    expect(await refused(approver, 'approveModelVersion', { id })).toMatchObject([
      { code: 'FORBIDDEN', rule: 'G2', missing: 2, committeeMissing: 1 },
    ]);
    expect((await approve(second, id, { conditions: ['not above 1000'] })).state).toBe('VALIDATED');
    expect((await approve(person('approver', 'third'), id)).state).toBe('VALIDATED');
    const last = await approve(person('committee'), id, { environments: ['production'] });
    expect(last).toMatchObject({ state: 'APPROVED', revalidateBy: '2026-08-28T10:00:00.000Z' });
    const { modelVersion } = await registry.ask(
      person('viewer'),
      `{ modelVersion(id: "${id}") { approvals { action actor grants environments conditions } } }`,
    );
    const given = modelVersion.approvals.filter(({ action }: any) => action === 'APPROVE');
    expect(given.map(({ grants }: any) => grants)).toEqual([false, false, false, true]);
    expect(given[1].conditions).toEqual(['not above 1000']);
    expect(given.at(-1).environments).toEqual(['production']);
  });

  it('can be taken back by who gave them, and given again', async () => {
    const id = await submitted(good.bytes, evaluation);
    await validate(id);
    await approve(approver, id);
    expect(await refused(second, 'withdrawApproval', { id, reason: 'not mine' })).toMatchObject([
      { code: 'FAILED_PRECONDITION', field: 'id', allowed: ['user:approver'] },
    ]);
    expect((await approve(second, id)).state).toBe('APPROVED');
    const input = { id, reason: 'new facts' };
    const { withdrawApproval } = await registry.ask(approver, mutation('withdrawApproval'), { input });
    expect(withdrawApproval.modelVersion).toMatchObject({ state: 'VALIDATED', revalidateBy: null });
    expect((await approve(approver, id)).state).toBe('APPROVED');
  });

  it('are given anew after a validation, with a new end', async () => {
    const id = await submitted(good.bytes, evaluation);
    await validate(id);
    await approve(approver, id);
    expect((await approve(second, id)).revalidateBy).toBe('2027-03-01T10:00:00.000Z');
    expect(await refused(approver, 'approveModelVersion', { id })).toMatchObject([{ code: 'INVALID_TRANSITION' }]);
    clock = new Date('2026-12-01T10:00:00.000Z');
    expect(await validate(id)).toMatchObject({ passed: true, modelVersion: { state: 'APPROVED' } });
    expect(await approve(approver, id)).toMatchObject({ state: 'APPROVED', revalidateBy: '2027-03-01T10:00:00.000Z' });
    expect(await approve(second, id)).toMatchObject({ state: 'APPROVED', revalidateBy: '2027-12-01T10:00:00.000Z' });
    clock = new Date('2026-03-01T10:00:00.000Z');
  });

  it('speak of the policy of the tier, which an administrator changes', async () => {
    const id = await submitted(good.bytes, evaluation);
    await validate(id);
    await approve(approver, id);
    await approve(second, id);
    const { policy, revision } = await policyOf('MEDIUM');
    expect({ revision, approvals: policy.approvals }).toEqual({ revision: 0, approvals: 2 });
    const stricter = { ...policy, quality: { ...policy.quality, limits: [{ metric: 'accuracy', least: 0.999 }] } };
    const set = (actor: Actor, more: object) =>
      registry.refusals(actor, SET_POLICY, { input: { tier: 'MEDIUM', policy: stricter, reason: 'board', ...more } });
    expect(await set(developer, {})).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect(await set(person('admin'), { reason: ' ' })).toMatchObject([{ code: 'INVALID_INPUT', field: 'reason' }]);
    expect(await set(person('admin'), { policy: { ...policy, approvals: 0 } })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'approvals' },
    ]);
    expect(await set(person('admin'), {})).toEqual([]);
    expect(await policyOf('MEDIUM')).toMatchObject({ policy: stricter, revision: 1, changedBy: 'user:admin' });
    expect(await policyOf('HIGH')).toMatchObject({ revision: 0, changedBy: null });
    // What was approved under the old policy has no approval for new traffic any more, until it is validated again.
    expect(await refused(person('approver', 'third'), 'approveModelVersion', { id })).toMatchObject([
      { code: 'INVALID_TRANSITION' },
    ]);
    expect((await validate(id)).gates.find(({ gate }: any) => gate === 'quality.accuracy')).toMatchObject({
      passed: true,
      rule: 'accuracy at least 0.999',
    });
  });
});

describe('what a submitter declares', () => {
  it('is kept, and its tier never falls', async () => {
    const declared = {
      riskTier: 'MEDIUM',
      purpose: 'finds late trains',
      intendedUse: 'for dispatchers',
      limits: 'not in snow',
      card: '# Late trains',
      businessMetric: 'minutes saved',
      thirdParty: true,
    };
    const input = { model: `gated${++models}`, artifact: await registry.upload(developer, good.bytes), ...declared };
    const { registerModelVersion } = await registry.ask(developer, REGISTER, { input });
    const { id } = registerModelVersion.modelVersion;
    const read = async (): Promise<any> =>
      (
        await registry.ask(
          person('viewer'),
          `{ modelVersion(id: "${id}") { riskTier purpose intendedUse limits card businessMetric thirdParty } }`,
        )
      ).modelVersion;
    expect(await read()).toEqual(declared);
    const UPDATE = `mutation ($input: UpdateModelVersionInput!) { updateModelVersion(input: $input) { modelVersion { id } } }`;
    const others = {
      riskTier: 'HIGH',
      purpose: 'finds early trains',
      intendedUse: 'for passengers',
      limits: 'not at night',
      card: '# Early trains',
      businessMetric: 'minutes lost',
      thirdParty: false,
    };
    await registry.ask(developer, UPDATE, { input: { id, ...others } });
    expect(await read()).toEqual(others);
    await registry.ask(developer, step('submit'), { input: { id } });
    expect(await registry.refusals(developer, UPDATE, { input: { id, card: '# Other' } })).toMatchObject([
      { rule: 'G5', field: 'card' },
    ]);
    expect(await registry.refusals(developer, REGISTER, { input: { ...input, riskTier: 'LOW' } })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'riskTier', allowed: ['HIGH'] },
    ]);
  });
});

describe('the memory of a smoke run', () => {
  it('is measured where the tier asks for it, and fails the gate above its limit', async () => {
    const { tierPolicies } = await registry.ask(person('admin'), '{ tierPolicies { tier policy } }');
    const { policy } = tierPolicies.find(({ tier }: any) => tier === 'LOW');
    const memoryAt = async (mostMemoryBytes: number | null): Promise<any> => {
      const performance = { ...policy.performance, mostMemoryBytes };
      await registry.ask(person('admin'), SET_POLICY, {
        input: { tier: 'LOW', policy: { ...policy, performance }, reason: 'x' },
      });
      const id = await submitted(good.bytes, evaluationFile(groupRows(0.5, 0.5)), { riskTier: 'LOW' });
      return (await validate(id)).gates.find(({ gate }: any) => gate === 'performance.memory');
    };
    const MB = 1_048_576;
    const measured = await memoryAt(1_000 * MB);
    expect(measured).toMatchObject({ passed: true, limit: 1_000 * MB });
    expect(measured.value).toBeGreaterThan(MB);
    expect(await memoryAt(MB)).toMatchObject({ passed: false, value: measured.value, limit: MB });
    expect(await memoryAt(null)).toBeUndefined();
  });
});
