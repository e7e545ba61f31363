import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleWorker, type Flavour } from '../../edge/adapters/bundle/workerd.ts';
import { hasChromium, startProfile } from '../support/browser.ts';
import { EdgePage } from '../support/edge-page.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { NODE_KEY, type TestControlPlane } from './support/control-plane.ts';
import { edgePlace, edgeProcess, until } from './support/edge-process.ts';
import { answersAt, withoutEngine, type RawAnswer } from './support/request-set/answers.ts';
import { WITH_REASONS, type SetRequest } from './support/request-set/requests.ts';
import { BY_PREDICT, describeRuntime, requestSets, serves, type SetRuntime } from './support/request-set/run.ts';
import { startWorker } from './support/worker.ts';

const { models, sets } = await requestSets();

async function onNode(control: TestControlPlane): Promise<SetRuntime> {
  const edge = await edgeProcess(edgePlace(control));
  await serves(edge.url, control);
  return { answers: (requests) => answersAt(edge.url, requests), stop: () => edge.stop() };
}

const onWorkerd =
  (flavour: Flavour) =>
  async (control: TestControlPlane): Promise<SetRuntime> => {
    const folder = temporaryFolder('worker');
    const worker = await startWorker({
      folder,
      bundle: await bundleWorker(flavour, join(folder, 'bundle')),
      controlUrl: control.url,
      trusted: { [control.signer.keyId]: control.signer.publicKey },
    });
    await serves(worker.url, control, ...(flavour === 'lite' ? [BY_PREDICT] : []));
    return {
      answers: async (requests) => {
        const answers = await answersAt(worker.url, requests);
        await worker.runScheduled();
        return answers;
      },
      stop: () => worker.end(),
    };
  };

/** The bundle has /v1 alone, and gives no reasons: what it says of the rest is in worker-faults.test.ts. */
const isOfLite = ({ name, path }: SetRequest): boolean => path.startsWith('/v1/') && name !== WITH_REASONS;

/** In the page: asks its service worker, which has no network. */
const ASK_ALL = `async (requests) => {
  const toBytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const toText = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const answers = [];
  for (const { method, path, headers, body } of requests) {
    const answer = await fetch(path, { method, headers, ...(body !== null && { body: toBytes(body) }) });
    answers.push({
      status: answer.status,
      type: answer.headers.get('content-type'),
      headerLength: answer.headers.get('inference-header-content-length'),
      body: toText(new Uint8Array(await answer.arrayBuffer())),
    });
  }
  return answers;
}`;

/** A service worker that has its models, with every server gone and the network off. */
async function offlineInChromium(control: TestControlPlane): Promise<SetRuntime> {
  const { signer } = control;
  const site = new EdgePage({
    controlUrl: control.url,
    key: NODE_KEY,
    trustedKeys: { [signer.keyId]: signer.publicKey },
    audience: 'server',
    shipMs: 100,
  });
  await site.start();
  const context = await startProfile(temporaryFolder('profile'));
  const page = await context.newPage();
  await page.goto(site.url);
  await page.waitForFunction('window.createClient');
  await page.evaluate(`window.edge = createClient({ mode: 'localModelUpdateInBackground' })`);
  await until(
    'it holds the models',
    async () => {
      const { deployments } = (await page.evaluate('edge.status()')) as { deployments: { serving: unknown[] }[] };
      return deployments.filter(({ serving }) => serving.length > 0).length === control.manifest!.deployments.length;
    },
    120_000,
  );
  return {
    answers: async (requests) => {
      await site.stop();
      await control.down();
      await context.setOffline(true);
      const answers = (await page.evaluate(`(${ASK_ALL})(${JSON.stringify(requests)})`)) as readonly RawAnswer[];
      await control.up();
      await context.setOffline(false);
      await until('all is shipped', async () => {
        const { waiting } = (await page.evaluate('edge.flush()')) as { waiting: number };
        return waiting === 0;
      });
      return answers;
    },
    stop: () => context.close(),
  };
}

describeRuntime('Node', sets.tabular, onNode);
describeRuntime('Node', sets.ort, onNode);
describeRuntime('workerd (lite)', sets.tabular, onWorkerd('lite'), isOfLite);
describeRuntime('workerd (full)', sets.tabular, onWorkerd('full'));
describeRuntime('workerd (full)', sets.ort, onWorkerd('full'));
if (hasChromium()) describeRuntime("Chromium's service worker, offline", sets.tabular, offlineInChromium);

describe('the request set across engines', () => {
  it('every model that the tabular engine runs is proven to the bit, and most are', () => {
    const proofs = new Set(models.map(({ tabular }) => tabular));
    expect(proofs).not.toContain('BOUNDED');
    expect(sets.tabular.requests.length).toBeGreaterThan(sets.ort.requests.length / 2);
  });

  describe('answers', () => {
    it.each(sets.tabular.requests.map(({ name }) => [name]))('%s', (name) => {
      const [own, other] = [sets.tabular, sets.ort].map((set) => withoutEngine(set.expected.get(name)!));
      expect(own).toEqual(other);
    });
  });
});
