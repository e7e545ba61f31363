import { createHash } from 'node:crypto';
import type * as z from 'zod';
import type { EntityManager } from '@mikro-orm/postgresql';
import { urnOf } from '../../../../core/urn.ts';
import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { digestOf } from '../../../shared/audit/canonical-json.ts';
import type { Definition } from '../../../shared/definitions/definition.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import type { Recipe } from '../../../../schema/recipe.ts';
import { ReleaseDocument, type FeatureLayout, type ModelInRelease } from '../../../../schema/release.ts';
import { validated } from '../../../../schema/validated.ts';
import { releaseAsInput } from '../../domain/serving/as-input.ts';
import { readNewRelease } from '../../domain/serving/release-input.ts';
import { releaseEvent } from '../../domain/catalogue/asset-events.ts';
import { deploymentUrn, releaseUrn, versionUrn, type DeploymentKey } from '../../domain/ids.ts';
import { namesOf } from '../../domain/identity.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';
import { checkRecipe } from '../../domain/serving/recipe.ts';
import { withoutVersionNumbers } from '../../domain/serving/release-approval.ts';
import { requiresOf, type Release } from '../../domain/serving/release.ts';
import { findFeatureService } from '../../storage/catalogue/asset.ts';
import { lockDeployment } from '../../storage/serving/deployment.ts';
import { insertRelease, lastNumber, listReleases } from '../../storage/serving/release.ts';
import type { RegistryDeps } from '../deps.ts';
import { readGolden } from '../version/model-versions.ts';
import { requireComparedFeatures, servableVersion } from '../version/servable.ts';

interface ToFreeze {
  readonly key: DeploymentKey;
  readonly recipe: Recipe;
  readonly description: string;
}

/** A release and the document that it is, before anything is kept. */
interface Frozen {
  readonly release: Release;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Freezes recipes into releases. */
export class Releases {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  /** Type-checks the recipe as a whole against its features and its models, and writes the release document. */
  async create(context: RequestContext, input: unknown): Promise<Changed<Release>> {
    const { deployment, recipe, description, after } = readNewRelease(context.actor.project, input);
    const key = deploymentUrn.parse(context.actor.project, deployment, 'deployment');
    if (after !== null) await this.#deps.awaitEvent(after, 'after');
    const about = { action: 'release.create', subject: deploymentUrn.format(key) };
    return change(this.#deps, context, about, async (em, at) => {
      const frozen = await this.#freeze(em, context, { key, recipe, description }, at);
      await this.#keep(em, frozen);
      const { release } = frozen;
      return { value: release, subject: releaseUrn.format(release), events: [releaseEvent(release, at)] };
    });
  }

  /** A recipe that a deployment shall have: a new release, unless its newest one has that recipe. */
  definition(context: RequestContext, input: unknown): Definition<Release> {
    const { project } = context.actor;
    const { deployment, recipe, description } = readNewRelease(project, input);
    const key = deploymentUrn.parse(project, deployment, 'deployment');
    let frozen: Frozen | undefined;
    return {
      action: 'release.create',
      subject: urnOf(project, 'release', { name: key.endpoint, version: key.environment }),
      idOf: (noun) => releaseUrn.format(noun),
      asInput: releaseAsInput,
      decide: async (em, at) => {
        const [before = null] = await listReleases(em, key, { first: 1, after: null });
        if (before && digestOf(before.recipe) === digestOf(recipe)) return { before, after: before };
        frozen = await this.#freeze(em, context, { key, recipe, description }, at);
        return { before, after: frozen.release };
      },
      save: async (em, { after }, at) => {
        if (frozen) await this.#keep(em, frozen);
        return [releaseEvent(after, at)];
      },
    };
  }

  async #freeze(
    em: EntityManager,
    context: RequestContext,
    { key, recipe, description }: ToFreeze,
    at: Date,
  ): Promise<Frozen> {
    await lockDeployment(em, key, 'deployment');
    const versions = await this.#servable(em, context, recipe, key.environment);
    const layout = await layoutOf(em, key.project, recipe);
    const checked = checkRecipe(recipe, { layout, contractOf: (version) => versions.get(version)?.contract });
    const models = await Promise.all([...versions].map(([id, version]) => this.#modelOf(id, version)));
    const number = (await lastNumber(em, key)) + 1;
    const document: z.input<typeof ReleaseDocument> = {
      format: 2,
      release: releaseUrn.format({ ...key, number }),
      deployment: deploymentUrn.format(key),
      number,
      createdAt: at.toISOString(),
      recipe,
      ...checked,
      layout,
      models,
    };
    const bytes = new TextEncoder().encode(JSON.stringify(validated(ReleaseDocument, document)));
    return {
      bytes,
      release: {
        ...key,
        number,
        digest: createHash('sha256').update(bytes).digest('hex'),
        sizeBytes: bytes.byteLength,
        recipe,
        recipeDigest: digestOf(withoutVersionNumbers(key.project, recipe)),
        models: recipe.models.map(({ name, version }) => ({
          name,
          version,
          digest: versions.get(version)?.digest ?? '',
          ...planIn(models, version),
        })),
        featureService: recipe.features?.service ?? null,
        requires: requiresOf(recipe, models),
        description,
        createdAt: at,
        createdBy: context.actor.subject,
        makers: namesOf(context.actor),
        revision: 1,
        approval: null,
      },
    };
  }

  async #keep(em: EntityManager, { release, bytes }: Frozen): Promise<void> {
    await this.#deps.blobs.put([bytes]);
    const { approval: _, ...made } = release;
    await insertRelease(em, made);
  }

  /** The model versions of the recipe, by id: each approved, and for this environment. */
  async #servable(
    em: EntityManager,
    context: RequestContext,
    { models, features }: Recipe,
    environment: string,
  ): Promise<ReadonlyMap<string, ModelVersion>> {
    const versions = new Map<string, ModelVersion>();
    for (const [i, { version: id }] of models.entries()) {
      if (versions.has(id)) continue;
      const field = `recipe.models.${i}.version`;
      const key = versionUrn.parse(context.actor.project, id, field);
      const place = { environment, now: this.#deps.now(), field };
      const version = await servableVersion(em, key, place);
      if (features) await requireComparedFeatures(em, version, features.service, place);
      versions.set(id, version);
    }
    return versions;
  }

  async #modelOf(id: string, version: ModelVersion): Promise<ModelInRelease> {
    return {
      version: id,
      digest: version.digest,
      sizeBytes: version.sizeBytes,
      contract: version.contract,
      golden: [...readGolden(await this.#deps.blobs.read(version.golden))],
      proofs: provenBy(version),
      p99Ms: measuredBy(version),
      plan: compiledFor(version),
      trainingSet: version.trainingSet,
    };
  }
}

/** The engines that were found to answer as the model must, when the version was validated. */
export const provenBy = ({ proofs }: ModelVersion): ModelInRelease['proofs'] =>
  Object.fromEntries(
    proofs.flatMap(({ engine, agreement }) => (agreement === 'OFF' ? [] : [[engine, agreement] as const])),
  );

/** What one row takes on each of them. */
const measuredBy = ({ proofs }: ModelVersion): ModelInRelease['p99Ms'] =>
  Object.fromEntries(
    proofs.flatMap(({ engine, agreement, p99Ms }) =>
      agreement === 'OFF' || p99Ms === null ? [] : [[engine, p99Ms] as const],
    ),
  );

/** The plan that was run where it was proven. */
const compiledFor = ({ proofs }: ModelVersion): ModelInRelease['plan'] =>
  proofs.find(({ agreement, plan }) => agreement !== 'OFF' && plan)?.plan ?? null;

function planIn(models: readonly ModelInRelease[], version: string): { readonly plan?: string } {
  const plan = models.find((model) => model.version === version)?.plan;
  return plan ? { plan: plan.digest } : {};
}

/** What the service of a recipe reads; null where it names none. Throws NOT_FOUND for one that no subgraph has announced. */
export async function layoutOf(
  em: EntityManager,
  project: string,
  { features }: Recipe,
): Promise<FeatureLayout | null> {
  if (!features) return null;
  const service = await findFeatureService(em, project, features.service);
  if (service) return { service: features.service, views: [...service.views] };
  throw new DomainError(
    'NOT_FOUND',
    `recipe.features.service: ${features.service} has not been heard of: define it first, and pass the eventCursor of that as "after"`,
    { field: 'recipe.features.service' },
  );
}
