import { describe, expect, it } from 'vitest';
import {
  DEPLOYMENT,
  DEVICE_KEY,
  NOW,
  outcome,
  prediction,
  range,
  startTestMonitoring,
  VERSION,
} from '../support/monitoring.ts';

const REPORT = `query ($input: PerformanceReportInput!) { performanceReport(input: $input) {
  total { predictions labelled labelCoverage used baseRate auc brier }
  windows { from to figures { predictions labelled auc brier baseRate } } } }`;

const DAY_MS = 86_400_000;
const at = (day: number, ms = 0): string =>
  new Date(Math.floor(NOW.getTime() / DAY_MS) * DAY_MS - day * DAY_MS + ms).toISOString();
const input = { deployment: DEPLOYMENT, from: at(3), to: at(0), windowHours: 24 };

const row = (n: number) => prediction(n, { occurredAt: at(1, n), score: 0.6 });

describe('a performance report', () => {
  it('takes no longer for days that were just written, of which the database knows nothing yet', async () => {
    const { send, ask, db } = await startTestMonitoring();
    const days = range(1, 8).map((day) => prediction(day, { occurredAt: at(day), score: 0.5 }));
    await send('/v1/predictions', { node: 'edge-1', predictions: days });
    const perDay = 3_000;
    await db.pool.query(
      `insert into prediction (project, id, occurred_at, received_at, trust, node, epoch, seq, deployment, release,
         models, score, timings)
       select project, gen_random_uuid(), occurred_at + n * interval '1 ms', received_at, trust, node, epoch, n, deployment,
         release, models, n::float8 / ${perDay}, timings from prediction, generate_series(1, ${perDay - 1}) as n`,
    );
    await db.pool.query(
      `insert into outcome (project, prediction_id, prediction_at, trust, id, value, occurred_at, received_at)
       select project, id, occurred_at, 'server', gen_random_uuid(), seq % 2, occurred_at, received_at from prediction`,
    );
    const startedAt = performance.now();
    const { data } = await ask(REPORT, { input: { ...input, from: at(8), windowHours: null } }, 'viewer');
    const all = 7 * perDay;
    expect(data.performanceReport.total).toMatchObject({ predictions: all, labelled: all, used: all });
    // Comparing each with each takes a minute.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('counts an outcome in the window of its prediction, however late it comes', async () => {
    const { send, ask } = await startTestMonitoring();
    // Day 2: scores that separate the classes; day 1: scores that do not.
    const rows = range(0, 400).map((n) => {
      const day = n < 200 ? 2 : 1;
      return prediction(n, { occurredAt: at(day, n), score: day === 2 ? (n % 2 ? 0.8 : 0.2) : 0.5 });
    });
    await send('/v1/predictions', { node: 'edge-1', predictions: rows });
    const report = async (changes = {}) =>
      (await ask(REPORT, { input: { ...input, ...changes } }, 'viewer')).data.performanceReport;
    expect((await report()).total).toEqual({
      predictions: 400,
      labelled: 0,
      labelCoverage: 0,
      used: 0,
      baseRate: null,
      auc: null,
      brier: null,
    });

    await send('/v1/outcomes', { outcomes: range(0, 300).map((n) => outcome(n, n % 2)) });
    const { total, windows } = await report();
    expect(total).toMatchObject({ predictions: 400, labelled: 300, labelCoverage: 0.75, used: 300, baseRate: 0.5 });
    expect(windows.map(({ figures }: any) => [figures.predictions, figures.labelled, figures.auc])).toEqual([
      [0, 0, null],
      [200, 200, 1],
      [200, 100, 0.5],
    ]);
    expect(windows[1].figures.brier).toBeCloseTo(0.04, 12);
    expect(windows[2].figures.brier).toBeCloseTo(0.25, 12);

    // Corrected labels change the same window.
    const later = new Date(NOW.getTime() + 1_000).toISOString();
    await send('/v1/outcomes', {
      outcomes: range(0, 200).map((n) => outcome(n, (n + 1) % 2, { id: outcome(n + 5_000, 0).id, occurredAt: later })),
    });
    const corrected = await report({ modelVersion: VERSION });
    expect(corrected.windows[1].figures).toMatchObject({ labelled: 200, auc: 0 });
    expect((await report({ modelVersion: `${VERSION}1` })).total.predictions).toBe(0);
    expect((await report({ windowHours: null })).windows).toEqual([]);
  });

  it('shows devices apart', async () => {
    const { send, ask } = await startTestMonitoring();
    await send('/v1/predictions', { node: 'edge-1', predictions: range(0, 10).map(row) });
    await send('/v1/predictions', { node: 'phone', predictions: range(10, 30).map(row) }, DEVICE_KEY);
    await send('/v1/outcomes', { outcomes: range(0, 20).map((n) => outcome(n, n % 2)) });
    await send('/v1/outcomes', { outcomes: range(20, 25).map((n) => outcome(n, 1)) }, DEVICE_KEY);
    const total = async (trust: string) =>
      (await ask(REPORT, { input: { ...input, trust } }, 'viewer')).data.performanceReport.total;
    expect(await total('SERVER')).toMatchObject({ predictions: 10, labelled: 10, baseRate: 0.5 });
    expect(await total('DEVICE')).toMatchObject({ predictions: 20, labelled: 15, baseRate: 10 / 15 });
  });

  it.each([
    ['windowHours', { windowHours: 0 }],
    ['windowHours', { from: at(300), windowHours: 1 }],
    ['to', { from: at(0), to: at(3) }],
  ])('is refused for a wrong %s', async (field, changes) => {
    const { ask } = await startTestMonitoring();
    const { errors } = await ask(REPORT, { input: { ...input, ...changes } }, 'viewer');
    expect(errors).toMatchObject([{ extensions: { field } }]);
  });
});

const VERSION_FIELDS = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on ModelVersion { id
  performance { deployment { id } total { predictions } windows { figures { predictions } } }
  drift { severity reference { predictions } current { predictions } } } } }`;

describe('a model version', () => {
  it('shows its newest performance and drift where it answered last, and nothing if it never did', async () => {
    const { send, ask } = await startTestMonitoring();
    await send('/v1/predictions', {
      node: 'edge-1',
      predictions: range(0, 300).map((n) =>
        prediction(n, { occurredAt: new Date(NOW.getTime() - (n % 10) * DAY_MS).toISOString() }),
      ),
    });
    const ids = [VERSION, `${VERSION}9`].map((id) => ({ __typename: 'ModelVersion', id }));
    const { data, errors } = await ask(VERSION_FIELDS, { ids }, 'viewer');
    expect(errors).toBeUndefined();
    expect(data['_entities']).toMatchObject([
      {
        performance: { deployment: { id: DEPLOYMENT }, total: { predictions: 300 } },
        drift: { current: { predictions: 30 }, reference: { predictions: 210 } },
      },
      { performance: null, drift: null },
    ]);
    expect(data['_entities'][0].performance.windows).toHaveLength(28);
  });

  it('is judged by its own score where its release runs several, and the answers by the release’s', async () => {
    const { send, ask } = await startTestMonitoring();
    const [good, bad] = [`${VERSION}2`, `${VERSION}3`];
    const release = 'd'.repeat(64);
    const sent = range(0, 40).map((n) => {
      const [right, wrong] = n % 2 === 0 ? [0.9, 0.2] : [0.1, 0.8];
      const score = n < 30 ? 0.75 * right + 0.25 * wrong : 0.5;
      const models = [right, wrong].map((own, i) => ({ version: [good, bad][i], score: n < 30 ? own : null }));
      return prediction(n, { release, models, score, fallback: n < 30 ? null : 'ENGINE_ERROR' });
    });
    await send('/v1/predictions', { node: 'edge-1', predictions: sent });
    await send('/v1/outcomes', { outcomes: range(0, 40).map((n) => outcome(n, n % 2 === 0 ? 1 : 0)) });
    const ids = [good, bad, VERSION].map((id) => ({ __typename: 'ModelVersion', id }));
    const fields = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on ModelVersion {
      performance { total { predictions labelled auc } } drift { current { predictions } score { currentStatuses { name count } } } } } }`;
    const { data, errors } = await ask(fields, { ids }, 'viewer');
    expect(errors).toBeUndefined();
    expect(data['_entities']).toMatchObject([
      { performance: { total: { predictions: 30, labelled: 30, auc: 1 } }, drift: { current: { predictions: 40 } } },
      { performance: { total: { predictions: 30, labelled: 30, auc: 0 } }, drift: { current: { predictions: 40 } } },
      { performance: null, drift: null },
    ]);
    expect(data['_entities'][0].drift.score.currentStatuses).toEqual([
      { name: 'NULL_VALUE', count: 10 },
      { name: 'PRESENT', count: 30 },
    ]);
    const whole = { deployment: DEPLOYMENT, from: at(1), to: at(-1) };
    expect((await ask(REPORT, { input: whole })).data.performanceReport.total).toMatchObject({ predictions: 40 });
    const own = await ask(REPORT, { input: { ...whole, modelVersion: bad } });
    expect(own.data.performanceReport.total).toMatchObject({ predictions: 30, auc: 0 });
  });

  it('is not what a device says of a release, where servers are asked', async () => {
    const { send, ask } = await startTestMonitoring();
    await send('/v1/predictions', { node: 'edge-1', predictions: [prediction(1)] });
    const claimed = `${VERSION}4`;
    const lie = prediction(2, { models: [{ version: claimed, score: 0.25 }] });
    expect((await send('/v1/predictions', { node: 'phone', predictions: [lie] }, DEVICE_KEY)).body.rejected).toEqual(
      [],
    );
    const total = async (more: object) =>
      (await ask(REPORT, { input: { deployment: DEPLOYMENT, from: at(1), to: at(-1), ...more } })).data
        .performanceReport.total.predictions;
    expect(await total({ modelVersion: claimed })).toBe(0);
    expect(await total({ modelVersion: claimed, trust: 'DEVICE' })).toBe(1);
    expect(await total({ modelVersion: VERSION })).toBe(1);
  });
});
