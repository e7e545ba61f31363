import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf } from '../../examples/shared/connection.ts';
import { DEPLOYMENT } from '../../examples/flights/names.ts';
import { makeTrainingSet, spineOfFile } from '../../examples/shared/setup/training-set.ts';
import { connectionTo, runFlights } from '../support/example-client.ts';
import { startInstall, type Install } from '../support/install.ts';
import { ask } from '../support/story.ts';

const SERVICE = 'tiffin:default:feature-service:flight_delay@1';

/** What was made, so that a second run can be seen to make nothing. */
const MADE = `query ($id: ID!) { deployment(id: $id) {
  revision live { digest modelVersions { id state makers approvals { action actor } } }
  releases(first: 20) { edges { node { number digest modelVersions { id } } } }
  experiments(first: 20) { edges { node { id revision status } } } } }`;

/** As a person pastes it. */
function paste(line: string): any {
  const { stdout, stderr, status } = spawnSync('sh', ['-c', line], { encoding: 'utf8', timeout: 30_000 });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** A feature of the live model, as the query traces it to its column. */
const share = (view: string) => ({
  id: `tiffin:default:feature:${view}@1/late_share_3h`,
  column: { name: 'late_share_3h', source: { name: view } },
});

/** The real first start, on the real flights: some forty seconds of work. */
describe('the first start with the flights', { timeout: 120_000 }, () => {
  let install: Install;
  let folder: string;

  beforeAll(async () => {
    install = await startInstall({ env: { TIFFIN_EXAMPLE: 'true' }, readyMs: 240_000 });
    folder = join(install.dataDir, 'examples', 'flights');
  }, 250_000);
  afterAll(() => install?.stop());

  it('tells of each step with its time, and greets in eleven lines', () => {
    const text = install.output();
    for (const step of [
      'January’s history',
      'train champion',
      'register logistic',
      'experiment: RUNNING',
      'alert rules: 3',
    ])
      expect(text).toContain(step);
    expect(text).toMatch(/\d\.\d s {2}train champion: AUC 0\.66\d, Brier 0\.11\d\d/);
    expect(text).toMatch(/replayed 2001-01-22 00:00 to 2001-02-05 00:00/);
    const greeting = text.slice(text.indexOf('Tiffin is ready')).trimEnd().split('\n');
    expect(greeting.length).toBeLessThanOrEqual(11);
  });

  it('greets with a query that crosses all four subgraphs when it is pasted', () => {
    const { data, errors } = paste(install.output().trimEnd().split('\n').at(-2)!);
    expect(errors).toBeUndefined();
    const { deployment, driftReport } = data;
    expect(deployment.live).toEqual({
      number: 1,
      modelVersions: [
        {
          version: '1.0.0.0',
          state: 'APPROVED',
          trainingSet: {
            id: expect.stringMatching(/^tiffin:default:training-set:/),
            rowCount: 60_000,
            service: { features: [share('origin_delays'), share('dest_delays')] },
          },
        },
      ],
    });
    expect(deployment.experiments.edges[0].node).toMatchObject({
      arms: [
        { arm: 'control', share: 0.1, modelVersions: [{ id: 'tiffin:default:model-version:flight-delay@1' }] },
        {
          arm: 'candidate',
          share: 0.1,
          modelVersions: [{ id: 'tiffin:default:model-version:flight-delay-logistic@1' }],
        },
      ],
      result: { recommendation: 'CONTINUE' },
    });
    expect(deployment.alerts.edges).toEqual([]);
    expect(deployment.nodes.edges[0].node).toMatchObject({
      name: 'edge-1',
      stale: false,
      accounting: { balanced: true },
    });
    expect(deployment.nodes.edges[0].node.accounting.stored).toBeGreaterThan(4_000);
    expect(driftReport).toMatchObject({ severity: 'NONE', score: { severity: 'NONE' } });
    expect(driftReport.features.map(({ name }: any) => name)).toContain('distance');
  });

  it('greets with a prediction whose features are found, when it is pasted', () => {
    const answer = paste(install.output().trimEnd().split('\n').at(-1)!);
    expect(answer).toMatchObject({
      endpoint: 'flight-delay',
      fallback: null,
      features: {
        origin_delays__late_share_3h: { status: 'PRESENT' },
        dest_delays__late_share_3h: { status: 'PRESENT' },
      },
    });
    expect(['LATE', 'ON_TIME']).toContain(answer.decision);
  });

  it('had the models approved by somebody who had not made them', async () => {
    const { live } = await ask(install, 'viewer', MADE, { id: DEPLOYMENT });
    const [version] = live.modelVersions;
    expect(version.makers).toEqual(['user:developer']);
    expect(version.approvals.at(-1)).toEqual({ action: 'APPROVE', actor: 'user:approver' });
  });

  it('changes nothing when it is set up again', async () => {
    const before = await ask(install, 'viewer', MADE, { id: DEPLOYMENT });
    const { code, text } = await runFlights(install, folder, 'setup').end;
    expect(code, text).toBe(0);
    expect(text).not.toContain('train');
    expect(await ask(install, 'viewer', MADE, { id: DEPLOYMENT })).toEqual(before);
  });

  it('makes the same training set again after late rows came, and of what was created then another one', async () => {
    const client = clientOf(connectionTo(install));
    const spine = spineOfFile(join(folder, 'spines', 'champion.parquet'), 'departure');
    const before = await makeTrainingSet(client, SERVICE, spine, 'KNOWN');
    const late = Array.from({ length: 24 }, (_none, hour) => ({
      entity: { origin: 'ATL' },
      eventTime: new Date(Date.UTC(2001, 0, 20, hour)).toISOString(),
      createdTime: new Date(Date.UTC(2001, 0, 20, hour, 0, 0, 1)).toISOString(),
      values: { late_share_3h: 0.99, flights_3h: 1 },
    }));
    const view = 'tiffin:default:feature-view:origin_delays@1';
    const pushed = await client.features.push({ view, to: 'OFFLINE', rows: late });
    expect(pushed).toMatchObject({ accepted: 24, rejected: [] });
    expect(await makeTrainingSet(client, SERVICE, spine, 'KNOWN')).toEqual(before);
    const created = await makeTrainingSet(client, SERVICE, spine, 'CREATED');
    expect(created.contentHash).not.toBe(before.contentHash);
    expect(created.rowCount).toBe(before.rowCount);
  });

  it('shows what each known-at rule gives one flight', async () => {
    const { code, text } = await runFlights(install, folder, 'known-at').end;
    expect(code, text).toBe(0);
    expect(text).toMatch(/ATL → CAE, push-back at 2001-02-14T18:30:00.000Z/);
    expect(text).toMatch(/KNOWN +0\.295 [^]*CREATED +0\.295 [^]*EVENT_TIME +0\.504 /);
  });

  it('releases challengers without traffic, on history that never goes on-line', { timeout: 300_000 }, async () => {
    const before = await ask(install, 'viewer', MADE, { id: DEPLOYMENT });
    const { code, text } = await runFlights(install, folder, 'challenger').end;
    expect(code, text).toBe(0);
    expect(text).toMatch(
      /train challenger: AUC 0\.7[12]\d[^]*train kilometres: AUC 0\.7[12]\d[^]*train percent: AUC 0\.5\d\d/,
    );

    const after = await ask(install, 'viewer', MADE, { id: DEPLOYMENT });
    expect({ ...after, releases: null }).toEqual({ ...before, releases: null });
    expect(after.releases.edges).toHaveLength(before.releases.edges.length + 3);
    const { versions } = await ask(
      install,
      'viewer',
      `query ($id: ID!) { model(id: $id) { versions(first: 10) { edges { node {
        state tags version goldenOrigin evaluation description trainingSet { knownAt rowCount } roles { role } } } } } }`,
      { id: 'tiffin:default:model:flight-delay' },
    );
    const made = versions.edges.map(({ node }: any) => node).filter(({ tags }: any) => tags[0] !== 'champion');
    expect(made.map(({ tags }: any) => tags[0]).toSorted()).toEqual(['challenger', 'kilometres', 'percent']);
    for (const version of made) {
      expect(version).toMatchObject({
        state: 'APPROVED',
        goldenOrigin: 'SUBMITTER',
        trainingSet: { knownAt: 'CREATED', rowCount: 60_000 },
        roles: [{ role: 'STAGED' }],
      });
      expect(version.evaluation).toMatch(/^[0-9a-f]{64}$/);
      expect(version.description).toContain('Not for: times before push-back');
    }
    // The newest of the spring would have taken the places of what was on-line.
    expect(paste(install.output().trimEnd().split('\n').at(-1)!)).toMatchObject({
      features: { origin_delays__late_share_3h: { status: 'PRESENT' } },
    });
    const again = await runFlights(install, folder, 'challenger').end;
    expect(again.code, again.text).toBe(0);
    expect(again.text).not.toContain('train ');
    expect(await ask(install, 'viewer', MADE, { id: DEPLOYMENT })).toEqual(after);
  });

  it('starts again without a set-up, and greets with the same', async () => {
    const ports: [number, number] = [Number(new URL(install.graphUrl).port), Number(new URL(install.edgeUrl).port)];
    expect(await install.stop()).toBe(0);
    install = await startInstall({
      dataDir: install.dataDir,
      ports,
      env: { TIFFIN_EXAMPLE: 'true' },
      readyMs: 120_000,
    });
    expect(install.output()).not.toContain('Setting up');
    expect(paste(install.output().trimEnd().split('\n').at(-1)!)).toMatchObject({
      features: { origin_delays__late_share_3h: { status: 'PRESENT' } },
    });
  });
});

it('leaves the flights out with --empty', { timeout: 120_000 }, async () => {
  const install = await startInstall({ args: ['--empty'], env: { TIFFIN_EXAMPLE: '', TIFFIN_SOURCE_DIRS: tmpdir() } });
  try {
    expect(install.output()).not.toMatch(/Setting up|npm run flights/);
    expect(await ask(install, 'viewer', '{ deployments(first: 1) { edges { node { id } } } }')).toEqual({ edges: [] });
  } finally {
    await install.stop();
  }
});
