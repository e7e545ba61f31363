import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { pino } from 'pino';
import { vi } from 'vitest';
import type { GoldenRow } from '../../schema/release.ts';
import { ROLES, SCOPES, type Actor, type Role } from '../../subgraphs/shared/auth/actor.ts';
import { openDatabase } from '../../subgraphs/shared/database/database.ts';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import type { AssetEventInput } from '../../schema/event.ts';
import type { VerifyPerson } from '../../subgraphs/shared/auth/people.ts';
import type { KeyRing } from '../../subgraphs/shared/auth/key-ring.ts';
import { signInternalToken } from '../../subgraphs/shared/auth/internal-token.ts';
import type { AuditChains } from '../../subgraphs/shared/audit/audit-chains.ts';
import { addAuditRoutes } from '../../subgraphs/shared/audit/audit-door.ts';
import { authenticator } from '../../subgraphs/shared/auth/authenticator.ts';
import { addFeedRoute, outboxFeed, type FeedSource } from '../../subgraphs/shared/events/feed.ts';
import { DataPlane, type DataPlaneEnv } from '../../subgraphs/shared/http/data-plane.ts';
import { problemHandler } from '../../subgraphs/shared/http/problem-response.ts';
import { requestLog } from '../../subgraphs/shared/http/request-log.ts';
import { RunningRequests } from '../../subgraphs/shared/http/running-requests.ts';
import { trimOutbox } from '../../subgraphs/shared/events/trim-outbox.ts';
import { appendEvent } from '../../subgraphs/shared/events/outbox.ts';
import type { Peer } from '../../subgraphs/shared/peer.ts';
import type { Subgraph } from '../../subgraphs/shared/subgraph.ts';
import { readConfig } from '../../subgraphs/registry/config.ts';
import { startRegistry } from '../../subgraphs/registry/main.ts';
import { atEnd } from './at-end.ts';
import { knownFields } from './known-fields.ts';
import { testKeys } from './keys.ts';
import type { TestModel } from './onnx-models.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';
import type { SubgraphName } from '../../schema/nouns.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const secret = new Uint8Array(32).fill(7);

/** A person in one role; by default the role names the person, as in dev mode. */
export const person = (role: Role, name: string = role): Actor => ({
  subject: `user:${name}`,
  kind: 'user',
  roles: [role],
  scopes: [],
  project: 'default',
});

export const machine = (scopes: Actor['scopes'] = SCOPES): Actor => ({
  subject: 'key:ci',
  kind: 'machine',
  roles: [],
  scopes,
  project: 'default',
});

/** A subgraph's own identity with everything that it could be given, every role included: it must never decide. */
export const service = (name: string, onBehalfOf?: string): Actor => ({
  subject: `service:${name}`,
  kind: 'service',
  roles: [...ROLES],
  scopes: SCOPES,
  project: 'default',
  ...(onBehalfOf !== undefined && { onBehalfOf }),
});

export interface TestRegistry {
  readonly subgraph: Subgraph;
  readonly database: TestDatabase;
  readonly folder: string;
  /** Ends it before the test or the file does. */
  stop(): Promise<void>;
  /** Asks as an actor; throws what GraphQL answered if there are errors. */
  ask(actor: Actor, query: string, variables?: object): Promise<any>;
  /** Asks as an actor and answers the errors: `{ code, message, … }` each. */
  refusals(actor: Actor, query: string, variables?: object): Promise<any[]>;
  /** Sends bytes through all three steps of an upload; answers their SHA-256. */
  upload(actor: Actor, bytes: Uint8Array): Promise<string>;
}

/** A feed with nothing in it, for the subgraphs that a test does without: says so once, then waits. */
const silent: FeedSource = async (after, waitMs, signal) => {
  if (after !== null) await sleep(waitMs, undefined, { ...(signal && { signal }) }).catch(() => undefined);
  const cursor = after ?? '0-0';
  return { events: [], cursors: [], cursor, watermark: `${'9'.repeat(15)}-0`, newest: cursor, more: false };
};

/** The audit chains of a subgraph in which nothing happened. */
const nothingRecorded: AuditChains = {
  heads: () => Promise.resolve([]),
  verdict: () => Promise.resolve({ ok: true, checked: 0, firstBadSeq: null, why: null }),
  hashes: () => Promise.resolve(new Map()),
  records: () => Promise.resolve([]),
  newest: () => Promise.resolve([]),
};

/** Another subgraph of which only the internal doors are there. */
function peerWith(name: SubgraphName, feed: FeedSource, chains: AuditChains): Peer {
  const app = new Hono<DataPlaneEnv>();
  app.use(requestLog(pino({ level: 'silent' })));
  app.use(new RunningRequests(name).middleware());
  app.onError(problemHandler(pino({ level: 'silent' })));
  const plane = new DataPlane(app, authenticator(testKeys.ring, secret));
  addFeedRoute(plane, feed);
  addAuditRoutes(plane, chains);
  return {
    name,
    graphql: () => Promise.reject(new Error(`${name} is not part of this test`)),
    get: async (path, actor, signal) =>
      app.request(path, {
        headers: { authorization: `Bearer ${await signInternalToken(actor, secret)}` },
        ...(signal && { signal }),
      }),
  };
}

/** The feature subgraph's real outbox in the same database, without the subgraph: what it tells, and its feed. */
export async function featureOutbox(database: TestDatabase) {
  const db = await openDatabase(featureSchema, { url: database.appUrl, poolSize: 2 });
  atEnd(() => db.close());
  /** Tells all of it in one transaction; answers the cursor of the last. */
  const tell = (...events: readonly AssetEventInput[]): Promise<string> =>
    db.transaction(async (em) => {
      let cursor = '';
      for (const event of events) cursor = await appendEvent(em, event);
      return cursor;
    });
  return { feed: outboxFeed(db), tell, trim: (days: number, now: Date) => trimOutbox(db, days, now) };
}

export interface RegistryOptions {
  readonly now?: () => Date;
  readonly variables?: Readonly<Record<string, string>>;
  readonly feeds?: Partial<Record<SubgraphName, FeedSource>>;
  readonly chains?: Partial<Record<SubgraphName, AuditChains>>;
  /** Another subgraph itself, where a test has it. */
  readonly peers?: Partial<Record<SubgraphName, Peer>>;
  readonly keys?: KeyRing;
  readonly verifyPerson?: VerifyPerson;
  readonly devUsers?: boolean;
  readonly database?: TestDatabase;
  readonly folder?: string;
}

/** A registry on a database of its own, stopped when the test or the test file ends. */
export async function startTestRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const database = options.database ?? (await createTestDatabase());
  const folder = options.folder ?? temporaryFolder('registry');
  const peers = Object.fromEntries(
    (['feature', 'registry', 'experiment', 'monitoring'] as const).map((name) => [
      name,
      options.peers?.[name] ??
        peerWith(name, options.feeds?.[name] ?? silent, options.chains?.[name] ?? nothingRecorded),
    ]),
  ) as Record<SubgraphName, Peer>;
  const subgraph = await startRegistry(readConfig(options.variables ?? {}), {
    databaseUrl: database.appUrl,
    ownerUrl: database.ownerUrl,
    secret,
    keys: options.keys ?? testKeys.ring,
    ...(options.devUsers !== undefined && { devUsers: options.devUsers }),
    ...(options.verifyPerson && { verifyPerson: options.verifyPerson }),
    log: pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }),
    dataDir: folder,
    peers,
    now: options.now ?? (() => new Date()),
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= subgraph.stop());
  atEnd(stop);
  const execute = async (actor: Actor, query: string, variables: object = {}) =>
    subgraph.execute({
      document: knownFields(subgraph, query),
      variables: { ...variables },
      token: await signInternalToken(actor, secret),
    });
  const ask: TestRegistry['ask'] = async (actor, query, variables) => {
    const { data, errors } = await execute(actor, query, variables);
    if (errors)
      throw new Error(
        errors.map(({ message, extensions }) => `${String(extensions?.['code'])}: ${message}`).join('\n'),
      );
    return JSON.parse(JSON.stringify(data));
  };
  return {
    subgraph,
    database,
    folder,
    stop,
    ask,
    refusals: async (actor, query, variables) => {
      const { errors = [] } = await execute(actor, query, variables);
      return errors.map(({ message, extensions }) => ({ message, ...extensions }));
    },
    upload: async (actor, bytes) => {
      const { beginUpload } = await ask(
        actor,
        'mutation ($input: BeginUploadInput!) { beginUpload(input: $input) { uploadId url } }',
        { input: { sizeBytes: bytes.length, name: 'model.onnx' } },
      );
      const sent = await subgraph.app.request(beginUpload.url, {
        method: 'PUT',
        headers: { authorization: `Bearer ${await signInternalToken(machine(), secret)}` },
        body: new Uint8Array(bytes),
      });
      if (sent.status !== 200) throw new Error(`the upload answered ${sent.status}: ${await sent.text()}`);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await ask(
        actor,
        'mutation ($input: CompleteUploadInput!) { completeUpload(input: $input) { sha256 sizeBytes } }',
        {
          input: { uploadId: beginUpload.uploadId, sha256 },
        },
      );
      return sha256;
    },
  };
}

/** The version of a registration or validation when it has ended, however long that takes on a machine that has much to do. */
async function versionAtEnd(registry: TestRegistry, { id }: { readonly id: string }): Promise<string> {
  const ask = `query ($id: ID!) { modelJob(id: $id) { state modelVersion { id } } }`;
  const ended = await vi.waitFor(
    async () => {
      const { modelJob } = await registry.ask(person('developer'), ask, { id });
      if (modelJob.state === 'RUNNING') throw new Error('the work on the version goes on');
      return modelJob;
    },
    { timeout: 120_000, interval: 100 },
  );
  if (!ended.modelVersion) throw new Error(`the work on the version ended: ${ended.state}`);
  return ended.modelVersion.id;
}

const step = (name: string, type = 'ModelVersionStepInput'): string =>
  `mutation ($input: ${type}!) { ${name}ModelVersion(input: $input) { modelVersion { id state } } }`;

/** Registers a model and takes it through approval by two people; answers the id of the version. */
export async function approvedVersion(
  registry: TestRegistry,
  model: TestModel,
  { terms, ...input }: { readonly model: string; readonly terms?: object; readonly [field: string]: unknown },
): Promise<string> {
  const artifact = await registry.upload(person('developer'), model.bytes);
  const evaluation = await registry.upload(person('developer'), EVALUATION);
  const { registerModelVersion } = await registry.ask(
    person('developer'),
    'mutation ($input: RegisterModelVersionInput!) { registerModelVersion(input: $input) { registration { id } } }',
    { input: { artifact, evaluation, goldenRows: goldenRows(model), ...input } },
  );
  const id = await versionAtEnd(registry, registerModelVersion.registration);
  await registry.ask(person('developer'), step('submit'), { input: { id } });
  const { validateModelVersion } = await registry.ask(
    person('developer'),
    'mutation ($input: ValidateModelVersionInput!) { validateModelVersion(input: $input) { validation { id } } }',
    { input: { id } },
  );
  await versionAtEnd(registry, validateModelVersion.validation);
  await registry.ask(person('approver'), step('approve', 'ApproveModelVersionInput'), { input: { id, ...terms } });
  return id;
}

/** What a submitter says of how well the model did; production asks for it. */
export const EVALUATION = new TextEncoder().encode('{"labels":[0,1],"scores":[0.2,0.8]}');

/** The rows of a test model as a submitter sends them. */
export const goldenRows = ({ golden }: TestModel): GoldenRow[] =>
  golden.map(({ inputs, outputs }) => ({
    inputs: [{ name: 'features', dtype: 'float32', shape: [1, inputs.features.length], data: [...inputs.features] }],
    outputs: [{ name: 'score', dtype: 'float32', shape: [1, 1], data: [...outputs.score] }],
  }));

export const REGISTER = `mutation ($input: RegisterModelVersionInput!) {
  registerModelVersion(input: $input) {
    eventCursor
    modelVersion {
      id number version bump bumpReasons state digest sourceDigest goldenRows goldenOrigin
      inputs { name dtype shape } outputs { name dtype shape } makers classLabels
    }
  }
}`;
