import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { logisticModel } from '../../support/onnx-models.ts';
import { SLOW_MODEL } from '../../support/slow-model.ts';
import { machine, person, startTestRegistry, type TestRegistry } from '../../support/registry.ts';

const developer = person('developer');
const viewer = person('viewer');
const model = logisticModel({ features: 2, weights: [1.5, -0.5], bias: 0.25 });
const PATIENCE = { timeout: 100_000, interval: 50 };

const BEGIN = `mutation ($input: RegisterModelVersionInput!) {
  registerModelVersion(input: $input) {
    eventCursor modelVersion { id } registration { id kind state phase startedAt finishedAt error gates { gate } }
  }
}`;
const VALIDATE = `mutation ($input: ValidateModelVersionInput!) {
  validateModelVersion(input: $input) {
    eventCursor passed gates { gate passed } modelVersion { state } validation { id kind state }
  }
}`;
const JOB = `query ($id: ID!) {
  modelJob(id: $id) { state phase error errorCode attempts finishedAt gates { gate passed } modelVersion { id state } }
}`;
const SUBMIT =
  'mutation ($input: ModelVersionStepInput!) { submitModelVersion(input: $input) { modelVersion { state } } }';

let registry: TestRegistry;
let artifact: string;
beforeAll(async () => {
  registry = await startTestRegistry();
  artifact = await registry.upload(developer, model.bytes);
});

const jobEnd = (id: string, from = registry): Promise<any> =>
  vi.waitFor(async () => {
    const { modelJob } = await from.ask(viewer, JOB, { id });
    expect(modelJob.state).not.toBe('RUNNING');
    return modelJob;
  }, PATIENCE);
const begin = async (input: object, from = registry): Promise<any> =>
  (await from.ask(developer, BEGIN, { input })).registerModelVersion;

describe('a registration that nobody waits for', () => {
  it('answers at once how it stands, goes on, and can be asked for until the version is there', async () => {
    const { eventCursor, modelVersion, registration } = await begin({ artifact, model: 'later', waitMs: 0 });
    expect({ eventCursor, modelVersion }).toEqual({ eventCursor: null, modelVersion: null });
    expect(registration).toMatchObject({ kind: 'REGISTRATION', state: 'RUNNING', finishedAt: null, error: null });
    expect(await jobEnd(registration.id)).toMatchObject({
      state: 'SUCCEEDED',
      phase: 'DONE',
      attempts: 1,
      finishedAt: expect.any(String),
      modelVersion: { id: 'tiffin:default:model-version:later@1', state: 'DRAFT' },
    });
  });

  it('says what it failed with, by its code', async () => {
    const { registration } = await begin({
      artifact,
      model: 'later',
      waitMs: 0,
      goldenRows: [{ inputs: [], outputs: [] }],
    });
    expect(await jobEnd(registration.id)).toMatchObject({
      state: 'FAILED',
      errorCode: 'INVALID_INPUT',
      error: 'golden row 0: the input "features" must be given once',
      modelVersion: null,
    });
  });

  it('is not shown to another project', async () => {
    const { registration } = await begin({ artifact, model: 'later', waitMs: 0 });
    const { modelJob } = await registry.ask({ ...machine(), project: 'other' }, JOB, { id: registration.id });
    expect(modelJob).toBeNull();
    await jobEnd(registration.id);
  });
});

describe('a validation that nobody waits for', () => {
  it('leaves the version SUBMITTED until it has ended, is joined by who asks meanwhile, and is found from the version', async () => {
    const { modelVersion } = await begin({ artifact, model: 'checked' });
    const { id } = modelVersion;
    const ofVersion =
      '{ modelVersion(id: "tiffin:default:model-version:checked@1") { state validation { id state } } }';
    expect((await registry.ask(viewer, ofVersion)).modelVersion.validation).toBeNull();
    await registry.ask(developer, SUBMIT, { input: { id } });
    const first = (await registry.ask(developer, VALIDATE, { input: { id, waitMs: 0 } })).validateModelVersion;
    expect(first).toMatchObject({ passed: null, gates: [], validation: { kind: 'VALIDATION', state: 'RUNNING' } });
    const { state, gates } = await jobEnd(first.validation.id);
    expect(state).toBe('SUCCEEDED');
    expect(gates).toContainEqual({ gate: 'goldenRows', passed: true });
    expect((await registry.ask(viewer, ofVersion)).modelVersion).toEqual({
      state: 'VALIDATED',
      validation: { id: first.validation.id, state: 'SUCCEEDED' },
    });
  });

  it.each([
    ['registerModelVersion', BEGIN, () => ({ artifact, model: 'm', waitMs: 20_001 })],
    ['validateModelVersion', VALIDATE, () => ({ id: 'checked@1', waitMs: -1 })],
  ])('%s takes no longer wait than it says', async (_, mutation, input) => {
    expect(await registry.refusals(developer, mutation, { input: input() })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'waitMs', allowed: { min: 0, max: 20_000 } },
    ]);
  });
});

describe('models that take their time', () => {
  let busy: TestRegistry;
  const slow: string[] = [];
  beforeAll(async () => {
    busy = await startTestRegistry({ variables: { TIFFIN_MODEL_LIMIT_MS: '600000' } });
    const bytes = await busy.upload(developer, SLOW_MODEL);
    for (let i = 0; i < 3; i++) {
      slow.push((await begin({ artifact: bytes, model: 'slow', waitMs: 0 }, busy)).registration.id);
    }
  });
  afterAll(() => busy.stop());

  it('do not hold up a quick one that is asked for after them', async () => {
    const quick = await busy.upload(developer, model.bytes);
    const { registration, modelVersion } = await begin({ artifact: quick, model: 'quick', waitMs: 0 }, busy);
    expect(modelVersion).toBeNull();
    const end = await jobEnd(registration.id, busy);
    expect(end).toMatchObject({ state: 'SUCCEEDED', modelVersion: { id: 'tiffin:default:model-version:quick@1' } });
    for (const id of slow) {
      expect((await busy.ask(viewer, JOB, { id })).modelJob).toMatchObject({ state: 'RUNNING', modelVersion: null });
    }
  }, 120_000);

  it('are cut off by a stop, and taken up by the next process', async () => {
    await busy.stop();
    const limited = { TIFFIN_MODEL_LIMIT_MS: '1000' };
    const next = await startTestRegistry({ database: busy.database, folder: busy.folder, variables: limited });
    for (const id of slow) {
      expect(await jobEnd(id, next)).toMatchObject({ state: 'FAILED', errorCode: 'TIMEOUT' });
    }
    await next.stop();
  }, 120_000);
});
