import { createHash } from 'node:crypto';
import { DEV_KEY } from '../../../install/secrets.ts';
import { logisticModel } from '../../support/onnx-models.ts';
import type { ControlPlane } from './control-plane.ts';

export const FIRST = { version: 'tiffin:default:model-version:first@1', endpoint: 'first', environment: 'production' };

/** One version as every other comes: uploaded, registered, validated, approved, released, serving. The rest are copies of its rows. */
export async function makeFirstVersion({ ask, url }: ControlPlane): Promise<void> {
  const change = async (name: string, input: object, fields: string, role?: 'approver'): Promise<any> => {
    const type = name === 'submitModelVersion' ? 'ModelVersionStep' : `${name[0]!.toUpperCase()}${name.slice(1)}`;
    return (await ask(`mutation ($input: ${type}Input!) { ${name}(input: $input) ${fields} }`, { input }, role))[name];
  };
  const upload = async (bytes: Uint8Array): Promise<string> => {
    const begun = await change('beginUpload', { name: 'file', sizeBytes: bytes.length }, '{ uploadId url }');
    const headers = { authorization: `Bearer ${DEV_KEY}` };
    const sent = await fetch(new URL(begun.url, url), { method: 'PUT', headers, body: Buffer.from(bytes) });
    if (!sent.ok) throw new Error(`the upload answered ${sent.status}: ${await sent.text()}`);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await change('completeUpload', { uploadId: begun.uploadId, sha256 }, '{ sha256 }');
    return sha256;
  };
  const model = logisticModel({ features: 3, weights: [1, -1, 0.5], bias: 0.25 });
  const goldenRows = model.golden.map(({ inputs, outputs }) => ({
    inputs: [{ name: 'features', dtype: 'float32', shape: [1, 3], data: inputs.features }],
    outputs: [{ name: 'score', dtype: 'float32', shape: [1, 1], data: outputs.score }],
  }));
  const evaluation = await upload(new TextEncoder().encode('{"labels":[0,1],"scores":[0.2,0.8]}'));
  const made = { model: 'first', artifact: await upload(model.bytes), evaluation, goldenRows, owner: 'team 1' };
  const { modelVersion } = await change(
    'registerModelVersion',
    { ...made, description: 'Scores payments', hyperParameters: { depth: 6, eta: 0.1 }, algorithm: 'logistic' },
    '{ modelVersion { id } }',
  );
  if (modelVersion?.id !== FIRST.version) throw new Error('the first version was not registered in time');
  const { id } = modelVersion;
  await change('submitModelVersion', { id }, '{ modelVersion { id } }');
  const { passed } = await change('validateModelVersion', { id }, '{ passed }');
  if (passed !== true) throw new Error('the first version did not pass');
  await change('approveModelVersion', { id }, '{ modelVersion { id } }', 'approver');
  const { endpoint } = await change('createEndpoint', { name: FIRST.endpoint }, '{ endpoint { id } }');
  const place = { endpoint: endpoint.id, environment: FIRST.environment };
  const { deployment } = await change('createDeployment', place, '{ deployment { id } }');
  const recipe = {
    inputs: ['a', 'b', 'c'].map((name) => ({ name, dtype: 'FLOAT64' })),
    models: [{ version: id, inputs: [{ tensor: 'features', columns: ['a', 'b', 'c'] }], score: { tensor: 'score' } }],
    output: { decision: { threshold: 0.5, above: 'REVIEW', below: 'ACCEPT' } },
  };
  const { release } = await change('createRelease', { deployment: deployment.id, recipe }, '{ release { id } }');
  await change('approveRelease', { release: release.id }, '{ release { id } }', 'approver');
  const promoted = { deployment: deployment.id, release: release.id, cause: 'bench', reason: 'a benchmark' };
  const { eventCursor } = await change('promoteRelease', promoted, '{ eventCursor }');
  const known =
    'query ($id: ID!, $after: String) { lineage(id: $id, direction: UPSTREAM, after: $after) { complete } }';
  await ask(known, { id: deployment.id, after: eventCursor });
}
