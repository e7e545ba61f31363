import { expect } from 'vitest';
import { range, type TestMonitoring } from './monitoring.ts';
import { seededRandom } from './seeded-random.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const ALERTS = `{ alerts { edges { node { status firedAt endedAt labels { name value } incident { cause status } } } } }`;

export interface Alert {
  readonly name: string;
  readonly feature: string | undefined;
  readonly status: string;
  readonly firedAt: string | null;
  readonly endedAt: string | null;
  readonly incident: { readonly cause: string; readonly status: string } | null;
}

export async function alertsOf({ ask }: TestMonitoring): Promise<Alert[]> {
  const { data, errors } = await ask(ALERTS);
  expect(errors).toBeUndefined();
  return data.alerts.edges.map(({ node: { labels, ...node } }: any) => {
    const value = (wanted: string) => labels.find(({ name }: any) => name === wanted)?.value;
    return { ...node, name: value('alertname'), feature: value('feature') };
  });
}

export async function done({ ask }: TestMonitoring, query: string, variables: Record<string, unknown>): Promise<any> {
  const { data, errors } = await ask(query, variables);
  expect(errors).toBeUndefined();
  return data;
}

/** The clock goes to an instant, and all rules are evaluated. */
export async function evaluate(monitoring: TestMonitoring, at: number): Promise<void> {
  monitoring.clock.now = new Date(at);
  const EVALUATE = `mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { name problem } } }`;
  const { evaluateAlerts } = await done(monitoring, EVALUATE, { at: new Date(at).toISOString() });
  expect(evaluateAlerts.evaluated.filter(({ problem }: any) => problem !== null)).toEqual([]);
}

export const importRules = (monitoring: TestMonitoring, preset: 'INDICATORS' | 'SOURCE') =>
  done(
    monitoring,
    `mutation ($input: ImportAlertRulesInput!) { importAlertRules(input: $input) { report { outcome } } }`,
    { input: { preset, evaluation: 'ON_DEMAND' } },
  );

export const hoursBetween = (from: number, to: string | null | undefined): number =>
  to ? (Date.parse(to) - from) / HOUR_MS : Infinity;

/** Numbers of a seed: even in [0, 1), and bell-shaped. */
export const random = (seed: number) => {
  const next = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { next, normal };
};

export const sendAll = async ({ send }: TestMonitoring, kind: 'predictions' | 'outcomes', all: readonly object[]) => {
  for (let i = 0; i < all.length; i += 1_000) {
    const { body } = await send(`/v1/${kind}`, {
      ...(kind === 'predictions' && { node: 'edge-1' }),
      [kind]: all.slice(i, i + 1_000),
    });
    expect(body.rejected).toEqual([]);
  }
};

/** `count` instants, spread evenly over a time. */
export const spread = (from: number, lengthMs: number, count: number): number[] =>
  range(0, count).map((i) => Math.floor(from + (i * lengthMs) / count));
