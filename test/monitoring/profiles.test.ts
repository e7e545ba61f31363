import { beforeAll, describe, expect, it } from 'vitest';
import {
  DEPLOYMENT,
  heartbeat,
  NOW,
  RELEASE,
  startTestMonitoring,
  uuid,
  VERSION,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { profilePart, type CountedAnswer } from '../support/profile.ts';
import { testKeys } from '../support/keys.ts';
import { seededRandom } from '../support/seeded-random.ts';

const OTHER = 'e'.repeat(64);
const SECOND = `${VERSION}7`;

const REPORT = `query ($input: ProfileReportInput!) { profileReport(input: $input) {
  deployment { id } from to answers
  values {
    name kind n missing invalid distinct statuses { name count } categories { name count }
    numbers { n mean stddev min max quantiles { q value } edges counts }
  } } }`;
const DAY = { deployment: DEPLOYMENT, from: '2026-03-10T00:00:00Z', to: '2026-03-11T00:00:00Z' };

type Report = { answers: number; values: any[] };

let monitoring: TestMonitoring;
beforeAll(async () => {
  monitoring = await startTestMonitoring();
});

async function report(input: object = {}): Promise<Report> {
  const { data, errors } = await monitoring.ask(REPORT, { input: { ...DAY, ...input } });
  expect(errors).toBeUndefined();
  return data.profileReport;
}

const valueOf = ({ values }: Report, name: string) => values.find((one) => one.name === name);
const countsOf = (counts: readonly { name: string; count: number }[]) =>
  Object.fromEntries(counts.map(({ name, count }) => [name, count]));

const send = async (profiles: readonly unknown[], key?: string): Promise<any> => {
  const { status, body } = await monitoring.send('/v1/predictions', { node: 'edge-1', profiles }, key);
  expect(status).toBe(200);
  return body;
};

const named = (name: string): string => `tiffin:default:deployment:${name}@production`;
const present = (value: number | boolean | string) => ({ value, status: 'PRESENT' });
const answer = (score: number | null, features: CountedAnswer['features'] = {}): CountedAnswer => ({ score, features });

describe('what nodes counted of their answers', () => {
  beforeAll(async () => {
    const answers = [
      answer(0.2, { delay: present(10), city: present('SF'), late: present(true) }),
      answer(0.4, { delay: present(20), city: present('LA') }),
      answer(0.9, { delay: { value: null, status: 'NOT_FOUND' }, city: present('SF') }),
      answer(null, { delay: present(40) }),
    ];
    const parts = [
      profilePart(1, answers.slice(0, 2)),
      profilePart(2, answers.slice(2, 3), { occurredAt: '2026-03-10T10:00:00.000Z' }),
      profilePart(3, answers.slice(3), { arm: 'challenger', release: OTHER, models: [VERSION, SECOND] }),
      profilePart(4, answers.slice(0, 1), { segment: { name: 'city', value: 'SF' } }),
      profilePart(5, [answer(0.5)], { trust: 'device' }),
      profilePart(6, [answer(0.7)], { occurredAt: '2026-03-08T10:00:00.000Z' }),
      profilePart(7, [answer(0.7)], { deployment: 'tiffin:default:deployment:eta@staging' }),
    ];
    expect(await send(parts)).toEqual({ acked: parts.map(({ id }) => id), rejected: [] });
  });

  it('is merged over hours, arms and releases', async () => {
    const found = await report();
    expect(found).toMatchObject({ answers: 4, deployment: { id: DEPLOYMENT } });
    expect(found.values.map(({ name }) => name)).toEqual(['score', 'city', 'delay', 'late']);
    const score = valueOf(found, 'score');
    expect(score).toMatchObject({ kind: 'NUMERIC', n: 3, missing: 1, invalid: 0, distinct: null });
    expect(score.numbers).toMatchObject({ n: 3, mean: expect.closeTo(0.5, 12), min: 0.2, max: 0.9 });
    expect(score.numbers.stddev).toBeCloseTo(Math.sqrt(0.26 / 2), 12);
    expect(Math.abs(score.numbers.quantiles.find(({ q }: any) => q === 0.5).value / 0.4 - 1)).toBeLessThan(0.01);
    expect(score.numbers.counts.reduce((sum: number, count: number) => sum + count, 0)).toBe(3);
    expect(countsOf(valueOf(found, 'delay').statuses)).toEqual({ NOT_FOUND: 1, PRESENT: 3 });
    expect(valueOf(found, 'city')).toMatchObject({
      kind: 'CATEGORICAL',
      n: 3,
      missing: 1,
      distinct: 2,
      numbers: null,
      categories: [
        { name: 'SF', count: 2 },
        { name: 'LA', count: 1 },
      ],
    });
    expect(countsOf(valueOf(found, 'late').statuses)).toEqual({ ABSENT: 3, PRESENT: 1 });
  });

  it.each([
    ['one hour', { from: '2026-03-10T10:00:00Z', to: '2026-03-10T11:00:00Z' }, 1],
    ['an hour of days ago', { from: '2026-03-08T00:00:00Z', to: '2026-03-09T00:00:00Z' }, 1],
    ['an arm', { arm: 'challenger' }, 1],
    ['a release', { release: OTHER }, 1],
    ['a model version', { modelVersion: SECOND }, 1],
    ['a model version in its short form', { modelVersion: SECOND.split(':').at(-1) }, 1],
    ['a model version of several releases', { modelVersion: VERSION }, 4],
    ['a segment', { segment: 'city=SF' }, 1],
    ['what public keys asked for, which stands apart', { trust: 'DEVICE' }, 1],
    ['another deployment', { deployment: 'tiffin:default:deployment:eta@staging' }, 1],
  ])('is narrowed to %s', async (_, input, answers) => {
    expect((await report(input)).answers).toBe(answers);
  });

  it('is given for the names that are asked for, in their order', async () => {
    const { values } = await report({ names: ['delay', 'score', 'nothing'] });
    expect(values.map(({ name }) => name)).toEqual(['delay', 'score']);
  });

  it.each([
    [{ segment: 'SF' }, 'segment: "SF" is no segment; write it as state=CA'],
    [{ modelVersion: 'no version' }, 'modelVersion: '],
    [{ from: '2026-01-01T00:00:00Z' }, 'to: must end after it begins, by at most 31 days'],
    [{ deployment: 'tiffin:default:deployment:nope@x' }, 'deployment: nothing is known of'],
  ])('is refused for %j', async (input, message) => {
    const { errors } = await monitoring.ask(REPORT, { input: { ...DAY, ...input } });
    expect(errors?.[0]?.message).toContain(message);
  });

  it('stands in the account of the node, by the trust of its key', async () => {
    expect(await monitoring.db.query('select node, epoch, trust, answers::int from node_profiled')).toEqual([
      { node: 'edge-1', epoch: 'epoch-1', trust: 'server', answers: 7 },
    ]);
    await monitoring.send('/v1/heartbeat', heartbeat({ answered: 8 }));
    const { data } = await monitoring.ask(`{ edgeNode(id: "tiffin:default:edge-node:edge-1") { profiled } }`);
    expect(data.edgeNode.profiled).toBe(7);
    const known = await monitoring.db.query(
      'select trust, release, model_version as version from release_version order by trust, release desc, version',
    );
    expect(known).toEqual([
      { trust: 'device', release: RELEASE, version: VERSION },
      { trust: 'server', release: OTHER, version: VERSION },
      { trust: 'server', release: OTHER, version: SECOND },
      { trust: 'server', release: RELEASE, version: VERSION },
    ]);
  });
});

describe('parts that come again, late or in another order', () => {
  it('count once, and come to the very same counts', async () => {
    const random = seededRandom(41);
    const parts = Array.from({ length: 12 }, (_, n) =>
      profilePart(
        n,
        Array.from({ length: 20 }, () =>
          answer(random(), {
            delay: present(Math.round(random() * 90)),
            city: present(`c${Math.floor(random() * 150)}`),
          }),
        ),
        { run: uuid(11, 9), deployment: named('once'), occurredAt: `2026-03-10T0${n % 4}:00:00.000Z` },
      ),
    );
    expect((await send(parts)).rejected).toEqual([]);
    const others = parts.map((part) => ({ ...part, run: uuid(12, 9), deployment: named('often') })).toReversed();
    await Promise.all([send(others.slice(0, 5)), send(others.slice(3, 9)), send(others.slice(2, 6))]);
    monitoring.clock.now = new Date(NOW.getTime() + 2 * 86_400_000);
    for (const part of others) expect(await send([part])).toEqual({ acked: [part.id], rejected: [] });
    const [a, b] = [await report({ deployment: named('once') }), await report({ deployment: named('often') })];
    expect(a.answers).toBe(240);
    const exact = ({ answers, values }: Report) => ({
      answers,
      values: values.map(({ numbers, ...one }) => ({ ...one, numbers: numbers && { ...numbers, mean: 0, stddev: 0 } })),
    });
    expect(exact(b)).toEqual(exact(a));
    for (const [i, { numbers }] of b.values.entries()) {
      if (!numbers) continue;
      expect(numbers.mean).toBeCloseTo(a.values[i].numbers.mean, 10);
      expect(numbers.stddev).toBeCloseTo(a.values[i].numbers.stddev, 10);
    }
  });

  it('are known by node, run and seq, not by their id', async () => {
    const deployment = named('known');
    const part = (change: object = {}) => profilePart(1, [answer(0.1)], { run: uuid(21, 9), deployment, ...change });
    await send([part()]);
    await send([part({ id: uuid(99, 8) })]);
    await send([part({ id: uuid(98, 8), run: uuid(22, 9) })]);
    await send([part({ id: uuid(97, 8), seq: 2 })]);
    // Nothing else is known of the deployment.
    expect((await report({ deployment })).answers).toBe(3);
  });
});

describe('a part that is none', () => {
  const base64 = profilePart(1, [answer(0.1)]).values.base64;

  it.each([
    ['no bytes of profiles', { values: { base64: 'AgA=' } }, 'values.base64: version 2 is not known; allowed: 1'],
    ['cut off', { values: { base64: base64.slice(0, 8) } }, 'values.base64:'],
    ['another number of answers', { answers: 2 }, 'answers: is 2, and its profile of the score counts 1'],
    ['no release', { release: 'x' }, 'release'],
    ['no models', { models: [] }, 'models'],
    ['no epoch', { epoch: undefined }, 'epoch'],
    ['a strange seq', { seq: -1 }, 'seq'],
  ])('costs itself alone: %s', async (_, change, message) => {
    const [bad, good] = [profilePart(1, [answer(0.1)], change as object), profilePart(2, [answer(0.2)])];
    const { acked, rejected } = await send([bad, good]);
    expect(acked).toEqual([good.id]);
    expect(rejected).toEqual([{ id: bad.id, code: 'INVALID_INPUT', message: expect.stringContaining(message) }]);
  });

  it('of a device never counts among servers', async () => {
    const deployment = named('apart');
    const part = (n: number): object => profilePart(n, [answer(0.3)], { run: uuid(31, 9), deployment });
    await send([part(1)]);
    await send([part(2), part(3)], testKeys.device);
    expect((await report({ deployment })).answers).toBe(1);
    expect((await report({ deployment, trust: 'DEVICE' })).answers).toBe(2);
  });
});
