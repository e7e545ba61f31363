import { DomainError } from '../../core/errors.ts';
import { reasonedModel, type ReasonedModel } from '../../core/reasons/reasons.ts';
import { compileModel } from '../../core/tabular/compile-plan.ts';
import { parseUrn } from '../../core/urn.ts';
import type { ManifestDeployment } from '../../schema/manifest.ts';
import { readReleaseDocument } from '../../schema/format-1.ts';
import type { ModelInRelease, ReleaseDocument } from '../../schema/release.ts';
import type { Engine } from '../engines/engine.ts';
import { checkGolden } from '../engines/golden.ts';
import { warmUp } from '../engines/warm-up.ts';
import { compilePlan, readyPlan, type PlannedModel, type ReadyModel, type ReadyPlan } from '../recipe/plan.ts';
import type { ServingDeployment, ServingShadow } from '../serving/deployment.ts';
import { forcedIn, releasesAnswering, shadowIn } from '../../core/traffic/layers.ts';
import type { Blobs } from './blobs.ts';

export interface BuildTools {
  readonly blobs: Blobs;
  /** What runs models here: each model gets one that its release has a proof for. */
  readonly engines: readonly Engine[];
  /** Run shadows, so that they take nothing from the answers where the platform can do that. */
  readonly shadowEngines: readonly Engine[];
  readonly capabilities: readonly string[];
  /** Whether personal inputs can be logged as tokens here. */
  readonly hasPersonalKey: boolean;
  readonly monotonicMs: () => number;
}

const MOST_DOCUMENT_BYTES = 16 * 1024 * 1024;

/**
 * Makes an entry of a manifest ready to serve: every release of it is fetched, verified, compiled, proven by its golden
 * rows and warmed up; releases that `current` has are taken over. Shadows and releases for testers are none of what
 * it needs: they are made ready afterwards. Throws a DomainError that says why it cannot be.
 */
export async function buildDeployment(
  entry: ManifestDeployment,
  current: ServingDeployment | undefined,
  tools: BuildTools,
): Promise<ServingDeployment> {
  const lacking = entry.requires.filter((capability) => !tools.capabilities.includes(capability));
  if (lacking.length > 0) {
    throw new DomainError('FAILED_PRECONDITION', `it requires ${lacking.join(', ')}, which this node does not have`, {
      allowed: tools.capabilities,
    });
  }
  const plans = new Map<string, ReadyPlan>();
  for (const digest of releasesAnswering(entry.traffic)) {
    plans.set(digest, current?.plans.get(digest) ?? (await buildPlan(digest, entry, tools)));
  }
  const { project } = parseUrn(entry.deployment);
  const previous = await previousOf(entry, plans, current, tools);
  return { entry, project, plans, previous, shadow: shadowOf(entry, current), forced: forcedOf(entry, plans, current) };
}

function shadowOf({ traffic }: ManifestDeployment, current: ServingDeployment | undefined): ServingShadow | null {
  const layer = shadowIn(traffic);
  const known = current?.shadow?.plan;
  return layer ? { layer, plan: known?.digest === layer.release ? known : null } : null;
}

function forcedOf(
  { traffic }: ManifestDeployment,
  plans: ReadonlyMap<string, ReadyPlan>,
  current: ServingDeployment | undefined,
): ReadonlyMap<string, ReadyPlan> {
  const known = forcedIn(traffic).flatMap((digest) => {
    const plan = plans.get(digest) ?? current?.plans.get(digest) ?? current?.forced.get(digest);
    return plan ? [[digest, plan] as const] : [];
  });
  return new Map(known);
}

/** The release to go back to is a comfort: without it the newest one serves all the same. */
async function previousOf(
  entry: ManifestDeployment,
  plans: ReadonlyMap<string, ReadyPlan>,
  current: ServingDeployment | undefined,
  tools: BuildTools,
): Promise<ReadyPlan | null> {
  if (entry.previous === null) return null;
  const known = plans.get(entry.previous) ?? current?.plans.get(entry.previous) ?? current?.previous;
  if (known?.digest === entry.previous) return known;
  try {
    return await buildPlan(entry.previous, entry, tools);
  } catch {
    return null;
  }
}

/** One release made ready. Throws a DomainError that says why it cannot be. */
export async function buildPlan(digest: string, entry: ManifestDeployment, tools: BuildTools): Promise<ReadyPlan> {
  const { blobs } = tools;
  const document = await readDocument(digest, blobs);
  if (document.deployment !== entry.deployment) {
    throw new DomainError('FAILED_PRECONDITION', `the release ${digest} is of ${document.deployment}`);
  }
  const plan = compilePlan(digest, document);
  const personal = plan.recipe.inputs.find((input) => input.personal);
  if (personal && !tools.hasPersonalKey) {
    throw new DomainError(
      'FAILED_PRECONDITION',
      `its input "${personal.name}" is personal, and this node has no key to turn it into tokens`,
    );
  }
  const models: ReadyModel[] = [];
  for (const model of plan.models) {
    const known = models.find(({ version }) => version === model.version);
    const { engine, p99Ms } = known ?? (await madeReady(model.file, tools));
    models.push({ ...model, engine, p99Ms, reasoned: await reasonedOf(model, tools) });
  }
  return readyPlan(plan, models);
}

/** Loads a model, proves it by its golden rows and warms it up, on the first engine here that its release has a proof for. */
async function madeReady(
  file: ModelInRelease,
  { blobs, engines, monotonicMs }: BuildTools,
): Promise<Pick<ReadyModel, 'engine' | 'p99Ms'>> {
  const engine = engines.find(({ name }) => Object.hasOwn(file.proofs, name));
  if (!engine) {
    throw new DomainError('FAILED_PRECONDITION', `no engine of this node is proven for ${file.version}`, {
      allowed: Object.keys(file.proofs),
    });
  }
  await blobs.load(file.digest, file.sizeBytes);
  await checkGolden(engine, file);
  return { engine, p99Ms: await warmUp(engine, file, monotonicMs) };
}

/** Larger models are not taken apart: that would hold up the answers of others. */
const MOST_REASONED_BYTES = 16 * 1024 * 1024;

async function reasonedOf(model: PlannedModel, { blobs }: BuildTools): Promise<ReasonedModel> {
  const { digest, sizeBytes } = model.file;
  if (sizeBytes > MOST_REASONED_BYTES) {
    return reasonedModel(model, { refused: `it has more than ${MOST_REASONED_BYTES / 1024 / 1024} MiB` });
  }
  return reasonedModel(model, compileModel(await blobs.load(digest, sizeBytes)));
}

async function readDocument(digest: string, blobs: Blobs): Promise<ReleaseDocument> {
  const bytes = await blobs.load(digest, MOST_DOCUMENT_BYTES);
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new DomainError('FAILED_PRECONDITION', `the release ${digest} is not JSON`);
  }
  const document = readReleaseDocument(content);
  if (document.success) return document.data;
  const [issue] = document.error.issues;
  throw new DomainError(
    'FAILED_PRECONDITION',
    `the release ${digest} is not written as this node reads it: ${issue?.path.join('.')}: ${issue?.message}`,
  );
}
