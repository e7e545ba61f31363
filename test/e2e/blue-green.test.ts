import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operation } from '../../client/operation.ts';
import { startInstall, type Install } from '../support/install.ts';
import { logisticModel } from '../support/onnx-models.ts';
import { approvedVersion, ask, change, eventually, predict, released } from '../support/story.ts';

/** All traffic at once, by public doors alone, in two real processes; nobody asks for a verdict. */
describe('a blue-green switch', { timeout: 180_000 }, () => {
  let install: Install;
  let deployment: string;
  const releases: Record<string, string> = {};

  beforeAll(async () => {
    install = await startInstall({ env: { TIFFIN_SWITCH_SECONDS: '1', TIFFIN_EDGE_HEARTBEAT_MS: '1000' } });
    const { endpoint } = await change(install, 'developer', 'createEndpoint', { name: 'eta' }, '{ endpoint { id } }');
    const place = { endpoint: endpoint.id, environment: 'production' };
    deployment = (await change(install, 'developer', 'createDeployment', place, '{ deployment { id } }')).deployment.id;
    releases['blue'] = await release('distance');
    releases['green'] = await release('distance + 1.0');
    // It has no value where nobody has moved, and refuses to guess.
    releases['broken'] = await release('distance + double(10 / moved)');
    const first = { deployment, release: releases['blue'], reason: 'the first one' };
    await change(install, 'developer', 'promoteRelease', first, '{ applied }');
  }, 120_000);
  afterAll(() => install?.stop());

  async function release(expression: string): Promise<string> {
    const model = logisticModel({ features: 1, weights: [1], bias: 0 });
    const version = await approvedVersion(install, model, { model: 'eta' });
    const recipe = {
      inputs: [
        { name: 'order', dtype: 'STRING' },
        { name: 'distance', dtype: 'FLOAT64' },
        { name: 'moved', dtype: 'INT64' },
      ],
      derive: [{ name: 'way', dtype: 'FLOAT64', expression }],
      models: [{ version, inputs: [{ tensor: 'features', columns: ['way'] }], score: { tensor: 'score' } }],
      output: { decision: { threshold: 0.5, above: 'LATE', below: 'ON_TIME' } },
    };
    return (await released(install, { deployment, recipe })).id;
  }

  let order = 0;
  const ordered = (moved = 1): Promise<{ status: number; body: any }> =>
    predict(install, 'eta', { inputs: { order: `o${order++}`, distance: 1, moved } });

  async function start(name: string, candidate: string, watchMinutes: number): Promise<string> {
    const rates = { maxErrorShare: 0.05, maxP99Ms: 2_000, maxMemoryShare: 0.95, minPerSecond: 0.5 };
    const limits = { ...rates, minAnswers: 20, windowSeconds: 10 };
    const blueGreen = { ...limits, watchMinutes };
    const input = { name, deployment, candidate, unit: 'order', blueGreen };
    const { rollout } = await change(install, 'developer', 'createRollout', input, '{ rollout { id } }');
    const begin = 'mutation ($input: RolloutInput!) { startRollout(input: $input) { rollout { status step } } }';
    expect(await ask(install, 'developer', begin, { input: { rollout: rollout.id } })).toMatchObject({
      rollout: { status: 'RUNNING', step: 1 },
    });
    return rollout.id;
  }

  const SEEN = `query ($id: ID!) { rollout(id: $id) { status step blueGreen { nodes }
    evaluation { verdict reasons checks { check node state detail } }
    verdicts { edges { node { step verdict reasons replays } } } } }`;

  /** Orders come in until it stands as is said. */
  const orderUntil = (rollout: string, moved: number, stands: object): Promise<any> =>
    eventually(async () => {
      for (let i = 0; i < 30; i++) await ordered(moved);
      const seen = await ask(install, 'viewer', SEEN, { id: rollout });
      expect(seen, JSON.stringify(seen.evaluation)).toMatchObject(stands);
      return seen;
    }, 90_000);

  const live = async (): Promise<string> =>
    (await ask(install, 'viewer', 'query ($id: ID!) { deployment(id: $id) { live { id } } }', { id: deployment })).live
      .id;

  /** What a subscriber at the gateway is told until the rollout has ended: step and verdict, each once in a row. */
  async function listen(rollout: string): Promise<readonly string[]> {
    const watch = operation<any, { id: string }>(
      'subscription',
      'Watch',
      `subscription Watch($id: ID!) { rolloutChanged(id: $id, after: "experiment:0-0", everySeconds: 1) {
        rollout { status step verdicts(first: 1) { edges { node { verdict } } } } } }`,
    );
    const told: string[] = [];
    for await (const { data } of install.client('viewer').graph.subscribe(watch, { id: rollout })) {
      const seen = data?.rolloutChanged.rollout;
      if (!seen) continue;
      const { status, step, verdicts } = seen;
      const line = `${status} ${step} ${verdicts.edges[0]?.node.verdict ?? ''}`.trim();
      if (told.at(-1) !== line) told.push(line);
      if (status !== 'DRAFT' && status !== 'RUNNING') break;
    }
    return told;
  }

  it('of a good release is made ready, switched at once, watched, and ends as the default', async () => {
    const rollout = await start('good', releases['green']!, 0.1);
    const listening = listen(rollout);
    const switched = await orderUntil(rollout, 1, { step: 2 });
    expect(switched.blueGreen.nodes).toHaveLength(1);
    const { verdicts } = await orderUntil(rollout, 1, { status: 'COMPLETED' });
    expect(verdicts.edges.every(({ node }: any) => node.replays)).toBe(true);
    expect(await live()).toBe(releases['green']);
    const told = await listening;
    expect(told.at(-1)).toBe('COMPLETED 2 CONTINUE');
    expect(told).toContain('RUNNING 2 WAIT');
  });

  it('asks nothing about features of a release that reads none', async () => {
    const blueGreen = { maxStaleShare: 0.1 };
    const plan = { name: 'featureless', deployment, candidate: releases['broken'], unit: 'order', blueGreen };
    const create = 'mutation ($input: CreateRolloutInput!) { createRollout(input: $input) { rollout { id } } }';
    const { errors } = await install.graphql(create, { input: plan });
    expect(errors?.[0]).toMatchObject({
      message: 'blueGreen.maxStaleShare: the candidate reads no features; allowed: none',
      extensions: { code: 'INVALID_INPUT', field: 'blueGreen.maxStaleShare' },
    });
  });

  it('of a release that fails goes back by itself, and every order is answered as before', async () => {
    const rollout = await start('bad', releases['broken']!, 30);
    await orderUntil(rollout, 1, { step: 2 });
    const { verdicts } = await orderUntil(rollout, 0, { status: 'ROLLED_BACK' });
    await eventually(async () => expect((await ordered(0)).status).toBe(200));
    expect(verdicts.edges[0].node).toMatchObject({ verdict: 'ROLLBACK', step: 2, replays: true });
    expect(await live()).toBe(releases['green']);
  });
});
