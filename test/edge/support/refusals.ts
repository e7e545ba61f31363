import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DrivenPage } from '../../support/driven-page.ts';
import { makeSigner, TestControlPlane, type FaultSwitches } from './control-plane.ts';
import { get, post, until } from './edge-process.ts';
import { model, release, type TestRelease } from './release.ts';
import { holdsModels, openSite, siteOf } from './request-set/offline-page.ts';

/** A runtime that serves what a control plane publishes, and says what it refuses. */
export interface RefusingRuntime {
  /** What it answers by, after it has asked for what is new. */
  releaseServed(): Promise<string>;
  /** What it says of manifests and entries that it does not go by: codes and reasons. */
  refusals(): Promise<readonly string[]>;
  stop(): Promise<unknown>;
}

const READY_MS = 120_000;
const proofs = { tabular: 'EXACT' } as const;
const path = '/v1/predict/fraud-decision';
const body = { inputs: { user_id: 'u', amount: 1 }, features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 } };

interface Offered {
  readonly control: TestControlPlane;
  /** Good by itself, and not served yet. */
  readonly other: TestRelease;
  /** One more than the node holds. */
  readonly revision: number;
}

type Case = readonly [name: string, said: RegExp, offer: (offered: Offered) => unknown];

const entry = { requires: [] };
/** What a node loads of a model: its compiled plan, where it has one. */
const loadedOf = ({ document }: TestRelease): string => {
  const { plan, digest } = document.models[0]!;
  return plan?.digest ?? digest;
};
const tampered = ({ control, other }: Offered): void => {
  const digest = loadedOf(other);
  control.faults.blobs.set(digest, new Uint8Array(other.blobs.get(digest)!).fill(9, 10, 20));
};

const CASES: readonly Case[] = [
  [
    'a manifest by another key',
    /^WRONG_KEY$/,
    async ({ control, other, revision }) =>
      control.publish([other], { entry, revision, signers: [await makeSigner('key-9')] }),
  ],
  [
    'a manifest that was changed after it was signed',
    /^BAD_SIGNATURE$/,
    async ({ control, other, revision }) => {
      await control.publish([other], { entry, revision });
      const { payload, signatures } = control.envelope!;
      const text = Buffer.from(payload, 'base64').toString().replace('"requires":[]', '"requires":["x"]');
      control.faults.envelope = { payload: Buffer.from(text).toString('base64'), signatures };
    },
  ],
  [
    'an older manifest, signed and all',
    /^REPLAYED$/,
    ({ control, other, revision }) => control.publish([other], { entry, revision: revision - 2 }),
  ],
  [
    'a manifest that has expired',
    /^EXPIRED$/,
    ({ control, other, revision }) =>
      control.publish([other], { entry, revision, expiresAt: new Date(Date.now() - 1).toISOString() }),
  ],
  [
    'an entry that requires what it does not have',
    /requires engine:gpu/,
    ({ control, other, revision }) => control.publish([other], { revision, entry: { requires: ['engine:gpu'] } }),
  ],
  [
    'a tampered model',
    /came with \d+ bytes whose digest is/,
    (offered) => {
      tampered(offered);
      return offered.control.publish([offered.other], { entry, revision: offered.revision });
    },
  ],
  [
    'half a model',
    /cannot be reached|came with/,
    ({ control, other, revision }) => {
      control.faults.halves.add(loadedOf(other));
      return control.publish([other], { entry, revision });
    },
  ],
];

function calm(faults: FaultSwitches): void {
  faults.envelope = undefined;
  faults.blobs.clear();
  faults.halves.clear();
}

/** What must not be taken, on one runtime: the old one serves, and it is said why; and the good one that comes after it is taken. */
export function describeRefusals(
  runtime: string,
  start: (control: TestControlPlane) => Promise<RefusingRuntime>,
): void {
  describe(`${runtime} refuses`, () => {
    let control: TestControlPlane;
    let running: RefusingRuntime | undefined;
    let served: TestRelease;
    let revision = 3;
    let number = 1;
    const next = (): Promise<TestRelease> =>
      release({ number: ++number, proofs, model: model([0.5, -0.25, 1, number]) });
    const serves = ({ digest }: TestRelease): Promise<unknown> =>
      until('it serves the good one', async () => (await running?.releaseServed()) === digest, READY_MS);

    beforeAll(async () => {
      control = await TestControlPlane.start();
      served = await next();
      await control.publish([served], { entry, revision });
      running = await start(control);
      await serves(served);
    }, READY_MS);
    afterEach(() => calm(control.faults));
    afterAll(async () => {
      await running?.stop();
      await control.down();
    });

    it.each(CASES)(
      '%s, and says so, and the old one serves',
      async (_, said, offer) => {
        const other = await next();
        await offer({ control, other, revision: revision + 1 });
        await until(
          'it says so',
          async () => {
            expect(await running?.releaseServed()).toBe(served.digest);
            return (await running?.refusals())?.some((text) => said.test(text));
          },
          60_000,
        );
        calm(control.faults);
        served = other;
        await control.publish([served], { entry, revision: (revision += 2) });
        await serves(served);
      },
      READY_MS,
    );
  });
}

/** A node that listens: it counts what it refuses, and says of each deployment why. */
export const refusingAt = (url: string, control: TestControlPlane, stop: () => Promise<unknown>): RefusingRuntime => ({
  releaseServed: async () => (await post(url, path, body)).body.release as string,
  refusals: async () => {
    const { body: metrics } = await get(url, '/metrics');
    const codes = [...String(metrics).matchAll(/^manifest_refused_total\{reason="(\w+)"\}/gm)].map(([, code]) => code!);
    return [...codes, ...(control.heartbeats.at(-1)?.deployments ?? []).flatMap(({ refused }) => refused ?? [])];
  },
  stop,
});

/** A service worker, which is asked through its page. */
export const refusingPage =
  (start: () => Promise<DrivenPage>) =>
  async (control: TestControlPlane): Promise<RefusingRuntime> => {
    const site = siteOf(control);
    await site.start();
    const page = await start();
    await openSite(page, site);
    await holdsModels(page, control);
    return {
      releaseServed: async () => {
        await page.evaluate('edge.refresh().then(() => null)');
        return String(
          await page.evaluate(`edge.predict('fraud-decision', ${JSON.stringify(body)}).then(({ release }) => release)`),
        );
      },
      refusals: async () => {
        const { manifestRefused, deployments } = (await page.evaluate('edge.status()')) as {
          manifestRefused: { code: string } | null;
          deployments: { refused: string | null }[];
        };
        return [manifestRefused?.code, ...deployments.map(({ refused }) => refused)].filter(
          (text) => typeof text === 'string',
        );
      },
      stop: async () => {
        await page.close();
        await site.stop();
      },
    };
  };
