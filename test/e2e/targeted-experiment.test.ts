import { beforeAll, describe, expect, it } from 'vitest';
import { atEnd } from '../support/at-end.ts';
import { startInstall, type Install } from '../support/install.ts';
import { ask, change, eventually, predict, twoReleases } from '../support/story.ts';

const RESULT = `query ($id: ID!) { experiment(id: $id) { status targeting result { multipleExposure arms { arm exposed } } } }`;
const ANSWERS = `query ($deployment: ID!, $arm: String!) {
  predictions(deployment: $deployment, arm: $arm, first: 100) { edges { node { unit } } } }`;

describe('an experiment about some requests alone', { timeout: 60_000 }, () => {
  let install: Install;
  let deployment: string;
  let releases: readonly [string, string];
  beforeAll(async () => {
    install = await startInstall({ env: { TIFFIN_EDGE_POLL_MS: '100' } });
    atEnd(() => install.stop());
    ({ deployment, releases } = await twoReleases(install, [{ name: 'country', dtype: 'STRING', required: false }]));
  }, 120_000);

  const answered = async (order: string, inputs: object): Promise<string | null> => {
    const { status, body } = await predict(install, 'eta', { inputs: { order, distance: 20, ...inputs } });
    expect(status).toBe(200);
    return body.arm;
  };

  it('gives an arm to who meets its condition, and counts them and nobody else', async () => {
    const plan = {
      name: 'far-in-india',
      hypothesis: 'far orders are late less often',
      deployment,
      arms: [
        { name: 'control', release: releases[0], share: 0.5 },
        { name: 'candidate', release: releases[1], share: 0.5 },
      ],
      unit: 'order',
      targeting: "country == 'IN' && distance > 10.0",
      baseline: 0.5,
      mde: 0.4,
    };
    const { experiment } = await change(install, 'developer', 'createExperiment', plan, '{ experiment { id } }');
    const start = 'mutation ($input: ExperimentInput!) { startExperiment(input: $input) { experiment { status } } }';
    await ask(install, 'developer', start, { input: { experiment: experiment.id } });
    await eventually(async () => expect(await answered('first', { country: 'IN' })).not.toBeNull());

    const inside = new Map([['first', await answered('first', { country: 'IN' })]]);
    for (let n = 0; n < 40; n++) inside.set(`in-${n}`, await answered(`in-${n}`, { country: 'IN' }));
    const outside = [{ country: 'NL' }, { country: 'IN', distance: 10 }, {}];
    for (const [n, inputs] of outside.entries()) {
      for (let i = 0; i < 10; i++) expect(await answered(`out-${n}-${i}`, inputs)).toBeNull();
    }
    // The same unit is in it while its request meets the condition, each time in the same arm.
    expect(await answered('in-0', { country: 'NL' })).toBeNull();
    expect(await answered('in-0', { country: 'IN' })).toBe(inside.get('in-0'));

    const of = (arm: string): number => [...inside.values()].filter((one) => one === arm).length;
    expect(of('control') + of('candidate')).toBe(41);
    await eventually(async () => {
      expect(await ask(install, 'viewer', RESULT, { id: experiment.id })).toEqual({
        status: 'RUNNING',
        targeting: plan.targeting,
        result: {
          multipleExposure: 0,
          arms: [
            { arm: 'control', exposed: of('control') },
            { arm: 'candidate', exposed: of('candidate') },
          ],
        },
      });
    }, 40_000);
    for (const arm of ['control', 'candidate']) {
      const { edges } = await ask(install, 'viewer', ANSWERS, { deployment, arm });
      const units = [...inside].filter(([, one]) => one === arm).map(([order]) => order);
      expect(new Set(edges.map(({ node }: any) => node.unit))).toEqual(new Set(units));
    }
  });
});
