import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleWorker } from '../../edge/adapters/bundle/workerd.ts';
import { startWorker, type RunningWorker } from '../edge/support/worker.ts';
import { startInstall, type Install } from '../support/install.ts';
import { ask, eventually, predict } from '../support/story.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { makeUsed } from '../support/used-install.ts';

const DEPLOYMENT = 'tiffin:default:deployment:flight-delay@production';
const NODE = 'tiffin:default:edge-node:cdn-1';
const DISTANCES = Array.from({ length: 40 }, (_, i) => (i - 20) * 1.37 + i ** 3 / 7);

const ACCOUNT = `query ($id: ID!) { edgeNode(id: $id) { runtime trust accounting {
  answered stored queued sampledOut dropped difference balanced } } }`;

/** A release made by people at a real control plane, answered by the lite bundle on the real `workerd`. */
describe('the edge in a worker of Cloudflare', { timeout: 120_000 }, () => {
  let install: Install;
  let worker: RunningWorker;
  const answered = new Set<string>();
  const folder = temporaryFolder('worker');

  const start = async (): Promise<RunningWorker> => {
    const secret = (file: string): string => readFileSync(join(install.dataDir, 'secrets', file), 'utf8').trim();
    return startWorker({
      folder,
      bundle: await bundleWorker('lite', join(folder, 'bundle')),
      controlUrl: install.graphUrl,
      trusted: JSON.parse(secret('trusted-keys.json')),
      variables: { TIFFIN_EDGE_KEY: secret('edge.key'), TIFFIN_KEYS: secret('keys.json') },
    });
  };
  /** The answer without what is each answer's own. */
  const atWorker = async (distance: number): Promise<object> => {
    const { status, body } = await predict({ ...install, edgeUrl: worker.url }, 'flight-delay', {
      inputs: { distance },
    });
    expect(status, JSON.stringify(body)).toBe(200);
    answered.add(body.id);
    return decisionOf(body);
  };
  const atWorkerAll = async (): Promise<object[]> => {
    const answers: object[] = [];
    for (const distance of DISTANCES) answers.push(await atWorker(distance));
    return answers;
  };
  const decisionOf = ({ score, decision, release, models }: any): object => ({ score, decision, release, models });
  let expected: object[];

  beforeAll(async () => {
    install = await startInstall({ env: { TIFFIN_SOURCE_DIRS: tmpdir(), TIFFIN_EDGE_POLL_MS: '100' } });
    await makeUsed(install);
    worker = await start();
  }, 120_000);
  afterAll(async () => {
    await worker?.end();
    await install?.stop();
  });

  it('answers as the edge on Node does, to the last bit', async () => {
    expected = [];
    for (const distance of DISTANCES) {
      expected.push(decisionOf((await predict(install, 'flight-delay', { inputs: { distance } })).body));
    }
    expect(await atWorkerAll()).toEqual(expected);
    expect(expected[0]).toMatchObject({ models: [{ engine: 'tabular' }] });
  });

  it('answers all the same while the control plane is gone, also in a process that starts meanwhile', async () => {
    await install.kill();
    expect(await atWorkerAll()).toEqual(expected);
    await worker.end();
    worker = await start();
    expect(await atWorkerAll()).toEqual(expected);
  });

  it('has every answer in the store once it is back, and its account balances', async () => {
    install = await install.again();
    await eventually(async () => {
      await worker.runScheduled();
      const { runtime, trust, accounting } = await ask(install, 'viewer', ACCOUNT, { id: NODE });
      expect({ runtime, trust, accounting }).toMatchObject({
        runtime: 'workerd',
        trust: 'SERVER',
        accounting: {
          answered: answered.size,
          stored: answered.size,
          queued: 0,
          sampledOut: 0,
          dropped: 0,
          difference: 0,
          balanced: true,
        },
      });
    }, 60_000);
    const query = `query ($id: ID!, $after: String) { predictions(deployment: $id, first: 100, after: $after) {
      edges { node { id node { name } } } pageInfo { endCursor hasNextPage } } }`;
    const stored = new Set<string>();
    for (let after: string | null = null, more = true; more;) {
      const page: any = await ask(install, 'viewer', query, { id: DEPLOYMENT, after });
      for (const { node } of page.edges) if (node.node?.name === 'cdn-1') stored.add(node.id.split(':').at(-1));
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    expect(stored).toEqual(answered);
  });
});
