import { beforeAll, describe, expect, it } from 'vitest';
import { logisticModel } from '../../support/onnx-models.ts';
import { goldenRows, person, REGISTER, startTestRegistry, type TestRegistry } from '../../support/registry.ts';

const developer = person('developer');
const viewer = person('viewer');
const first = logisticModel({ features: 2, weights: [1.5, -0.5], bias: 0.25 });
const retrained = logisticModel({ features: 2, weights: [1.25, -0.5], bias: 0.25 });
const wider = logisticModel({ features: 3, weights: [1.25, -0.5, 1], bias: 0.25 });

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});

const register = async (bytes: Uint8Array, input: object): Promise<any> => {
  const artifact = await registry.upload(developer, bytes);
  const { registerModelVersion } = await registry.ask(developer, REGISTER, { input: { artifact, ...input } });
  return registerModelVersion.modelVersion;
};

describe('registering a model version', () => {
  it('reads the contract from the file and verifies the submitter’s golden rows', async () => {
    const version = await register(first.bytes, { model: 'contract', goldenRows: goldenRows(first) });
    expect(version).toMatchObject({
      id: 'tiffin:default:model-version:contract@1',
      number: 1,
      version: '1.0.0.0',
      bump: null,
      state: 'DRAFT',
      goldenRows: first.golden.length,
      goldenOrigin: 'SUBMITTER',
      inputs: [{ name: 'features', dtype: 'float32', shape: [-1, 2] }],
      outputs: [{ name: 'score', dtype: 'float32', shape: [-1, 1] }],
      makers: ['user:developer'],
    });
    expect(version.digest).toBe(version.sourceDigest);
  });

  it('lets a model vouch for itself, and says so, where no golden rows are given', async () => {
    expect(await register(first.bytes, { model: 'vouched' })).toMatchObject({ goldenOrigin: 'SELF', goldenRows: 8 });
  });

  it('computes the smallest legal step and says why', async () => {
    await register(first.bytes, { model: 'steps' });
    expect(await register(first.bytes, { model: 'steps' })).toMatchObject({ version: '1.0.0.1', bump: 'BUILD' });
    expect(await register(retrained.bytes, { model: 'steps' })).toMatchObject({ version: '1.0.1.0', bump: 'PATCH' });
    expect(await register(retrained.bytes, { model: 'steps', codeCommit: 'abc' })).toMatchObject({
      version: '1.1.0.0',
      bumpReasons: ['the training code changed'],
    });
    expect(await register(wider.bytes, { model: 'steps', codeCommit: 'abc' })).toMatchObject({
      number: 5,
      version: '2.0.0.0',
      bumpReasons: ['the input "features" was float32[-1, 2] and is float32[-1, 3]'],
    });
  });

  it('takes a higher number than the smallest, never a lower one', async () => {
    await register(first.bytes, { model: 'wanted' });
    expect(await register(retrained.bytes, { model: 'wanted', version: '3.0.0.0' })).toMatchObject({
      version: '3.0.0.0',
    });
    const artifact = await registry.upload(developer, wider.bytes);
    const input = { artifact, model: 'wanted', version: '3.1.0.0' };
    expect(await registry.refusals(developer, REGISTER, { input })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'version', smallest: '4.0.0.0', bump: 'MAJOR' },
    ]);
  });

  it('numbers versions one after another, however many come at once', async () => {
    const artifact = await registry.upload(developer, first.bytes);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => registry.ask(developer, REGISTER, { input: { artifact, model: 'crowd' } })),
    );
    const numbers = answers.map(({ registerModelVersion }) => registerModelVersion.modelVersion.number);
    expect(new Set(numbers)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  });

  it('refuses golden rows that the model does not answer', async () => {
    const artifact = await registry.upload(developer, first.bytes);
    const rows = goldenRows(first);
    rows[3]!.outputs[0]!.data = [0.9999];
    const input = { artifact, model: 'wrong-rows', goldenRows: rows };
    expect(await registry.refusals(developer, REGISTER, { input })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'goldenRows.3', output: 'score', expected: 0.9999 },
    ]);
    expect(await registry.ask(viewer, '{ model(id: "tiffin:default:model:wrong-rows") { id } }')).toEqual({
      model: null,
    });
  });

  it.each([
    ['a cut-off file', first.bytes.subarray(0, 60)],
    ['an empty graph', new Uint8Array([0x08, 0x08, 0x3a, 0x00])],
    ['some text', new TextEncoder().encode('this is no model at all')],
  ])('refuses %s', async (_, bytes) => {
    const artifact = await registry.upload(developer, bytes);
    expect(await registry.refusals(developer, REGISTER, { input: { artifact, model: 'broken' } })).toMatchObject([
      { code: 'INVALID_INPUT' },
    ]);
  });

  it('refuses an artifact that nobody uploaded', async () => {
    const input = { artifact: 'a'.repeat(64), model: 'nothing' };
    expect(await registry.refusals(developer, REGISTER, { input })).toMatchObject([
      { code: 'NOT_FOUND', field: 'artifact' },
    ]);
  });

  it('is closed to viewers', async () => {
    const input = { artifact: 'a'.repeat(64), model: 'nothing' };
    expect(await registry.refusals(viewer, REGISTER, { input })).toMatchObject([{ code: 'FORBIDDEN' }]);
  });
});
