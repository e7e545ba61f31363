import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInstall, type Install } from '../support/install.ts';
import { logisticModel } from '../support/onnx-models.ts';
import { approvedVersion, ask, change, eventually, predict, released } from '../support/story.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const WEIGHTS = { near: 0.75, late: 0.25 };

/** Two model versions decide together, from their release to what the graph shows of it, by public doors alone. */
describe('a release of two models with weights', { timeout: 90_000 }, () => {
  let install: Install;
  let deployment: string;
  let release: { id: string; digest: string };
  let prediction: any;
  const versions: string[] = [];

  beforeAll(async () => {
    install = await startInstall({ env: { TIFFIN_EDGE_POLL_MS: '100', TIFFIN_EDGE_HEARTBEAT_MS: '200' } });
  }, 90_000);
  afterAll(() => install?.stop());

  const scoresOf = (distance: number, delay: number): [near: number, late: number] => [
    sigmoid(-2 * distance + 1),
    sigmoid(3 * delay - 1),
  ];

  it('is made of two approved versions, and served', async () => {
    const { endpoint } = await change(install, 'developer', 'createEndpoint', { name: 'both' }, '{ endpoint { id } }');
    const place = { endpoint: endpoint.id, environment: 'production' };
    deployment = (await change(install, 'developer', 'createDeployment', place, '{ deployment { id } }')).deployment.id;
    const near = logisticModel({ features: 2, weights: [-2, 0], bias: 1 });
    const late = logisticModel({ features: 2, weights: [0, 3], bias: -1 });
    versions.push(await approvedVersion(install, near, { model: 'near' }));
    versions.push(await approvedVersion(install, late, { model: 'late' }));
    const recipe = {
      inputs: [
        { name: 'distance', dtype: 'FLOAT64' },
        { name: 'delay', dtype: 'FLOAT64' },
      ],
      models: ['near', 'late'].map((name, i) => ({
        name,
        version: versions[i],
        inputs: [{ tensor: 'features', columns: ['distance', 'delay'] }],
        score: { tensor: 'score' },
      })),
      combine: { kind: 'WEIGHTED_MEAN', weights: WEIGHTS },
      output: { decision: { threshold: 0.5, above: 'YES', below: 'NO' } },
    };
    release = await released(install, { deployment, recipe });
    const query = 'query ($id: ID!) { release(id: $id) { modelVersions { id } } }';
    const { modelVersions } = await ask(install, 'developer', query, { id: release.id });
    expect(modelVersions).toEqual(versions.map((id) => ({ id })));
    await change(
      install,
      'developer',
      'promoteRelease',
      { deployment, release: release.id, reason: 'both decide' },
      '{ applied }',
    );
  });

  it('answers with the weighted mean, and says what each model said', async () => {
    const inputs = { distance: 0.2, delay: 0.9 };
    await eventually(async () => expect((await predict(install, 'both', { inputs })).status).toBe(200));
    const { body } = await predict(install, 'both', { inputs });
    const [near, late] = scoresOf(0.2, 0.9);
    expect(body).toMatchObject({
      release: release.digest,
      fallback: null,
      models: [
        { version: versions[0], score: expect.closeTo(near, 6) },
        { version: versions[1], score: expect.closeTo(late, 6) },
      ],
      decision: 'YES',
    });
    expect(body.score).toBeCloseTo(WEIGHTS.near * near + WEIGHTS.late * late, 6);
    prediction = body;
  });

  it('is remembered so, and shown from each of its versions', async () => {
    const answered = `tiffin:default:prediction:${prediction.id}`;
    const query = `query ($id: ID!) { prediction(id: $id) { score release models { score modelVersion { id state } } } }`;
    await eventually(async () =>
      expect(await ask(install, 'viewer', query, { id: answered })).toEqual({
        score: prediction.score,
        release: release.digest,
        models: prediction.models.map(({ version, score }: any) => ({
          score,
          modelVersion: { id: version, state: 'APPROVED' },
        })),
      }),
    );
    const explain = `query ($id: ID!) { explainPrediction(id: $id) {
      combination models { name weight } reasons { source space total } } }`;
    expect(await ask(install, 'viewer', explain, { id: answered })).toEqual({
      combination: 'WEIGHTED_MEAN',
      models: Object.entries(WEIGHTS).map(([name, weight]) => ({ name, weight })),
      reasons: { source: 'COMPUTED', space: 'SCORE', total: prediction.score },
    });
    const roles = `query ($id: ID!) { modelVersion(id: $id) { roles { role release { id } } performance { total { predictions } } } }`;
    for (const version of versions) {
      const found = await ask(install, 'viewer', roles, { id: version });
      expect(found.roles).toEqual([{ role: 'LIVE', release: { id: release.id } }]);
      expect(found.performance.total.predictions).toBeGreaterThan(0);
    }
    const served = `query ($id: ID!) { deployment(id: $id) {
      served { agrees orderedRelease ordered { id } releases { release modelVersions { id } } }
      nodes(first: 1) { edges { node { serving { serving { release modelVersions { id } } } } } } } }`;
    const ordered = versions.map((id) => ({ id }));
    const sorted = [...versions].sort().map((id) => ({ id }));
    await eventually(async () => {
      const found = await ask(install, 'viewer', served, { id: deployment });
      expect(found.served).toEqual({
        agrees: true,
        orderedRelease: release.digest,
        ordered,
        releases: [{ release: release.digest, modelVersions: sorted }],
      });
      const [node] = found.nodes.edges;
      expect(node.node.serving).toEqual([{ serving: [{ release: release.digest, modelVersions: ordered }] }]);
    });
  });
});
