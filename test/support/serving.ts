import { vi } from 'vitest';
import type { AssetEventInput } from '../../schema/event.ts';
import type { RecipeInput } from '../../schema/recipe.ts';
import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import { logisticModel } from './onnx-models.ts';
import { approvedVersion, person, type TestRegistry } from './registry.ts';

const developer = person('developer');
const approver = person('approver');

export const SERVICE = 'tiffin:default:feature-service:fraud@1';

/** A pinned feature service as the feature subgraph tells of it: one view of two features per user. */
export const serviceEvent = (urn = SERVICE, revision = 1): AssetEventInput => ({
  urn,
  kind: 'feature-service',
  project: 'default',
  revision,
  at: '2026-01-01T00:00:00.000Z',
  asset: {
    name: 'fraud@1',
    upstream: ['feature-view:user_txn@2', 'feature:user_txn@2/amount_24h', 'feature:user_txn@2/count_24h'].map(
      (read) => ({ urn: `tiffin:default:${read}`, relation: 'READS' as const }),
    ),
  },
  data: {
    views: [
      {
        view: 'tiffin:default:feature-view:user_txn@2',
        name: 'user_txn',
        version: 2,
        joinKeys: [{ name: 'user_id', dtype: 'STRING' }],
        ttlMs: 86_400_000,
        features: [
          { name: 'amount_24h', dtype: 'FLOAT64', feature: 'tiffin:default:feature:user_txn@2/amount_24h' },
          { name: 'count_24h', dtype: 'INT64', feature: 'tiffin:default:feature:user_txn@2/count_24h' },
        ],
      },
    ],
  },
});

/** Takes `features` of width 3: amount, amount_24h, ratio. */
export const fraudModel = (bias = 0.25) => logisticModel({ features: 3, weights: [1.5, -0.5, 0.25], bias });

/** A recipe from a request over features and a derived field to a decision. */
export const fraudRecipe = (version: string, more: Partial<RecipeInput> = {}): RecipeInput => ({
  inputs: [
    { name: 'user', dtype: 'STRING', personal: true },
    { name: 'amount', dtype: 'FLOAT64' },
    { name: 'country', dtype: 'STRING', required: false },
  ],
  entities: [{ joinKey: 'user_id', input: 'user' }],
  features: { service: SERVICE, defaults: { user_txn__count_24h: 0 } },
  derive: [{ name: 'ratio', dtype: 'FLOAT64', expression: 'amount / (user_txn__amount_24h + 1.0)' }],
  models: [
    {
      version,
      inputs: [{ tensor: 'features', columns: ['amount', 'user_txn__amount_24h', 'ratio'] }],
      score: { tensor: 'score' },
    },
  ],
  output: { decision: { threshold: 0.5, above: 'REVIEW', below: 'ACCEPT' } },
  ...more,
});

export const CREATE_RELEASE = `mutation ($input: CreateReleaseInput!) {
  createRelease(input: $input) { eventCursor release { id number digest requires approvalState } } }`;

export const APPROVE_RELEASE = `mutation ($input: ApproveReleaseInput!) {
  approveRelease(input: $input) { eventCursor release { id approvalState approval { decision release by at reason } } } }`;

export const REJECT_RELEASE = `mutation ($input: RejectReleaseInput!) {
  rejectRelease(input: $input) { eventCursor release { id approvalState approval { decision release by at reason } } } }`;

/** Throws only where the features that the recipe reads have not arrived yet: the feed tells of them when it can. */
async function createRelease(registry: TestRegistry, input: object): Promise<any> {
  try {
    return (await registry.ask(developer, CREATE_RELEASE, { input })).createRelease;
  } catch (error) {
    if (String(error).includes('has not been heard of')) throw error;
    return { error };
  }
}

/** Freezes a recipe as developer, and approves it as approver where it waits for that; answers the release. */
export async function released(registry: TestRegistry, input: object): Promise<Deployed['releases'][number]> {
  const { release, error } = await vi.waitFor(() => createRelease(registry, input), { timeout: 30_000, interval: 50 });
  if (error) throw error;
  const { approvalState, ...made } = release;
  if (approvalState === 'WAITING') await registry.ask(approver, APPROVE_RELEASE, { input: { release: made.id } });
  return made;
}

const PAYLOAD = `{ applied effects warnings eventCursor deployment {
  id revision live { id digest modelVersions { id } }
  traffic { revision layers defaultRelease previousRelease killed lease { holder holderRevision subject } shadow { holder holderRevision subject } freeze { by reason } }
} }`;

const INPUTS: Record<string, string> = {
  setTraffic: 'SetTrafficInput',
  promoteRelease: 'PromoteReleaseInput',
  acquireAllocation: 'AcquireAllocationInput',
  endAllocation: 'EndAllocationInput',
  acquireShadow: 'AcquireShadowInput',
  endShadow: 'EndShadowInput',
  setTesterReleases: 'SetTesterReleasesInput',
  rollback: 'RollbackInput',
  setCanary: 'SetCanaryInput',
};

/** The text of a traffic mutation. */
export const trafficMutation = (name: string): string =>
  `mutation ($input: ${INPUTS[name] ?? 'ReasonedTrafficInput'}!) { ${name}(input: $input) ${PAYLOAD} }`;

/** Layers as manifests hold them, in the form in which setTraffic takes them. */
export const layerInputs = (layers: readonly any[]): readonly object[] =>
  layers.map(({ kind, ...rest }) => {
    if (kind !== 'VARIANT') return { [kind.toLowerCase()]: rest };
    const releases = Object.entries(rest.releases).map(([value, release]) => ({ value, release }));
    return { variant: { ...rest, releases } };
  });

/** Changes traffic and answers the payload. */
export const changeTraffic = async (
  registry: TestRegistry,
  actor: Actor,
  name: string,
  input: object,
): Promise<any> => {
  const reason = name.startsWith('acquire') ? {} : { reason: 'because' };
  return (await registry.ask(actor, trafficMutation(name), { input: { ...reason, ...input } }))[name];
};

export interface Deployed {
  readonly deployment: string;
  readonly endpoint: string;
  /** Model versions and releases in the order in which they were made. */
  readonly versions: readonly string[];
  readonly releases: readonly { readonly id: string; readonly digest: string; readonly number: number }[];
}

const shared = new WeakMap<TestRegistry, Promise<string>[]>();

/** The version of a registry's shared models under this number, made when it is first asked for. */
function sharedVersion(registry: TestRegistry, number: number): Promise<string> {
  const versions = shared.get(registry) ?? [];
  shared.set(registry, versions);
  return (versions[number] ??= approvedVersion(registry, fraudModel(number), { model: `shared-${number}` }));
}

/**
 * An endpoint in production with some approved releases, each of another approved version; nothing serves yet. With
 * `sharedVersions` it runs the same versions as others of its registry: for tests that neither change them nor list what runs them.
 */
export async function deployed(
  registry: TestRegistry,
  name: string,
  {
    releases = 2,
    environment = 'production',
    sharedVersions = false,
    more = {},
  }: { releases?: number; environment?: string; sharedVersions?: boolean; more?: object } = {},
): Promise<Deployed> {
  const create = 'mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { endpoint { id } } }';
  const { createEndpoint } = await registry.ask(developer, create, { input: { name } });
  const deploy = 'mutation ($input: CreateDeploymentInput!) { createDeployment(input: $input) { deployment { id } } }';
  const { createDeployment } = await registry.ask(developer, deploy, {
    input: { endpoint: createEndpoint.endpoint.id, environment, ...more },
  });
  const deployment = createDeployment.deployment.id;
  const versions: string[] = [];
  const made: Deployed['releases'][number][] = [];
  for (let i = 0; i < releases; i++) {
    const version = sharedVersions
      ? await sharedVersion(registry, i)
      : await approvedVersion(registry, fraudModel(i), { model: `${name}-model` });
    versions.push(version);
    made.push(await released(registry, { deployment, recipe: fraudRecipe(version) }));
  }
  return { deployment, endpoint: createEndpoint.endpoint.id, versions, releases: made };
}
