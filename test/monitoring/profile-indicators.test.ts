import { beforeAll, expect, it } from 'vitest';
import { testKeys } from '../support/keys.ts';
import { NOW, prediction, startTestMonitoring, uuid, type TestMonitoring } from '../support/monitoring.ts';
import { profilePart, type CountedAnswer } from '../support/profile.ts';
import { seededRandom } from '../support/seeded-random.ts';

const DAY_MS = 86_400_000;
const EVALUATE = `mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { name } } }`;
const RULE = `mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }`;
const NAMES = [
  'feature_psi',
  'feature_drift_score',
  'feature_drift_severity',
  'feature_missing_rate',
  'feature_freshness',
];
const SCORE_NAMES = ['score_psi', 'score_drift_score', 'score_drift_severity'];

let monitoring: TestMonitoring;
let numbered = 0;

/** Answers of a day and of the hour before now; numbers stand for themselves in a profile, so that nothing is rounded. */
function answersOf(seed: number, count: number, drifted: boolean): CountedAnswer[] {
  const random = seededRandom(seed);
  const present = (value: number | string) => ({ value, status: 'PRESENT' });
  return Array.from({ length: count }, () => ({
    score: Math.round(random() * 40) / 40,
    features: {
      route__delay: random() < 0.05 ? { value: null, status: 'OUTSIDE_MAX_AGE' } : present(Math.floor(random() * 30)),
      route__stops: present(Math.floor(random() * (drifted ? 9 : 4))),
      route__carrier: present(`c${Math.floor(random() ** (drifted ? 3 : 1) * 8)}`),
    },
  }));
}
const BEFORE = answersOf(1, 900, false);
const AFTER = answersOf(2, 400, true);

const deploymentOf = (name: string): string => `tiffin:default:deployment:${name}@production`;

async function sendRecords(name: string, answers: readonly CountedAnswer[], at: Date): Promise<void> {
  const predictions = answers.map(({ score, features }) =>
    prediction(++numbered, {
      deployment: deploymentOf(name),
      occurredAt: at.toISOString(),
      score,
      inputs: {},
      features: Object.fromEntries(
        Object.entries(features ?? {}).map(([one, read]) => [one, { ...read, ageMs: null }]),
      ),
    }),
  );
  const { body } = await monitoring.send('/v1/predictions', { node: 'edge-1', predictions });
  expect(body.rejected).toEqual([]);
}

/** In five parts, the last first. */
async function sendProfiles(name: string, answers: readonly CountedAnswer[], at: Date, change = {}): Promise<void> {
  const size = Math.ceil(answers.length / 5);
  for (let i = 4; i >= 0; i--) {
    const part = profilePart(++numbered, answers.slice(i * size, (i + 1) * size), {
      deployment: deploymentOf(name),
      run: uuid(7, 9),
      occurredAt: at.toISOString(),
      ...change,
    });
    const { body } = await monitoring.send('/v1/predictions', { node: 'edge-1', profiles: [part] });
    expect(body.rejected).toEqual([]);
  }
}

const [DAY_BEFORE, HOUR] = [new Date(NOW.getTime() - DAY_MS), new Date(NOW.getTime() - 3_600_000)];

beforeAll(async () => {
  monitoring = await startTestMonitoring();
  for (const name of ['records', 'both', 'missed']) {
    await sendRecords(name, BEFORE, DAY_BEFORE);
    await sendRecords(name, AFTER, HOUR);
  }
  for (const name of ['both', 'profiles', 'late']) await sendProfiles(name, BEFORE, DAY_BEFORE);
  for (const name of ['both', 'profiles']) await sendProfiles(name, AFTER, HOUR);
  // Of a node that was killed: fewer than there are records, and not like them.
  await sendProfiles('missed', answersOf(9, 300, false), DAY_BEFORE);
  await sendProfiles('missed', answersOf(8, 399, false), HOUR);
  await sendProfiles('profiles', answersOf(7, 500, false), HOUR, { trust: 'device' });
  await monitoring.ask(RULE, {
    input: { name: 'any', expression: 'feature_psi > 99', severity: 'INFO', evaluation: 'ON_DEMAND' },
  });
});

/** What the newest sample of each indicator of an hour says, by endpoint, indicator and feature. */
async function measured(): Promise<Record<string, Record<string, number>>> {
  const at = new Date(NOW.getTime() + 60_000).toISOString();
  const { errors } = await monitoring.ask(EVALUATE, { at });
  expect(errors).toBeUndefined();
  const found: Record<string, Record<string, number>> = {};
  for (const name of [...NAMES, ...SCORE_NAMES]) {
    const query = `last_over_time(${name}{window="1h"}[30m])`;
    const answer = await monitoring.subgraph.app.request(`/api/v1/query?${new URLSearchParams({ query, time: at })}`, {
      headers: { authorization: `Bearer ${testKeys.with('monitoring:read')}` },
    });
    const { data } = (await answer.json()) as any;
    for (const { metric, value } of data.result) {
      const of = (found[metric.endpoint] ??= {});
      of[`${name} ${metric.feature ?? ''}`.trim()] = Number(value[1]);
    }
  }
  return found;
}

it('indicators of drift from profiles are those from the records, and stand where no record is kept', async () => {
  const found = await measured();
  const near = Object.fromEntries(
    Object.entries(found['records']!).map(([name, value]) => [name, expect.closeTo(value, 10)]),
  );
  expect(Object.keys(near)).toHaveLength(3 * NAMES.length + SCORE_NAMES.length);
  expect(found['records']).toMatchObject({
    'feature_drift_severity route__stops': 3,
    'feature_drift_severity route__carrier': 3,
    'feature_drift_severity route__delay': 0,
  });
  expect(found['both']).toEqual(near);
  expect(found['profiles'], 'neither records nor what devices asked').toEqual(near);
  expect(found['missed'], 'profiles that count less than is stored').toEqual(near);
  expect(found['late']).toBeUndefined();
});

it('profiles that come two days late are measured as if they had come in time', async () => {
  monitoring.clock.now = new Date(NOW.getTime() + 2 * DAY_MS);
  await sendProfiles('late', AFTER, HOUR);
  const found = await measured();
  expect(found['late']).toEqual(found['profiles']);
});
