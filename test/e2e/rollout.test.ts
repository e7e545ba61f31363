import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInstall, type Install } from '../support/install.ts';
import { logisticModel } from '../support/onnx-models.ts';
import { approvedVersion, ask, change, eventually, predict, released } from '../support/story.ts';

/** What the better model knows, the first one does not, and the broken one takes for its opposite. */
const isLate = (n: number): number => Number(n % 3 === 0);
const inputsOf = (n: number): object => ({ flight: `f${n}`, distance: 1, delay: isLate(n) });
const STEPS = [
  { weight: 0.2, minSamples: 20 },
  { weight: 0.5, minSamples: 20 },
  { weight: 1, minSamples: 5 },
];

/** A release that gets traffic step by step, by public doors alone, in two real processes; nobody asks for a verdict. */
describe('a rollout', { timeout: 120_000 }, () => {
  let install: Install;
  let deployment: string;
  let flight = 0;
  const releases: Record<string, string> = {};

  beforeAll(async () => {
    install = await startInstall({ env: { TIFFIN_EDGE_POLL_MS: '100', TIFFIN_ROLLOUT_SECONDS: '1' } });
    const { endpoint } = await change(install, 'developer', 'createEndpoint', { name: 'late' }, '{ endpoint { id } }');
    const place = { endpoint: endpoint.id, environment: 'production' };
    const made = await change(install, 'developer', 'createDeployment', place, '{ deployment { id } }');
    deployment = made.deployment.id;
    releases['blind'] = await release([0, 0], -0.5);
    releases['seeing'] = await release([0, 6], -3);
    releases['broken'] = await release([0, -6], 3);
    const first = { deployment, release: releases['blind'], reason: 'the first one' };
    await change(install, 'developer', 'promoteRelease', first, '{ applied }');
    for (const [name, definition] of Object.entries({
      brier: { kind: 'MEAN', measure: 'SQUARED_ERROR', higherIsBetter: false, margin: 0.05 },
      failures: { kind: 'PROPORTION', measure: 'FALLBACK', positiveFrom: 1, higherIsBetter: false, margin: 0.2 },
      slow: { kind: 'QUANTILE', measure: 'LATENCY_MS', quantile: 0.5, ceiling: 5_000, higherIsBetter: false },
    })) {
      await change(install, 'developer', 'createMetric', { name, definition }, '{ metric { id } }');
    }
  }, 120_000);
  afterAll(() => install?.stop());

  async function release(weights: number[], bias: number): Promise<string> {
    const version = await approvedVersion(install, logisticModel({ features: 2, weights, bias }), { model: 'delay' });
    const recipe = {
      inputs: [
        { name: 'flight', dtype: 'STRING' },
        { name: 'distance', dtype: 'FLOAT64' },
        { name: 'delay', dtype: 'FLOAT64' },
      ],
      models: [
        { version, inputs: [{ tensor: 'features', columns: ['distance', 'delay'] }], score: { tensor: 'score' } },
      ],
      output: { decision: { threshold: 0.5, above: 'LATE', below: 'ON_TIME' } },
    };
    return (await released(install, { deployment, recipe })).id;
  }

  async function start(name: string, candidate: string): Promise<string> {
    const guardrails = ['brier', 'failures', 'slow'].map((metric) => ({ metric }));
    const input = { name, deployment, candidate, unit: 'flight', steps: STEPS, guardrails };
    const { rollout } = await change(install, 'developer', 'createRollout', input, '{ rollout { id } }');
    const begin = 'mutation ($input: RolloutInput!) { startRollout(input: $input) { rollout { status step } } }';
    const started = await ask(install, 'developer', begin, { input: { rollout: rollout.id } });
    expect(started.rollout).toEqual({ status: 'RUNNING', step: 1 });
    return rollout.id;
  }

  /** Flights are asked about, and come in, until the rollout has ended. */
  async function fly(rollout: string): Promise<any> {
    const query = `query ($id: ID!) { rollout(id: $id) { status step modelVersions { id }
      verdicts { edges { node { step verdict reasons replays } } } } }`;
    return eventually(async () => {
      const outcomes: object[] = [];
      for (let i = 0; i < 60; i++) {
        const n = flight++;
        const { status, body } = await predict(install, 'late', { inputs: inputsOf(n) });
        expect(status, JSON.stringify(body)).toBe(200);
        const known = { id: crypto.randomUUID(), predictionId: body.id, value: isLate(n) };
        outcomes.push({ ...known, occurredAt: new Date().toISOString() });
      }
      await install.call(`${install.graphUrl}/v1/outcomes`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ outcomes }),
      });
      const seen = await ask(install, 'viewer', query, { id: rollout });
      expect(seen.status).not.toBe('RUNNING');
      return { ...seen, verdicts: seen.verdicts.edges.map(({ node }: any) => node) };
    }, 90_000);
  }

  const live = async (): Promise<string> =>
    (await ask(install, 'viewer', 'query ($id: ID!) { deployment(id: $id) { live { id } } }', { id: deployment })).live
      .id;

  it('of a better release goes through every step and ends as the default', async () => {
    const rollout = await start('better', releases['seeing']!);
    const { status, step, verdicts, modelVersions } = await fly(rollout);
    expect({ status, step, versions: modelVersions.length }).toEqual({ status: 'COMPLETED', step: 3, versions: 1 });
    const moves = verdicts.filter(({ verdict }: any) => verdict === 'CONTINUE').map((one: any) => one.step);
    expect(moves).toEqual([3, 2, 1]);
    expect(verdicts.every(({ replays }: any) => replays)).toBe(true);
    expect(await live()).toBe(releases['seeing']);
  });

  it('of a broken release is rolled back at the first step, and every flight is answered as before', async () => {
    const rollout = await start('worse', releases['broken']!);
    const { status, step, verdicts } = await fly(rollout);
    expect({ status, step }).toEqual({ status: 'ROLLED_BACK', step: 1 });
    expect(verdicts[0]).toMatchObject({ verdict: 'ROLLBACK', step: 1, replays: true });
    expect(verdicts[0].reasons.join()).toContain('brier in step 1');
    expect(await live()).toBe(releases['seeing']);
    await eventually(async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => predict(install, 'late', { inputs: inputsOf(n) })),
      );
      for (const [n, { body }] of answers.entries()) expect(body.decision).toBe(isLate(n) === 1 ? 'LATE' : 'ON_TIME');
    });
  });

  it('is found by search, and by lineage from the deployment that it watches', async () => {
    await eventually(async () => {
      const found = await ask(install, 'viewer', '{ search(text: "better") { edges { node { id kind } } } }');
      expect(found.edges.map(({ node }: any) => node.id)).toContain('tiffin:default:rollout:better');
    });
    const node =
      '{ node(id: "tiffin:default:rollout:worse") { __typename ... on Rollout { name guardrails { metric } } } }';
    expect(await ask(install, 'viewer', node)).toMatchObject({ __typename: 'Rollout', name: 'worse' });
    const metric = '{ node(id: "tiffin:default:metric:brier") { ... on Metric { name revision } } }';
    expect(await ask(install, 'viewer', metric)).toEqual({ name: 'brier', revision: 1 });
    const from = 'query ($id: ID!) { lineage(id: $id, direction: DOWNSTREAM) { nodes { asset { id } } } }';
    await eventually(async () => {
      const { nodes } = await ask(install, 'viewer', from, { id: deployment });
      expect(nodes.map(({ asset }: any) => asset.id)).toContain('tiffin:default:rollout:better');
    });
  });
});
