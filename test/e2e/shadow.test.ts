import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInstall, type Install } from '../support/install.ts';
import { logisticModel } from '../support/onnx-models.ts';
import { approvedVersion, ask, change, eventually, predict, released } from '../support/story.ts';

const N = 200;
/** What the better model knows and the other one does not. */
const isLate = (n: number): number => Number(n % 3 === 0);
const inputsOf = (n: number): object => ({ flight: `f${n}`, distance: 1, delay: isLate(n) });

/** A candidate beside the answers, from its description to the call, by public doors alone, in two real processes. */
describe('a shadow beside what is answered', { timeout: 90_000 }, () => {
  let install: Install;
  let deployment: string;
  let shadow: string;
  const versions: string[] = [];
  const releases: { id: string; digest: string }[] = [];
  const answers: any[] = [];

  beforeAll(async () => {
    install = await startInstall({ env: { TIFFIN_EDGE_POLL_MS: '100', TIFFIN_EDGE_HEARTBEAT_MS: '200' } });
  }, 90_000);
  afterAll(() => install?.stop());

  const release = async (weights: number[], bias: number): Promise<void> => {
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
    versions.push(version);
    releases.push(await released(install, { deployment, recipe }));
  };

  it('begins with something that serves, and another release that may', async () => {
    const { endpoint } = await change(install, 'developer', 'createEndpoint', { name: 'late' }, '{ endpoint { id } }');
    const made = await change(
      install,
      'developer',
      'createDeployment',
      { endpoint: endpoint.id, environment: 'production' },
      '{ deployment { id } }',
    );
    deployment = made.deployment.id;
    await release([0, 0], -0.5);
    await release([0, 6], -3);
    await change(
      install,
      'developer',
      'promoteRelease',
      { deployment, release: releases[0]!.id, reason: 'the first one' },
      '{ applied }',
    );
  });

  it('is described and started, and the edge takes it up', async () => {
    const created = await change(
      install,
      'developer',
      'createShadow',
      { name: 'newer', deployment, candidate: releases[1]!.id, unit: 'flight', hypothesis: 'it sees the delay' },
      '{ shadow { id status } }',
    );
    shadow = created.shadow.id;
    const started: any = await ask(
      install,
      'developer',
      'mutation ($input: ShadowInput!) { startShadow(input: $input) { shadow { status } eventCursor } }',
      { input: { shadow } },
    );
    expect(started.shadow).toEqual({ status: 'RUNNING' });
    const query = 'query ($id: ID!) { deployment(id: $id) { traffic { layers shadow { holder } } } }';
    const { traffic } = await ask(install, 'viewer', query, { id: deployment });
    expect(traffic.shadow).toEqual({ holder: shadow });
    await eventually(async () => {
      const metrics = await install.call(`${install.edgeUrl}/metrics`);
      await predict(install, 'late', { inputs: inputsOf(1) });
      expect(await metrics.text()).toMatch(/shadow_recorded_total\{[^}]*\} [1-9]/);
    });
  });

  it('changes no answer, and stands beside each', async () => {
    for (let n = 0; n < N; n++) {
      const { status, body } = await predict(install, 'late', { inputs: inputsOf(n) });
      expect(status, JSON.stringify(body)).toBe(200);
      answers.push(body);
    }
    expect(new Set(answers.map(({ score, decision }) => `${score} ${decision}`)).size).toBe(1);
    const id = `tiffin:default:prediction:${answers[0].id}`;
    const query = `query ($id: ID!) { prediction(id: $id) { models { modelVersion { id } } decision
      shadow { decision models { modelVersion { id } } shadow { name hypothesis } } } }`;
    await eventually(async () =>
      expect(await ask(install, 'viewer', query, { id })).toEqual({
        models: [{ modelVersion: { id: versions[0] } }],
        decision: 'ON_TIME',
        shadow: {
          decision: 'LATE',
          models: [{ modelVersion: { id: versions[1] } }],
          shadow: { name: 'newer', hypothesis: 'it sees the delay' },
        },
      }),
    );
  });

  it('is compared once outcomes are known, accounts for every answer, and is called', async () => {
    const outcomes = answers.map(({ id }, n) => ({
      id: crypto.randomUUID(),
      predictionId: id,
      value: isLate(n),
      occurredAt: new Date().toISOString(),
    }));
    await eventually(async () => {
      const sent = await install.call(`${install.graphUrl}/v1/outcomes`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ outcomes }),
      });
      expect((await sent.json()).acked).toHaveLength(N);
    });
    const query = `query ($id: ID!) { shadow(id: $id) {
      accounting { chosen recorded dropped }
      result { pairs labelled recommendation reason agreement { rate } decisions { primary candidate count }
        brier { primary candidate } auc { primary candidate } latency { n } } } }`;
    await eventually(async () => {
      const { result, accounting } = await ask(install, 'viewer', query, { id: shadow });
      expect(result).toMatchObject({ labelled: N, recommendation: 'CANDIDATE_BETTER', auc: { candidate: 1 } });
      expect(result.brier.candidate).toBeLessThan(result.brier.primary);
      expect(accounting.recorded + accounting.dropped).toBe(accounting.chosen);
      expect(result.pairs).toBe(accounting.recorded);
      expect(result.latency.n).toBe(result.pairs);
    }, 40_000);
  });

  it('is found by search, and by lineage from the model version that it scores', async () => {
    await eventually(async () => {
      const found = await ask(install, 'viewer', '{ search(text: "newer") { edges { node { id kind } } } }');
      expect(found.edges.map(({ node }: any) => node.id)).toContain(shadow);
    });
    const from = 'query ($id: ID!) { lineage(id: $id, direction: DOWNSTREAM) { nodes { asset { id kind } } } }';
    await eventually(async () => {
      const { nodes } = await ask(install, 'viewer', from, { id: versions[1] });
      expect(nodes.map(({ asset }: any) => asset.id)).toContain(shadow);
    });
    const query = 'query ($id: ID!) { node(id: $id) { __typename id } }';
    expect(await ask(install, 'viewer', query, { id: shadow })).toEqual({ __typename: 'Shadow', id: shadow });
  });

  it('is tried by a tester before anybody else sees it', async () => {
    const opened = { deployment, releases: [releases[1]!.id], reason: 'for QA' };
    await change(install, 'developer', 'setTesterReleases', opened, '{ applied }');
    const { token } = await change(
      install,
      'developer',
      'issueTesterToken',
      { deployment, release: releases[1]!.id, tester: 'qa' },
      '{ token }',
    );
    const knock = async (headers: Record<string, string>): Promise<any> => {
      const answer = await install.call(`${install.edgeUrl}/v1/predict/late`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ inputs: inputsOf(0) }),
      });
      return answer.json();
    };
    const tried: any = await eventually(async () => {
      const answer = await knock({ 'x-tiffin-tester': token });
      expect(answer).toMatchObject({ forced: true, release: releases[1]!.digest, decision: 'LATE' });
      return answer;
    });
    expect(await knock({})).toMatchObject({ forced: false, release: releases[0]!.digest, decision: 'ON_TIME' });
    const query = 'query ($id: ID!) { prediction(id: $id) { forcedBy shadow { id } } }';
    const id = `tiffin:default:prediction:${tried.id}`;
    await eventually(async () =>
      expect(await ask(install, 'viewer', query, { id })).toEqual({ forcedBy: 'qa', shadow: null }),
    );
    await change(install, 'developer', 'setTesterReleases', { ...opened, releases: [] }, '{ applied }');
    await eventually(async () =>
      expect(await knock({ 'x-tiffin-tester': token })).toMatchObject({ status: 403, code: 'FORBIDDEN' }),
    );
  });

  it('ends when its release is promoted', async () => {
    const { deployment: after } = await change(
      install,
      'developer',
      'promoteRelease',
      { deployment, release: releases[1]!.id, reason: 'the shadow says so' },
      '{ deployment { traffic { shadow { holder } } } }',
    );
    expect(after.traffic.shadow).toBeNull();
    await eventually(async () => {
      const found = await ask(install, 'viewer', 'query ($id: ID!) { shadow(id: $id) { leaseLostAt } }', {
        id: shadow,
      });
      expect(found.leaseLostAt).not.toBeNull();
    });
  });
});
