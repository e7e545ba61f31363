import { beforeAll, describe, expect, it } from 'vitest';
import {
  DEPLOYMENT,
  NOW,
  outcome,
  prediction,
  range,
  STAGING,
  startTestMonitoring,
  uuid,
  VERSION,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { expectPages, PAGE } from '../support/paging.ts';

const HOUR_MS = 3_600_000;
const at = (hours: number, ms = 0): string => new Date(NOW.getTime() + hours * HOUR_MS + ms).toISOString();
const SET = `mutation ($input: SetPricesInput!) { setPrices(input: $input) { prices { validFrom currency perThousandAnswers
  setAt setBy nodes { name count perHour } decisions { decision positive cost } } } }`;
const DECISIONS = 'judged waiting undeclared total perAnswer { value lower upper }';
const FIGURES = `running { answers nodes answering total perThousandAnswers } decisions { ${DECISIONS} }`;
const REPORT = `query ($input: CostReportInput!) { costReport(input: $input) { deployment { id } from to currency
  total { ${FIGURES} } windows { from to figures { ${FIGURES} } }
  slices { release arm modelVersions { id } decisions { ${DECISIONS} } } } }`;

const first = {
  deployment: DEPLOYMENT,
  validFrom: at(-4),
  currency: 'INR',
  nodes: [
    { name: 'small', count: 3, perHour: 4 },
    { name: 'large', count: 1, perHour: 10.5 },
  ],
  perThousandAnswers: 50,
  decisions: [
    { decision: 'APPROVE', positive: true, cost: 1_000 },
    { decision: 'APPROVE', positive: false, cost: -20 },
    { decision: 'DECLINE', positive: false, cost: 5 },
  ],
};

let monitoring: TestMonitoring;
const report = async (input: object): Promise<any> => {
  const { data, errors } = await monitoring.ask(REPORT, { input: { from: at(-6), to: at(0), ...input } }, 'viewer');
  expect(errors).toBeUndefined();
  return data.costReport;
};
const set = async (input: object) => monitoring.ask(SET, { input });
const send = async (path: string, body: object): Promise<void> =>
  expect((await monitoring.send(path, body)).body.rejected).toEqual([]);

beforeAll(async () => {
  monitoring = await startTestMonitoring();
  // An hour before there are prices, then 40 answers in each of three hours.
  const records = range(0, 160).map((n) => {
    const hour = Math.floor(n / 40);
    return prediction(n, {
      occurredAt: at(hour - 5, n),
      arm: n % 2 ? 'candidate' : 'control',
      release: (n % 2 ? 'b' : 'a').repeat(64),
      decision: n % 4 < 2 ? 'APPROVE' : 'DECLINE',
      models: [{ version: n % 2 ? `${VERSION}2` : VERSION, score: 0.5 }],
    });
  });
  await send('/v1/predictions', { node: 'edge-1', predictions: records });
  // Of every hour the first thirty have an outcome; every tenth is a positive.
  const known = range(0, 160).filter((n) => n % 40 < 30);
  await send('/v1/outcomes', { outcomes: known.map((n) => outcome(n, n % 10 === 0 ? 1 : 0, { id: uuid(n, 1) })) });
});

describe('prices', () => {
  it.each([
    [{ currency: 'rupees' }, 'currency: "rupees" is none; allowed: three letters, as INR'],
    [{ perThousandAnswers: -1 }, 'perThousandAnswers: -1 is no price; allowed: 0 or more'],
    [{ nodes: [{ name: 'a', count: -1, perHour: 1 }] }, 'nodes.0.count: is -1; allowed: 0 to 100000'],
    [{ nodes: [{ name: 'a', count: 1, perHour: -1 }] }, 'nodes.0.perHour: -1 is no price; allowed: 0 or more'],
    [{ nodes: [{ name: '', count: 1, perHour: 1 }] }, 'nodes.0.name: must have 1 to 200 characters'],
    [
      { decisions: [first.decisions[0], first.decisions[0]] },
      'decisions.1.decision: the cost of "APPROVE" with a positive is declared twice',
    ],
  ])('are refused with %j', async (wrong, message) => {
    const { errors } = await set({ ...first, ...wrong });
    expect(errors).toMatchObject([{ message, extensions: { code: 'INVALID_INPUT', field: message.split(':')[0] } }]);
  });

  it('are unknown until somebody sets them', async () => {
    expect(await report({ deployment: STAGING, windowHours: 6 })).toMatchObject({
      deployment: { id: STAGING },
      currency: null,
      total: { running: { answers: 0, total: 0, perThousandAnswers: null }, decisions: { judged: 0, perAnswer: null } },
    });
  });

  it('make what it cost to answer, by the hour, and for a thousand answers', async () => {
    const { data, errors } = await set(first);
    expect(errors).toBeUndefined();
    const { deployment, ...stated } = first;
    expect(data.setPrices.prices).toEqual({ ...stated, setAt: NOW.toISOString(), setBy: 'user:tester' });
    const found = await report({ deployment, from: at(-6, 5), windowHours: 2 });
    expect(found).toMatchObject({ currency: 'INR', from: at(-6), to: at(0) });
    // Four hours of 22.5 for the machines; 120 answers with prices, 50 for a thousand.
    expect(found.total.running).toEqual({ answers: 120, nodes: 90, answering: 6, total: 96, perThousandAnswers: 800 });
    expect(found.windows.map(({ from, figures }: any) => [from, figures.running])).toEqual([
      [at(-6), { answers: 0, nodes: 0, answering: 0, total: 0, perThousandAnswers: null }],
      [at(-4), { answers: 80, nodes: 45, answering: 4, total: 49, perThousandAnswers: 612.5 }],
      [at(-2), { answers: 40, nodes: 45, answering: 2, total: 47, perThousandAnswers: 1_175 }],
    ]);
    expect((await report({ deployment, from: at(-4), to: at(-3) })).total.running).toMatchObject({
      answers: 40,
      nodes: 22.5,
    });
  });

  it('say what decisions came to, by version and arm', async () => {
    const { total, slices } = await report({ deployment: DEPLOYMENT });
    // Counted by hand of what was sent: a decline of a positive has no declared cost.
    const priced = range(40, 160);
    const judged = priced
      .filter((n) => n % 40 < 30)
      .map((n) => ({ n, decision: n % 4 < 2 ? 'APPROVE' : 'DECLINE', positive: n % 10 === 0 }));
    const costOf = ({ decision, positive }: { decision: string; positive: boolean }) =>
      first.decisions.find((one) => one.decision === decision && one.positive === positive)?.cost;
    const expected = (some: typeof judged) => {
      const costs = some.map(costOf).filter((cost) => cost !== undefined);
      const sum = costs.reduce((all, cost) => all + cost, 0);
      const mean = sum / costs.length;
      const variance = costs.reduce((all, cost) => all + (cost - mean) ** 2, 0) / (costs.length - 1);
      const margin = 1.959963984540054 * Math.sqrt(variance / costs.length);
      return {
        judged: costs.length,
        undeclared: some.length - costs.length,
        total: expect.closeTo(sum, 6),
        perAnswer: {
          value: expect.closeTo(mean, 6),
          lower: expect.closeTo(mean - margin, 6),
          upper: expect.closeTo(mean + margin, 6),
        },
      };
    };
    expect(total.decisions).toEqual({ ...expected(judged), waiting: 30 });
    expect(total.decisions.undeclared).toBeGreaterThan(0);
    expect(slices).toEqual([
      {
        release: 'a'.repeat(64),
        arm: 'control',
        modelVersions: [{ id: VERSION }],
        decisions: { ...expected(judged.filter(({ n }) => n % 2 === 0)), waiting: 15 },
      },
      {
        release: 'b'.repeat(64),
        arm: 'candidate',
        modelVersions: [{ id: `${VERSION}2` }],
        decisions: { ...expected(judged.filter(({ n }) => n % 2 === 1)), waiting: 15 },
      },
    ]);
  });

  it('never change for a time that is over, nor their currency', async () => {
    const before = await report({ deployment: DEPLOYMENT });
    const refused = async (more: object) => (await set({ ...first, validFrom: null, ...more })).errors?.[0]?.message;
    expect(await refused({ validFrom: at(-1) })).toBe(`validFrom: ${at(-1)} is too early; allowed: from ${at(0)} on`);
    expect(await refused({ currency: 'EUR' })).toBe('currency: is EUR; allowed: INR, as in the prices before');
    expect((await set({ ...first, validFrom: null, nodes: [], perThousandAnswers: 7 })).errors).toBeUndefined();
    expect(await refused({})).toBe(`validFrom: ${at(0)} is too early; allowed: from ${at(0, 1)} on`);
    expect(await report({ deployment: DEPLOYMENT })).toEqual(before);
    monitoring.clock.now = new Date(at(2));
    const records = range(200, 300).map((n) => prediction(n, { occurredAt: at(1, n) }));
    await send('/v1/predictions', { node: 'edge-1', predictions: records });
    const { total } = await report({ deployment: DEPLOYMENT, from: at(-1), to: at(2) });
    expect(total.running).toMatchObject({ answers: 100, nodes: 22.5, answering: expect.closeTo(0.7, 9) });
  });

  it('are listed with those before them, page by page', async () => {
    const [newer, older] = [new Date(monitoring.clock.now.getTime() + HOUR_MS).toISOString(), at(-4)];
    for (const [validFrom, perThousandAnswers] of [[older, 50] as const, [newer, 7] as const]) {
      const { errors } = await set({ ...first, deployment: STAGING, validFrom, perThousandAnswers });
      expect(errors).toBeUndefined();
    }
    const list = (page: string, fields: string) =>
      `{ _entities(representations: [{ __typename: "Deployment", id: "${STAGING}" }]) { ... on Deployment {
        prices(${page}) ${fields} } } }`;
    const ask = async (page: string, fields: string) =>
      (await monitoring.ask(list(page, fields), {}, 'viewer')).data['_entities'][0].prices;
    const { edges } = await ask('first: 10', '{ edges { node { validFrom perThousandAnswers } } }');
    expect(edges.map(({ node }: any) => node)).toEqual([
      { validFrom: newer, perThousandAnswers: 7 },
      { validFrom: older, perThousandAnswers: 50 },
    ]);
    await expectPages((page) => ask(page, PAGE));
  });
});
