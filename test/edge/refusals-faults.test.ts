import { join } from 'node:path';
import { bundleWorker } from '../../edge/adapters/bundle/workerd.ts';
import { chromiumPage, hasChromium } from '../support/browser.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { edgePlace, edgeProcess } from './support/edge-process.ts';
import { describeRefusals, refusingAt, refusingPage } from './support/refusals.ts';
import { startWorker } from './support/worker.ts';

describeRefusals('Node', async (control) => {
  const edge = await edgeProcess(edgePlace(control));
  return refusingAt(edge.url, control, () => edge.stop());
});

describeRefusals('workerd', async (control) => {
  const folder = temporaryFolder('worker');
  const worker = await startWorker({
    folder,
    bundle: await bundleWorker('full', join(folder, 'bundle')),
    controlUrl: control.url,
    trusted: { [control.signer.keyId]: control.signer.publicKey },
  });
  return refusingAt(worker.url, control, () => worker.end());
});

if (hasChromium()) describeRefusals("Chromium's service worker", refusingPage(chromiumPage));
