import { DomainError } from '../../core/errors.ts';
import { parseUrn } from '../../core/urn.ts';
import type { ManifestDeployment } from '../../schema/manifest.ts';
import { readReleaseDocument } from '../../schema/format-1.ts';
import type { ReleaseDocument } from '../../schema/release.ts';
import type { Engine } from '../engines/engine.ts';
import { compilePlan, readyPlan, type ReadyModel, type ReadyPlan } from '../recipe/plan.ts';
import type { ServingDeployment, ServingShadow } from '../serving/deployment.ts';
import { forcedIn, releasesAnswering, shadowIn } from '../../core/traffic/layers.ts';
import type { Blobs } from './blobs.ts';
import { reasonedOf } from './reasoned-of.ts';
import { readyModel, type ModelTools } from './ready-model.ts';

export interface BuildTools extends ModelTools {
  /** Run shadows, so that they take nothing from the answers where the platform can do that. */
  readonly shadowEngines: readonly Engine[];
  readonly capabilities: readonly string[];
  /** Whether personal inputs can be logged as tokens here. */
  readonly hasPersonalKey: boolean;
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
    const { engine, p99Ms } = known ?? (await readyModel(model.file, tools));
    models.push({ ...model, engine, p99Ms, ...(await reasonedOf({ ...model, p99Ms }, tools)) });
  }
  return readyPlan(plan, models);
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
