import { beforeAll, expect, it } from 'vitest';
import {
  deploymentEvent,
  NOW,
  prediction,
  startTestMonitoring,
  uuid,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { profilePart, type CountedAnswer } from '../support/profile.ts';
import { seededRandom } from '../support/seeded-random.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Three whole hours, and as many two days later, up to twenty past twelve. */
const BASELINE = { from: new Date(NOW.getTime() - 51 * HOUR_MS), to: new Date(NOW.getTime() - 48 * HOUR_MS) };
const AT = new Date(NOW.getTime() + 20 * MINUTE_MS);
const FEATURES = ['route__stops', 'route__carrier'];
const CREATE = `mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }`;
const EVALUATE = `mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { name value rows } } }`;

let monitoring: TestMonitoring;
let numbered = 0;
const deploymentOf = (name: string): string => `tiffin:default:deployment:${name}@production`;

/** Whole numbers and texts stand for themselves in a profile, so that nothing is rounded. */
function answersOf(seed: number, count: number, stops: number): CountedAnswer[] {
  const random = seededRandom(seed);
  const present = (value: number | string) => ({ value, status: 'PRESENT' });
  return Array.from({ length: count }, () => ({
    score: Math.round(random() * 40) / 40,
    features: {
      route__stops: present(Math.floor(random() * stops)),
      route__carrier: present(`c${Math.floor(random() ** (stops / 4) * 8)}`),
    },
  }));
}

interface Sent {
  readonly at: Date;
  readonly answers: readonly CountedAnswer[];
  /** What nodes say of them; left out: nothing. */
  readonly counted?: readonly CountedAnswer[];
}

async function send(name: string, all: readonly Sent[]): Promise<void> {
  for (const { at, answers, counted } of all) {
    const predictions = answers.map(({ score, features = {} }) =>
      prediction(++numbered, {
        deployment: deploymentOf(name),
        occurredAt: at.toISOString(),
        score,
        inputs: {},
        features: Object.fromEntries(Object.entries(features).map(([one, read]) => [one, { ...read, ageMs: null }])),
      }),
    );
    const occurredAt = new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS).toISOString();
    const part = { deployment: deploymentOf(name), run: uuid(3, 9), occurredAt };
    const profiles = counted ? [profilePart(++numbered, counted, part)] : [];
    const { body } = await monitoring.send('/v1/predictions', { node: 'edge-1', predictions, profiles });
    expect(body.rejected).toEqual([]);
  }
}

/** Each rule's value and the rows behind it, as of an instant: of the score, and of each feature. */
async function signalsOf(name: string, at: Date, windowSeconds: number) {
  const rules = [null, ...FEATURES].map((feature, i) => ({
    name: `${name}-${i}`,
    deployment: deploymentOf(name),
    signal: feature === null ? 'SCORE_PSI' : 'FEATURE_PSI',
    feature,
    baseline: { from: BASELINE.from.toISOString(), to: BASELINE.to.toISOString() },
    comparison: 'ABOVE',
    threshold: 0.25,
    windowSeconds,
    minRows: 1,
    evaluation: 'ON_DEMAND',
  }));
  for (const input of rules) expect((await monitoring.ask(CREATE, { input })).errors).toBeUndefined();
  monitoring.clock.now = at;
  const { data } = await monitoring.ask(EVALUATE, { at: at.toISOString() });
  const found = new Map<string, any>(data.evaluateAlerts.evaluated.map((one: any) => [one.name, one]));
  return rules.map((rule) => found.get(rule.name));
}

/** The same from the records. */
async function reported(name: string, at: Date, windowSeconds: number): Promise<(number | null)[]> {
  const query = `query ($input: DriftReportInput!) { driftReport(input: $input) { score { psi } features { name psi } } }`;
  const input = {
    deployment: deploymentOf(name),
    reference: BASELINE,
    current: { from: new Date(at.getTime() - windowSeconds * 1_000), to: at },
    features: FEATURES,
  };
  const { data, errors } = await monitoring.ask(query, { input: JSON.parse(JSON.stringify(input)) });
  expect(errors).toBeUndefined();
  const { score, features } = data.driftReport;
  return [score.psi, ...FEATURES.map((one) => features.find((feature: any) => feature.name === one).psi)];
}

const hour = (n: number, minutes = 10): Date => new Date(NOW.getTime() + n * HOUR_MS + minutes * MINUTE_MS);
const BEFORE = [-51, -50, -49].map((n, i) => ({ at: hour(n), answers: answersOf(i, 200, 4) }));
const AFTER = [-3, -2, -1].map((n, i) => ({ at: hour(n), answers: answersOf(10 + i, 200, 7) }));
const ENDS = [
  { at: hour(-4, 30), answers: answersOf(20, 90, 7) },
  { at: hour(0, 5), answers: answersOf(21, 60, 7) },
];
const OTHERS = answersOf(30, 200, 12);
const truly = (all: readonly Sent[]): Sent[] => all.map((one) => ({ ...one, counted: one.answers }));
const otherwise = (all: readonly Sent[]): Sent[] => all.map((one) => ({ ...one, counted: OTHERS }));

beforeAll(async () => {
  const names = ['true', 'believed', 'less', 'more', 'bare'];
  monitoring = await startTestMonitoring({ events: names.map((name) => deploymentEvent(deploymentOf(name))) });
}, 60_000);

it('PSI of a window between hours is that of its records, its whole hours counted by nodes and its ends read', async () => {
  await send('true', [...truly(BEFORE), ...truly(AFTER), ...ENDS]);
  const seconds = 4 * 3_600;
  const [score, stops, carrier] = await signalsOf('true', AT, seconds);
  expect([score, stops, carrier].map(({ rows }) => rows)).toEqual([600, 600, 600]);
  const wanted = await reported('true', AT, seconds);
  for (const [i, { value }] of [score, stops, carrier].entries()) expect(value).toBeCloseTo(wanted[i]!, 12);
  expect(stops.value).toBeGreaterThan(0.1);
});

it('what nodes counted is believed, where they counted as many answers as are stored', async () => {
  await send('believed', [...truly(BEFORE), ...otherwise(AFTER)]);
  const seconds = 3 * 3_600;
  const wanted = await reported('believed', NOW, seconds);
  for (const [i, { value }] of (await signalsOf('believed', NOW, seconds)).entries()) {
    expect(value).toBeGreaterThan(i === 0 ? 0 : wanted[i]! + 0.05);
    expect(value).not.toBeCloseTo(wanted[i]!, 6);
  }
});

it.each([
  ['less', 'a node counted nothing of an hour', [...truly(BEFORE), ...otherwise(AFTER.slice(1)), AFTER[0]!]],
  [
    'more',
    'nodes counted more than is stored',
    [...truly(BEFORE), ...otherwise(AFTER), { at: hour(-1), answers: [], counted: OTHERS }],
  ],
  ['bare', 'the reference was not counted', [...BEFORE, ...otherwise(AFTER)]],
] as const)('records are read (%s) where %s', async (name, _why, sent) => {
  await send(name, sent);
  const seconds = 3 * 3_600;
  const wanted = await reported(name, NOW, seconds);
  for (const [i, { value }] of (await signalsOf(name, NOW, seconds)).entries()) {
    expect(value).toBeCloseTo(wanted[i]!, 12);
  }
});
