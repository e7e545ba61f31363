import type { DrivenPage } from '../../../support/driven-page.ts';
import { EdgePage } from '../../../support/edge-page.ts';
import { NODE_KEY, type TestControlPlane } from '../control-plane.ts';
import { until } from '../edge-process.ts';
import type { RawAnswer } from './answers.ts';
import type { SetRuntime } from './run.ts';

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

/** A page that has a node of what a control plane publishes. */
export function siteOf({ url, signer }: TestControlPlane): EdgePage {
  const trustedKeys = { [signer.keyId]: signer.publicKey };
  return new EdgePage({ controlUrl: url, key: NODE_KEY, trustedKeys, audience: 'server', shipMs: 100 });
}

/** Opens it, and has its client as `edge`. */
export async function openSite(page: DrivenPage, { url }: EdgePage): Promise<void> {
  await page.open(url);
  await until('the page runs', async () => (await page.evaluate('typeof window.createClient')) === 'function', 60_000);
  await page.evaluate(`void (window.edge = createClient({ mode: 'localModelUpdateInBackground' }))`);
}

/** Waits until the service worker serves every deployment that the control plane has published. */
export const holdsModels = (page: DrivenPage, control: TestControlPlane): Promise<unknown> =>
  until(
    'it holds the models',
    async () => {
      const { deployments } = (await page.evaluate('edge.status()')) as { deployments: { serving: unknown[] }[] };
      return deployments.filter(({ serving }) => serving.length > 0).length === control.manifest!.deployments.length;
    },
    120_000,
  );

/** A service worker that has its models, with every server gone and the network off. */
export const offlineInPage =
  (start: () => Promise<DrivenPage>) =>
  async (control: TestControlPlane): Promise<SetRuntime> => {
    const site = siteOf(control);
    await site.start();
    const page = await start();
    await openSite(page, site);
    await holdsModels(page, control);
    return {
      answers: async (requests) => {
        await site.stop();
        await control.down();
        await page.setOffline(true);
        const answers = (await page.evaluate(`(${ASK_ALL})(${JSON.stringify(requests)})`)) as readonly RawAnswer[];
        await control.up();
        await page.setOffline(false);
        await until('all is shipped', async () => {
          const { waiting } = (await page.evaluate('edge.flush()')) as { waiting: number };
          return waiting === 0;
        });
        return answers;
      },
      stop: () => page.close(),
    };
  };
