import { createHash, verify as verifySignature, createPublicKey, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { Manifest, SignedManifest } from '../../schema/manifest.ts';
import { logisticModel } from '../support/onnx-models.ts';
import { featureOutbox, machine, person, startTestRegistry } from '../support/registry.ts';
import { startRegistryProcess, Unanswered, type RegistryProcess } from '../support/registry-process.ts';
import { seededRandom } from '../support/seeded-random.ts';
import {
  APPROVE_RELEASE,
  CREATE_RELEASE,
  deployed,
  fraudRecipe,
  serviceEvent,
  trafficMutation,
  type Deployed,
} from '../support/serving.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const KILLS = 4;
/** Enough that a manifest of the wrong one is not taken for the right one by chance. */
const RELEASES = 6;
const developer = person('developer');
const approver = person('approver');
const viewer = person('viewer');

/** One thing that was asked for: `answered` if its answer came, else it may have been done or not. */
interface Deed {
  readonly what: string;
  answered: boolean;
}

interface World {
  readonly database: TestDatabase;
  readonly dataDir: string;
  readonly place: Deployed;
  readonly random: () => number;
  /** By cause, with the release that was made the default; in order. */
  readonly promoted: (Deed & { readonly digest: string })[];
  /** By version: the steps of its approval. */
  readonly steps: Map<string, Deed[]>;
  readonly registered: Deed[];
  readonly released: Deed[];
  /** Releases whose recipe was approved. */
  readonly decided: Deed[];
  readonly uploaded: Deed[];
}

/** A deployment with approved releases, of which the first serves. */
async function world(seed: number): Promise<World> {
  const dataDir = temporaryFolder('killed');
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  const registry = await startTestRegistry({
    database,
    folder: join(dataDir, 'registry'),
    feeds: { feature: outbox.feed },
  });
  await outbox.tell(serviceEvent());
  const place = await deployed(registry, 'eta', { releases: RELEASES });
  const [first] = place.releases;
  const input = { deployment: place.deployment, release: first!.digest, cause: 'first', reason: 'the first one' };
  await registry.ask(developer, trafficMutation('promoteRelease'), { input });
  await registry.stop();
  return {
    database,
    dataDir,
    place,
    random: seededRandom(seed),
    promoted: [{ what: 'first', digest: first!.digest, answered: true }],
    steps: new Map(),
    registered: [],
    released: [],
    decided: [],
    uploaded: [],
  };
}

/** Does it, and notes that it was answered. */
async function deed<T extends Deed>(list: T[], one: T, act: () => Promise<unknown>): Promise<void> {
  list.push(one);
  await act();
  one.answered = true;
}

const modelBytes = (random: () => number): Uint8Array =>
  logisticModel({ features: 3, weights: [random(), random(), random()], bias: random() }).bytes;

async function upload(registry: RegistryProcess, bytes: Uint8Array): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { beginUpload } = await registry.ask(
    developer,
    'mutation ($input: BeginUploadInput!) { beginUpload(input: $input) { uploadId url } }',
    { input: { sizeBytes: bytes.length, name: 'model.onnx' } },
  );
  const sent = await registry.request(beginUpload.url, machine(['registry:write']), {
    method: 'PUT',
    body: new Uint8Array(bytes),
  });
  expect(sent.status).toBe(200);
  await registry.ask(
    developer,
    'mutation ($input: CompleteUploadInput!) { completeUpload(input: $input) { sha256 } }',
    { input: { uploadId: beginUpload.uploadId, sha256 } },
  );
  return sha256;
}

const INPUTS: Readonly<Record<string, string>> = {
  submit: 'ModelVersionStepInput',
  validate: 'ValidateModelVersionInput',
  approve: 'ApproveModelVersionInput',
};

const step = (name: string): string => {
  const input = INPUTS[name]!;
  return `mutation ($input: ${input}!) { ${name}ModelVersion(input: $input) { modelVersion { state } } }`;
};

/** Nothing was evaluated here, so the approval is not for production. */
const inputOf = (name: string, id: string): object => (name === 'approve' ? { id, environments: ['staging'] } : { id });

/** Four clients, each doing one thing after another until the registry dies. */
function clients(own: World, registry: RegistryProcess): Promise<void>[] {
  const { place, random } = own;
  const traffic = async (): Promise<void> => {
    const release = place.releases[Math.floor(random() * RELEASES)]!;
    const cause = randomUUID();
    await deed(own.promoted, { what: cause, digest: release.digest, answered: false }, () =>
      registry.ask(developer, trafficMutation('promoteRelease'), {
        input: { deployment: place.deployment, release: release.id, cause, reason: 'churn' },
      }),
    );
  };
  const approvals = async (): Promise<void> => {
    const artifact = await upload(registry, modelBytes(random));
    const register =
      'mutation ($input: RegisterModelVersionInput!) { registerModelVersion(input: $input) { modelVersion { id } } }';
    let id = '';
    await deed(own.registered, { what: artifact, answered: false }, async () => {
      id = (await registry.ask(developer, register, { input: { artifact, model: 'churned' } })).registerModelVersion
        .modelVersion.id;
    });
    const steps: Deed[] = [];
    own.steps.set(id, steps);
    for (const name of ['submit', 'validate', 'approve']) {
      await deed(steps, { what: name.toUpperCase(), answered: false }, () =>
        registry.ask(name === 'approve' ? approver : developer, step(name), { input: inputOf(name, id) }),
      );
    }
  };
  const releases = async (): Promise<void> => {
    const recipe = fraudRecipe(place.versions[Math.floor(random() * RELEASES)]!, {
      output: { decision: { threshold: random(), above: 'REVIEW', below: 'ACCEPT' } },
    });
    const one = { what: '', answered: false };
    await deed(own.released, one, async () => {
      const { createRelease } = await registry.ask(developer, CREATE_RELEASE, {
        input: { deployment: place.deployment, recipe },
      });
      one.what = createRelease.release.id;
    });
    await deed(own.decided, { what: one.what, answered: false }, () =>
      registry.ask(approver, APPROVE_RELEASE, { input: { release: one.what } }),
    );
  };
  const uploads = async (): Promise<void> => {
    const bytes = modelBytes(random);
    await deed(own.uploaded, { what: createHash('sha256').update(bytes).digest('hex'), answered: false }, () =>
      upload(registry, bytes),
    );
  };
  return [traffic, approvals, releases, uploads].map(async (work) => {
    for (;;) {
      try {
        await work();
      } catch (error) {
        if (error instanceof Unanswered) return;
        throw error;
      }
    }
  });
}

/** The file of the manifest as delivery would read it, checked as a node checks it. */
function committedManifest({ dataDir }: World): Manifest {
  const read = (name: string): any => JSON.parse(readFileSync(join(dataDir, 'registry', name), 'utf8'));
  const { payload, signatures } = SignedManifest.parse(read('manifests/default/server.json'));
  const publicKeys = read('signing-key.json.pub.json') as Record<string, string>;
  const [signature] = signatures;
  const x = Buffer.from(publicKeys[signature!.keyId]!, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const bytes = Buffer.from(payload, 'base64');
  expect(verifySignature(null, bytes, key, Buffer.from(signature!.signature, 'base64'))).toBe(true);
  return Manifest.parse(JSON.parse(bytes.toString()));
}

const defaultOf = (manifest: Manifest): string | undefined =>
  manifest.deployments[0]?.traffic.flatMap((layer) => (layer.kind === 'DEFAULT' ? [layer.release] : []))[0];

/** What may serve: the release of the last promotion that was answered, or of one that was asked for after it. */
function mayServe({ promoted }: World): readonly string[] {
  const last = promoted.findLastIndex(({ answered }) => answered);
  return promoted.slice(last).map(({ digest }) => digest);
}

/** All pages of a connection below one root field. */
async function everything(registry: RegistryProcess, query: string, path: (data: any) => any): Promise<any[]> {
  const all: any[] = [];
  for (let after: string | null = null; ;) {
    const { edges, pageInfo } = path(await registry.ask(viewer, query, { after }));
    all.push(...edges.map(({ node }: any) => node));
    if (!pageInfo.hasNextPage) return all;
    after = pageInfo.endCursor;
  }
}

async function checkTraffic(own: World, registry: RegistryProcess): Promise<void> {
  const { deployment: id } = own.place;
  const history = await everything(
    registry,
    `query ($after: String) { deployment(id: "${id}") { history(first: 100, after: $after) { edges { node { revision cause } } pageInfo { hasNextPage endCursor } } } }`,
    ({ deployment }) => deployment.history,
  );
  const causes = history.map(({ cause }) => cause);
  expect(new Set(causes).size).toBe(causes.length);
  expect(history.map(({ revision }) => revision)).toEqual(history.map((_, i) => history.length - i));
  const asked = new Set(own.promoted.map(({ what }) => what));
  expect(causes.filter((cause) => !asked.has(cause))).toEqual([]);
  const answered = own.promoted.filter((one) => one.answered).map(({ what }) => what);
  expect(answered.filter((cause) => !causes.includes(cause))).toEqual([]);
  // What is ordered is what the last change on record ordered, and what nodes are told.
  const { deployment } = await registry.ask(viewer, `{ deployment(id: "${id}") { live { digest } } }`);
  expect(deployment.live.digest).toBe(own.promoted.find(({ what }) => what === causes[0])?.digest);
  const served = await registry.request('/v1/manifests/server', { ...machine(['edge:deliver']), kind: 'service' });
  const { payload } = SignedManifest.parse(await served.json());
  expect(defaultOf(Manifest.parse(JSON.parse(Buffer.from(payload, 'base64').toString())))).toBe(deployment.live.digest);
}

const STATE_AFTER: Record<string, string> = { SUBMIT: 'SUBMITTED', VALIDATE: 'VALIDATED', APPROVE: 'APPROVED' };

/** Every step stands in the version, in its decisions and in the audit chain, or in none of them. */
async function checkApprovals(own: World, registry: RegistryProcess): Promise<void> {
  for (const [id, steps] of own.steps) {
    const { modelVersion, auditRecords } = await registry.ask(
      viewer,
      'query ($id: ID!) { modelVersion(id: $id) { state approvals { action } } auditRecords(subject: $id) { edges { node { action } } } }',
      { id },
    );
    const done = modelVersion.approvals.map(({ action }: any) => action);
    const audited = auditRecords.edges.map(({ node }: any) => node.action.replace('model-version.', '').toUpperCase());
    expect(audited.filter((action: string) => action !== 'REGISTER').toSorted(), id).toEqual(done.toSorted());
    expect(modelVersion.state, id).toBe(
      STATE_AFTER[steps.map(({ what }) => what).findLast((what) => done.includes(what)) ?? ''] ?? 'DRAFT',
    );
    const answered = steps.filter((one) => one.answered).map(({ what }) => what);
    expect(
      answered.filter((what) => !done.includes(what)),
      id,
    ).toEqual([]);
  }
}

async function checkReleases(own: World, registry: RegistryProcess): Promise<void> {
  const releases = await everything(
    registry,
    `query ($after: String) { deployment(id: "${own.place.deployment}") { releases(first: 100, after: $after) { edges { node { id number digest approvalState approval { release } } } pageInfo { hasNextPage endCursor } } } }`,
    ({ deployment }) => deployment.releases,
  );
  const ids = releases.map(({ id }) => id);
  expect(releases.map(({ number }) => number)).toEqual(releases.map((_, i) => releases.length - i));
  const answered = [
    ...own.released.filter((one) => one.answered).map(({ what }) => what),
    ...own.place.releases.map(({ id }) => id),
  ];
  expect(answered.filter((id) => !ids.includes(id))).toEqual([]);
  const approved = releases.filter(({ approvalState }) => approvalState === 'APPROVED').map(({ id }) => id);
  expect(own.decided.filter(({ what, answered: isDone }) => isDone && !approved.includes(what))).toEqual([]);
  const query = 'query ($id: ID!) { auditRecords(subject: $id) { edges { node { action } } } }';
  for (const { id, approval } of releases) {
    const { auditRecords } = await registry.ask(viewer, query, { id });
    const audited = auditRecords.edges.filter(({ node }: any) => node.action === 'release.approve');
    expect(audited, id).toHaveLength(approval?.release === id ? 1 : 0);
  }
  // The document of every release is there, and is what its digest says.
  for (const { digest } of releases) await checkBlob(registry, digest);
}

async function checkBlob(registry: RegistryProcess, digest: string): Promise<void> {
  const answer = await registry.request(`/v1/blobs/${digest}`, { ...machine(['edge:deliver']), kind: 'service' });
  expect(answer.status, digest).toBe(200);
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest);
}

async function checkUploads(own: World, registry: RegistryProcess): Promise<void> {
  for (const { what } of own.uploaded.filter((one) => one.answered)) await checkBlob(registry, what);
}

async function checkAudit(registry: RegistryProcess): Promise<void> {
  const { verifyAudit } = await registry.ask(
    viewer,
    '{ verifyAudit { checkpoints { ok why count } chains { subgraph state why checkpointedTo } } }',
  );
  expect(verifyAudit.chains.find(({ subgraph }: any) => subgraph === 'REGISTRY')).toMatchObject({
    state: 'WHOLE',
    why: null,
  });
  expect(verifyAudit.checkpoints).toMatchObject({ ok: true, why: null });
}

/** How often that was done, and answered, which was done least. */
const leastDone = ({ promoted, released, decided, uploaded, registered, steps }: World): number =>
  Math.min(
    ...[promoted, released, decided, uploaded, registered, [...steps.values()].flat()].map(
      (list) => list.filter(({ answered }) => answered).length,
    ),
  );

/** Whatever a kill left half done, nothing stands in the way of doing it again. */
async function finish(own: World, registry: RegistryProcess): Promise<void> {
  const register =
    'mutation ($input: RegisterModelVersionInput!) { registerModelVersion(input: $input) { modelVersion { id state } } }';
  for (const [id, steps] of own.steps) {
    if (steps.length === 3 && steps.every(({ answered }) => answered)) continue;
    const { modelVersion } = await registry.ask(viewer, 'query ($id: ID!) { modelVersion(id: $id) { state } }', { id });
    const names = ['submit', 'validate', 'approve'];
    const done = ['DRAFT', 'SUBMITTED', 'VALIDATED', 'APPROVED'].indexOf(modelVersion.state);
    for (const name of names.slice(done)) {
      const act = (): Promise<any> =>
        registry.ask(name === 'approve' ? approver : developer, step(name), { input: inputOf(name, id) });
      if (name !== 'validate') await act();
      else {
        // The one that the kill cut off is joined, once another process has noticed that it was.
        await vi.waitFor(async () => expect((await act()).validateModelVersion.modelVersion.state).toBe('VALIDATED'), {
          timeout: 90_000,
          interval: 500,
        });
      }
    }
  }
  const artifact = await upload(registry, modelBytes(own.random));
  await registry.ask(developer, register, { input: { artifact, model: 'churned' } });
  const last = own.promoted.at(-1)!;
  const release = own.place.releases.find(({ digest }) => digest === last.digest)!;
  const input = { deployment: own.place.deployment, release: release.id, cause: last.what, reason: 'churn' };
  const again = await registry.ask(developer, trafficMutation('promoteRelease'), { input });
  expect(again.promoteRelease.deployment.live.digest).toBe(last.digest);
}

it.each([1, 2])(
  'is whole after kills at any time during releases, approvals, uploads and changes of traffic (seed %i)',
  async (seed) => {
    const own = await world(seed);
    const start = (): Promise<RegistryProcess> =>
      startRegistryProcess(own.database, own.dataDir, { TIFFIN_CHECKPOINT_SECONDS: '1' });
    let registry = await start();
    // A loaded machine does less between two kills: it is killed until it has done enough of everything.
    for (let round = 0; round < KILLS || leastDone(own) <= KILLS / 2; round++) {
      const working = clients(own, registry);
      await sleep(500 + own.random() * 3_000 * (1 + Math.floor(round / KILLS)));
      await registry.kill();
      await Promise.all(working);
      expect(mayServe(own)).toContain(defaultOf(committedManifest(own)));
      registry = await start();
      await checkTraffic(own, registry);
      await checkApprovals(own, registry);
      await checkReleases(own, registry);
      await checkUploads(own, registry);
      await checkAudit(registry);
    }
    await finish(own, registry);
    await checkAudit(registry);
    await registry.kill();
  },
  600_000,
);
