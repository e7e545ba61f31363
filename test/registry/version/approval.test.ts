import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Actor } from '../../../subgraphs/shared/auth/actor.ts';
import { logisticModel } from '../../support/onnx-models.ts';
import {
  EVALUATION,
  machine,
  person,
  REGISTER,
  service,
  startTestRegistry,
  type TestRegistry,
} from '../../support/registry.ts';

const developer = person('developer');
const approver = person('approver');
const model = logisticModel({ features: 2, weights: [1.5, -0.5], bias: 0.25 });

let clock = new Date('2026-03-01T10:00:00.000Z');
let registry: TestRegistry;
let artifact: string;
let evaluation: string;
beforeAll(async () => {
  registry = await startTestRegistry({ now: () => clock });
  artifact = await registry.upload(developer, model.bytes);
  evaluation = await registry.upload(developer, EVALUATION);
});

let models = 0;
async function draft(actor: Actor = developer, more: object = {}): Promise<string> {
  const input = { artifact, evaluation, model: `m${++models}`, ...more };
  const { registerModelVersion } = await registry.ask(actor, REGISTER, { input });
  return registerModelVersion.modelVersion.id;
}

const mutation = (step: string): string => {
  const name = `${step}ModelVersion`;
  const input = ['reject', 'suspend', 'reinstate'].includes(step)
    ? 'ReasonedStepInput'
    : step === 'approve'
      ? 'ApproveModelVersionInput'
      : step === 'validate'
        ? 'ValidateModelVersionInput'
        : 'ModelVersionStepInput';
  const more = step === 'validate' ? 'passed gates { gate passed detail }' : '';
  return `mutation ($input: ${input}!) { ${name}(input: $input) { modelVersion { state makers } ${more} } }`;
};
const inputOf = (step: string, id: string, more: object): object =>
  step === 'validate' ? { id, ...more } : { id, reason: 'because', ...more };
const take = async (actor: Actor, step: string, id: string, more: object = {}): Promise<any> =>
  Object.values(await registry.ask(actor, mutation(step), { input: inputOf(step, id, more) }))[0];
const refused = (actor: Actor, step: string, id: string, more: object = {}): Promise<any[]> =>
  registry.refusals(actor, mutation(step), { input: inputOf(step, id, more) });

async function validated(more: object = {}): Promise<string> {
  const id = await draft(developer, more);
  await take(developer, 'submit', id);
  await take(developer, 'validate', id);
  return id;
}

async function sql(text: string, values: unknown[] = []): Promise<any[]> {
  const client = new Client({ connectionString: registry.database.ownerUrl });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

const refusalsOnRecord = (id: string): Promise<any[]> =>
  sql(
    `select record->>'action' as action, record->>'actor' as actor, record->>'rule' as rule
     from registry.audit_record where record->>'subject' = $1 and record->>'action' like '%.refused' order by seq`,
    [id],
  );

describe('the approval life', () => {
  it('goes from draft to approved with another person’s approval, and keeps every step', async () => {
    const id = await draft();
    expect((await take(developer, 'submit', id)).modelVersion.state).toBe('SUBMITTED');
    const { passed, gates, modelVersion } = await take(developer, 'validate', id);
    expect({ passed, state: modelVersion.state }).toEqual({ passed: true, state: 'VALIDATED' });
    expect(gates.map(({ gate }: any) => gate)).toEqual([
      'artifact',
      'contract',
      'smokeRun',
      'goldenRows',
      'engines',
      'evaluation',
    ]);
    expect((await take(approver, 'approve', id)).modelVersion.state).toBe('APPROVED');
    const steps =
      '{ modelVersion(id: "ID") { approvals { action from to actor reason digestSet report { gate passed } } } }';
    const { modelVersion: read } = await registry.ask(person('viewer'), steps.replace('ID', id));
    expect(read.approvals).toMatchObject([
      { action: 'SUBMIT', from: 'DRAFT', to: 'SUBMITTED', actor: 'user:developer' },
      { action: 'VALIDATE', to: 'VALIDATED', report: gates.map(({ gate }: any) => ({ gate, passed: true })) },
      { action: 'APPROVE', to: 'APPROVED', actor: 'user:approver', reason: 'because' },
    ]);
    expect(new Set(read.approvals.map(({ digestSet }: any) => digestSet)).size).toBe(1);
  });

  it('refuses a step that the state does not allow, and says which are', async () => {
    const id = await draft();
    expect(await refused(approver, 'approve', id)).toMatchObject([
      { code: 'INVALID_TRANSITION', state: 'DRAFT', allowed: ['SUBMIT', 'WITHDRAW'] },
    ]);
    await take(developer, 'withdraw', id);
    await take(developer, 'archive', id);
    expect(await refused(developer, 'submit', id)).toMatchObject([{ code: 'INVALID_TRANSITION', allowed: [] }]);
  });

  it('is not for production without an evaluation, whose gate passes on nothing only elsewhere', async () => {
    const id = await validated({ evaluation: null });
    for (const environments of [[], ['production'], ['staging', 'production']]) {
      expect(await refused(approver, 'approve', id, { environments })).toMatchObject([
        { code: 'FAILED_PRECONDITION', rule: 'G15', field: 'environments' },
      ]);
    }
    expect((await take(approver, 'approve', id, { environments: ['staging'] })).modelVersion.state).toBe('APPROVED');
  });

  it('can be rejected, suspended, reinstated on the same terms, and retired', async () => {
    const rejected = await validated();
    expect((await take(approver, 'reject', rejected)).modelVersion.state).toBe('REJECTED');
    const id = await validated();
    await take(approver, 'approve', id, { environments: ['staging'] });
    expect((await take(developer, 'suspend', id)).modelVersion.state).toBe('SUSPENDED');
    expect(await refused(developer, 'reinstate', id)).toMatchObject([{ code: 'FORBIDDEN', rule: 'G2' }]);
    expect((await take(approver, 'reinstate', id)).modelVersion.state).toBe('APPROVED');
    const [{ environments }] = await sql(
      `select environments from registry.approval_step where model = $1 and action = 'REINSTATE'`,
      [`m${models}`],
    );
    expect(environments).toEqual(['staging']);
    const read = '{ modelVersion(id: "ID") { approvals { action reason } } }';
    for (const [version, steps] of [
      [rejected, ['REJECT']],
      [id, ['APPROVE', 'SUSPEND', 'REINSTATE']],
    ] as const) {
      const { modelVersion } = await registry.ask(person('viewer'), read.replace('ID', version));
      expect(modelVersion.approvals.slice(2)).toEqual(steps.map((action) => ({ action, reason: 'because' })));
    }
    expect((await take(developer, 'retire', id)).modelVersion.state).toBe('RETIRED');
  });

  it('does not change from its submission on, except in words (G5)', async () => {
    const id = await draft();
    const update = `mutation ($input: UpdateModelVersionInput!) {
      updateModelVersion(input: $input) { modelVersion { description tags algorithm makers } } }`;
    const change = (actor: Actor, input: object) => registry.ask(actor, update, { input: { id, ...input } });
    expect(await change(person('developer', 'second'), { algorithm: 'logistic' })).toMatchObject({
      updateModelVersion: { modelVersion: { algorithm: 'logistic', makers: ['user:developer', 'user:second'] } },
    });
    await take(developer, 'submit', id);
    expect(await registry.refusals(developer, update, { input: { id, algorithm: 'trees' } })).toMatchObject([
      { code: 'FAILED_PRECONDITION', rule: 'G5', field: 'algorithm', allowed: ['description', 'owner', 'tags'] },
    ]);
    expect(await change(developer, { description: 'for fraud', tags: ['a'] })).toMatchObject({
      updateModelVersion: { modelVersion: { description: 'for fraud', tags: ['a'], algorithm: 'logistic' } },
    });
    expect(await refusalsOnRecord(id)).toEqual([
      { action: 'model-version.update.refused', actor: 'user:developer', rule: 'G5' },
    ]);
  });

  it('refuses an approval that would have expired already', async () => {
    const id = await validated();
    expect(await refused(approver, 'approve', id, { expiresAt: '2026-02-01T00:00:00Z' })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'expiresAt' },
    ]);
  });
});

describe('maker is not checker (G1), and only approvers decide (G2)', () => {
  it.each(ROLES.filter((role) => role !== 'approver' && role !== 'committee'))(
    'refuses a %s, with the rule, on record',
    async (role) => {
      const id = await validated();
      for (const step of ['approve', 'reject']) {
        expect(await refused(person(role), step, id)).toMatchObject([{ code: 'FORBIDDEN', rule: 'G2' }]);
      }
      expect(await refusalsOnRecord(id)).toEqual([
        { action: 'model-version.approve.refused', actor: `user:${role}`, rule: 'G2' },
        { action: 'model-version.reject.refused', actor: `user:${role}`, rule: 'G2' },
      ]);
    },
  );

  it('refuses every machine and service, whatever roles it claims and whomever it acts for', async () => {
    const id = await validated();
    for (const actor of [machine(), service('experiment'), service('monitoring', 'user:approver')]) {
      expect(await refused(actor, 'approve', id)).toMatchObject([{ code: 'FORBIDDEN', rule: 'G2' }]);
    }
    expect((await refusalsOnRecord(id)).map(({ rule }) => rule)).toEqual(['G2', 'G2', 'G2']);
  });

  it('refuses an approver who registered it', async () => {
    const id = await draft(approver);
    await take(developer, 'submit', id);
    await take(developer, 'validate', id);
    expect(await refused(approver, 'approve', id)).toMatchObject([
      { code: 'FORBIDDEN', rule: 'G1', makers: expect.arrayContaining(['user:approver']) },
    ]);
  });

  it('refuses an approver who only submitted it', async () => {
    const id = await draft();
    await take(approver, 'submit', id);
    await take(developer, 'validate', id);
    expect(await refused(approver, 'approve', id)).toMatchObject([{ code: 'FORBIDDEN', rule: 'G1' }]);
    expect((await take(person('approver', 'other'), 'approve', id)).modelVersion.state).toBe('APPROVED');
  });

  it('refuses an approver who only uploaded the file', async () => {
    const uploader = person('approver', 'uploader');
    const other = logisticModel({ features: 2, weights: [1, 1], bias: 0 });
    const uploaded = await registry.upload(uploader, other.bytes);
    const input = { artifact: uploaded, model: `m${++models}` };
    const { registerModelVersion } = await registry.ask(developer, REGISTER, { input });
    const { id } = registerModelVersion.modelVersion;
    await take(developer, 'submit', id);
    await take(developer, 'validate', id);
    expect(await refused(uploader, 'approve', id)).toMatchObject([{ code: 'FORBIDDEN', rule: 'G1' }]);
  });

  it('refuses an approver for whom a service registered it', async () => {
    const id = await draft(service('experiment', 'user:approver'));
    await take(developer, 'submit', id);
    await take(developer, 'validate', id);
    expect(await refused(approver, 'approve', id)).toMatchObject([{ code: 'FORBIDDEN', rule: 'G1' }]);
  });

  it('refuses an approver who edited the draft, and one who would reject or reinstate their own', async () => {
    const id = await draft(approver);
    await take(developer, 'submit', id);
    expect(await refused(approver, 'reject', id)).toMatchObject([{ code: 'FORBIDDEN', rule: 'G1' }]);
    await take(developer, 'validate', id);
    await take(person('approver', 'other'), 'approve', id);
    await take(developer, 'suspend', id);
    expect(await refused(approver, 'reinstate', id)).toMatchObject([{ code: 'FORBIDDEN', rule: 'G1' }]);
  });

  it('keeps a refusal when the change itself was rolled back, and the chain whole', async () => {
    const id = await validated();
    await refused(developer, 'approve', id);
    const { modelVersion } = await registry.ask(developer, `{ modelVersion(id: "${id}") { state } }`);
    expect(modelVersion.state).toBe('VALIDATED');
    expect(await refusalsOnRecord(id)).toHaveLength(1);
  });
});

describe('what was checked is what is approved', () => {
  it('fails validation of golden rows that no longer reproduce, and stays submitted', async () => {
    const id = await draft();
    await take(developer, 'submit', id);
    const other = JSON.stringify([
      {
        inputs: [{ name: 'features', dtype: 'float32', shape: [1, 2], data: [1, 1] }],
        outputs: [{ name: 'score', dtype: 'float32', shape: [1, 1], data: [0.5] }],
      },
    ]);
    const sha256 = await registry.upload(developer, Buffer.from(other));
    expect(sha256).toBe(createHash('sha256').update(other).digest('hex'));
    await sql('update registry.model_version set golden = $1 where model = $2', [sha256, `m${models}`]);
    const { passed, gates, modelVersion } = await take(developer, 'validate', id);
    expect({ passed, state: modelVersion.state }).toEqual({ passed: false, state: 'SUBMITTED' });
    expect(gates.find(({ gate }: any) => gate === 'goldenRows')).toMatchObject({
      passed: false,
      detail: 'row 0 does not come out as recorded',
    });
    expect(await refused(approver, 'approve', id)).toMatchObject([
      { code: 'FAILED_PRECONDITION', rule: 'G17', gate: 'goldenRows' },
    ]);
  });

  it('refuses to approve what changed after its validation (G3)', async () => {
    const id = await validated();
    await sql(`update registry.model_version set training_set = 'tiffin:default:training-set:other' where model = $1`, [
      `m${models}`,
    ]);
    expect(await refused(approver, 'approve', id)).toMatchObject([{ code: 'FAILED_PRECONDITION', rule: 'G3' }]);
  });
});
