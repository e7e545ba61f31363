import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleWorker, type Flavour } from '../../edge/adapters/bundle/workerd.ts';
import { chromiumPage, hasChromium } from '../support/browser.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TestControlPlane } from './support/control-plane.ts';
import { edgePlace, edgeProcess } from './support/edge-process.ts';
import { answersAt, withoutEngine } from './support/request-set/answers.ts';
import { offlineInPage } from './support/request-set/offline-page.ts';
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

describeRuntime('Node', sets.tabular, onNode);
describeRuntime('Node', sets.ort, onNode);
describeRuntime('workerd (lite)', sets.tabular, onWorkerd('lite'), isOfLite);
describeRuntime('workerd (full)', sets.tabular, onWorkerd('full'));
describeRuntime('workerd (full)', sets.ort, onWorkerd('full'));
if (hasChromium()) {
  describeRuntime("Chromium's service worker, offline", sets.tabular, offlineInPage(chromiumPage));
}

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
