import { describe, expect, it } from 'vitest';
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
      { part: 'reasons', why: 'NOT_RECORDED' },
      { part: 'outcome', why: 'NOT_YET' },
    ],
  });
  await send('/v1/outcomes', { outcomes: [outcome(1, 1)] });
  const later = await explained(monitoring);
  expect(later.prediction.outcome).toEqual({ value: 1 });
  expect(later.absent.map(({ part }: any) => part)).toEqual(['inputs.user_id', 'reasons']);
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
    { part: 'reasons', why: 'GONE' },
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
  expect(await explained(there)).toMatchObject({
    release: null,
    absent: [{ part: 'release', why: 'GONE' }, {}, {}, {}],
  });
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

const WHY = `query ($id: ID!, $reasons: Int) { explainPrediction(id: $id, reasons: $reasons) {
  reasons { source space link base rest rounding total unexplained { model contribution why }
    top { kind contribution feature { id } value { name number text status ageMs } } }
  absent { part why } } }`;

describe('reasons', () => {
  const inputs = { user_id: 'u1', amount: 2, note: null };
  const features = {
    user_txn__amount_24h: { value: 3, status: 'PRESENT', ageMs: 40 },
    user_txn__count_1h: { value: 2, status: 'DEFAULTED', ageMs: null },
  };
  const MARGIN = 0.125 + 0.5 * 2 - 0.25 * 3 + 1 * 2 + 2 * 0.5;
  const score = Math.fround(1 / (1 + Math.exp(-MARGIN)));
  const top = [
    { name: 'user_txn__count_1h', contribution: 2 },
    { name: 'amount', contribution: 1 },
  ];
  const logged = {
    space: 'MARGIN',
    link: 'LOGISTIC',
    base: 0.125,
    top,
    rest: 0.25,
    rounding: 0,
    total: MARGIN,
    unexplained: [],
  };

  /** Predictions that nodes answered by one release, and what is said of each. */
  async function asked(...changes: readonly object[]): Promise<(n: number, reasons?: number) => Promise<any>> {
    const { digest, document, blobs } = await release({ endpoint: 'eta' });
    const { send, ask } = await startTestMonitoring({ blobs });
    const models = document.recipe.models.map(({ version }) => ({ version, score, engine: 'ort' }));
    const own = { inputs, features, score, models, release: digest };
    const predictions = changes.map((change, n) => prediction(n, { ...own, ...change }));
    expect((await send('/v1/predictions', { node: 'edge-1', predictions })).body.rejected).toEqual([]);
    return async (n, reasons) => {
      const variables = { id: uuid(n), ...(reasons !== undefined && { reasons }) };
      const { data, errors } = await ask(WHY, variables, 'viewer');
      if (errors) return errors;
      const { absent, reasons: found } = data.explainPrediction;
      return found ?? absent.find(({ part }: any) => part === 'reasons').why;
    };
  }

  it('are those that the node wrote down, with values and pinned features', async () => {
    const unexplained = [{ model: 'model', contribution: score, why: 'it is a neural net' }];
    const net = { ...logged, space: 'SCORE', link: 'NONE', base: 0, top: [], rest: 0, total: score, unexplained };
    const ask = await asked({ reasons: logged }, { reasons: net }, { reasons: { ...logged, rounding: 1e-9 } });
    const found = await ask(0);
    const contributions = top.map(({ contribution }) => ({ contribution }));
    expect(found).toMatchObject({ ...logged, top: contributions, source: 'LOGGED' });
    expect(found.top).toEqual([
      {
        kind: 'FEATURE',
        contribution: 2,
        feature: { id: 'tiffin:default:feature:user_txn@1/count_1h' },
        value: { name: 'user_txn__count_1h', number: 2, text: null, status: 'DEFAULTED', ageMs: null },
      },
      {
        kind: 'INPUT',
        contribution: 1,
        feature: null,
        value: { name: 'amount', number: 2, text: null, status: null, ageMs: null },
      },
    ]);
    const one = await ask(0, 1);
    expect([one.top.length, one.rest]).toEqual([1, 1.25]);
    expect(await ask(1)).toEqual({ ...net, source: 'LOGGED' });
    expect((await ask(2)).rounding).toBe(1e-9);
    for (const wrong of [0, 51]) {
      expect(await ask(0, wrong)).toMatchObject([{ extensions: { code: 'INVALID_INPUT', field: 'reasons' } }]);
    }
  });

  it('are computed from the record and the files of its release where the node wrote none', async () => {
    const ask = await asked({}, { inputs: { ...inputs, amount: 3 } }, { release: 'b'.repeat(64) });
    const found = await ask(0);
    expect(found).toMatchObject({ source: 'COMPUTED', space: 'MARGIN', base: 0.125, rest: 0, total: MARGIN });
    expect(found.top.map(({ kind, value: { name, number } }: any) => [kind, name, number])).toEqual([
      ['FEATURE', 'user_txn__count_1h', 2],
      ['INPUT', 'amount', 2],
      ['DERIVED', 'ratio', 0.5],
      ['FEATURE', 'user_txn__amount_24h', 3],
    ]);
    expect([await ask(1), await ask(2)]).toEqual(['NOT_RECORDED', 'GONE']);
  });
});
