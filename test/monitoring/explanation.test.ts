import { expect, it } from 'vitest';
import { localPeer } from '../../subgraphs/shared/peer.ts';
import { release, sha256 } from '../edge/support/release.ts';
import {
  DEPLOYMENT,
  outcome,
  prediction,
  SECRET,
  startTestMonitoring,
  uuid,
  type TestMonitoring,
} from '../support/monitoring.ts';

const id = `tiffin:default:prediction:${uuid(1)}`;
const EXPLAIN = `query ($id: ID!) { explainPrediction(id: $id) {
  release { id } combination
  prediction { id decision fallback outcome { value } timings { stage ms } inputs { name text } }
  assignment { layer variant holder holderRevision unit bucket arm holdoutUnit holdoutShare forcedBy }
  models { name modelVersion { id } engine score weight }
  features { value { name number status ageMs } feature { id } }
  absent { part why } } }`;

const explained = async ({ ask }: TestMonitoring, of = id): Promise<any> => {
  const { data, errors } = await ask(EXPLAIN, { id: of }, 'viewer');
  expect(errors).toBeUndefined();
  return data.explainPrediction;
};

const personal = {
  inputs: [
    { name: 'user_id', dtype: 'STRING', personal: true } as const,
    { name: 'amount', dtype: 'FLOAT64' } as const,
  ],
};
const answered = {
  inputs: { user_id: 'tok_1', amount: 3 },
  features: { user_txn__amount_24h: { value: 7, status: 'PRESENT', ageMs: 40 } },
};

it('says what led to an answer, by its record and by the recipe that made it', async () => {
  const { digest, document, blobs } = await release({ endpoint: 'eta', recipe: personal });
  const monitoring = await startTestMonitoring({ blobs });
  const { send } = monitoring;
  const version = document.models[0]?.version ?? 'none';
  const experiment = 'tiffin:default:experiment:new-eta';
  const split = { layer: 'ALLOCATION', arm: 'candidate', holder: experiment, holderRevision: 2, bucket: 0.5 };
  const models = [{ version, score: 0.25, engine: 'ort' }];
  await send('/v1/predictions', {
    node: 'edge-1',
    predictions: [
      prediction(1, { ...answered, ...split, release: digest, models, holdout: { unit: 'user-1', share: 0.1 } }),
    ],
  });
  expect(await explained(monitoring)).toMatchObject({
    release: { id: document.release },
    combination: null,
    prediction: {
      id,
      decision: 'ON_TIME',
      outcome: null,
      timings: expect.arrayContaining([{ stage: 'model', ms: 2 }]),
    },
    assignment: { ...split, unit: 'user-1', holdoutUnit: 'user-1', holdoutShare: 0.1, variant: null, forcedBy: null },
    models: [{ name: 'model', modelVersion: { id: version }, engine: 'ort', score: 0.25, weight: null }],
    features: [
      {
        value: { name: 'user_txn__amount_24h', number: 7, status: 'PRESENT', ageMs: 40 },
        feature: { id: 'tiffin:default:feature:user_txn@1/amount_24h' },
      },
    ],
    absent: [
      { part: 'inputs.user_id', why: 'TOKENISED' },
      { part: 'outcome', why: 'NOT_YET' },
    ],
  });
  await send('/v1/outcomes', { outcomes: [outcome(1, 1)] });
  const later = await explained(monitoring);
  expect(later.prediction.outcome).toEqual({ value: 1 });
  expect(later.absent.map(({ part }: any) => part)).toEqual(['inputs.user_id']);
});

it('names what is not there: kept out of the log, never run, not recorded, or frozen by nobody known', async () => {
  const monitoring = await startTestMonitoring();
  const silent = { inputs: null, features: null, score: null, fallback: 'KILLED', decision: 'ON_TIME' };
  await monitoring.send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1, silent)] });
  const { release: frozen, models, absent } = await explained(monitoring);
  expect([frozen, models[0].name, models[0].engine, models[0].score]).toEqual([null, null, null, null]);
  expect(absent).toEqual([
    { part: 'release', why: 'GONE' },
    { part: 'inputs', why: 'NOT_LOGGED' },
    { part: 'features', why: 'NOT_LOGGED' },
    { part: 'models.0.score', why: 'NOT_RUN' },
    { part: 'models.0.engine', why: 'NOT_RECORDED' },
    { part: 'outcome', why: 'NOT_YET' },
  ]);
});

it('goes on without a registry, and without the release of another project', async () => {
  const { digest, blobs } = await release({ endpoint: 'eta' });
  const away = await startTestMonitoring({ registry: localPeer('registry', () => undefined, SECRET), blobs });
  await away.send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1, { release: digest })] });
  expect((await explained(away)).absent[0]).toEqual({ part: 'release', why: 'UNREACHABLE' });
  const text = new TextDecoder().decode(blobs.get(digest)).replaceAll('tiffin:default:', 'tiffin:other:');
  const foreign = new TextEncoder().encode(text);
  const there = await startTestMonitoring({ blobs: new Map([[sha256(foreign), foreign]]) });
  const answeredBy = { release: sha256(foreign) };
  await there.send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1, answeredBy)] });
  expect(await explained(there)).toMatchObject({ release: null, absent: [{ part: 'release', why: 'GONE' }, {}, {}] });
});

it('knows nothing of another project, of an id that never was, and of nonsense', async () => {
  const { ask, send } = await startTestMonitoring();
  await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1)] });
  for (const other of [`tiffin:other:prediction:${uuid(1)}`, `tiffin:default:prediction:${uuid(2)}`]) {
    expect(await ask(EXPLAIN, { id: other })).toEqual({ data: { explainPrediction: null } });
  }
  const { data, errors } = await ask(EXPLAIN, { id: DEPLOYMENT });
  expect([data, errors]).toMatchObject([
    { explainPrediction: null },
    [{ extensions: { code: 'INVALID_INPUT', field: 'id' } }],
  ]);
});
