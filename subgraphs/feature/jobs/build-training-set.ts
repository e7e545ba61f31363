import { DomainError } from '../../../core/errors.ts';
import { digestOf } from '../../shared/audit/canonical-json.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { recordChange } from '../changes.ts';
import { trainingSetEvent } from '../domain/asset-event.ts';
import type { FeatureService } from '../domain/feature-service.ts';
import type { FeatureView } from '../domain/feature-view.ts';
import { serviceId, trainingSetId, viewId } from '../domain/id.ts';
import {
  identityOf,
  type ManifestLog,
  type TrainingManifest,
  type TrainingSet,
  type TrainingSetBuild,
} from '../domain/training-set.ts';
import { findServices } from '../storage/feature-service.ts';
import { findViews } from '../storage/feature-view.ts';
import { lastPushed } from '../storage/log/pushed-row.ts';
import { segmentsOf } from '../storage/log/segment.ts';
import { saveBuild, saveProgress } from '../storage/training-set-build.ts';
import { findTrainingSets, saveTrainingSet } from '../storage/training-set.ts';
import {
  writeTrainingSet,
  type TrainingPlan,
  type TrainingStores,
  type WrittenTrainingSet,
} from '../storage/training/write-training-set.ts';

export interface BuildDeps extends TrainingStores {
  readonly now: () => Date;
}

export interface BuildEnd {
  readonly build: TrainingSetBuild;
  readonly trainingSet: TrainingSet | null;
  readonly eventCursor: string | null;
}

const KEY_LENGTH = 32;

/** Makes a set, or makes one anew from its manifest, and writes down how that went. */
export async function buildTrainingSet(
  deps: BuildDeps,
  by: RequestContext,
  build: TrainingSetBuild,
): Promise<BuildEnd> {
  const { db } = deps;
  const { service, views } = await pinned(deps, build);
  const [former = null] = build.rebuildOf ? await findTrainingSets(db.em(), build.project, [build.rebuildOf]) : [];
  const log = former?.manifest.log ?? (await Promise.all(views.map((view) => logOf(deps, view))));
  const plan: TrainingPlan = {
    spine: build.spine,
    knownAt: build.knownAt,
    views: service.views.map((pin, i) => ({
      view: viewAt(views, i),
      features: pin.features,
      log: logAt(log, i),
    })),
  };
  const written = await writeTrainingSet(deps, plan, (joined) => saveProgress(db.em(), build, joined));
  const manifest = manifestOf(service, plan, written);
  return former ? finishRebuild(deps, by, build, former, written) : finishBuild(deps, by, build, manifest, written);
}

async function pinned(
  { db }: BuildDeps,
  { project, service: name, serviceVersion: version }: TrainingSetBuild,
): Promise<{ service: FeatureService; views: FeatureView[] }> {
  const [service] = await findServices(db.em(), project, [{ name, version }]);
  if (!service) throw new Error(`the service ${name}@${version} is gone`);
  const pins = service.views.map((pin) => ({ name: pin.view, version: pin.version }));
  const found = await findViews(db.em(), project, pins);
  return {
    service,
    views: pins.flatMap((pin) => found.filter((view) => view.name === pin.name && view.version === pin.version)),
  };
}

/** All that is published of a view's log at this moment. */
async function logOf({ db }: BuildDeps, view: FeatureView): Promise<ManifestLog> {
  const { project, name, version } = view;
  const pushedThrough = await lastPushed(db, { project, view: name, version });
  const segments = await segmentsOf(db.em(), { project, view: name, version });
  return {
    view: viewId(project, name, version),
    pushedThrough,
    segments: segments.flatMap(({ sha256, kind, seq, availableAt }) =>
      availableAt === null ? [] : [{ sha256, kind, seq, availableAt: availableAt.toISOString() }],
    ),
  };
}

function viewAt(views: readonly FeatureView[], i: number): FeatureView {
  const view = views[i];
  if (!view) throw new Error('a view of the service is gone');
  return view;
}

function logAt(log: readonly ManifestLog[], i: number): ManifestLog {
  const one = log[i];
  if (!one) throw new Error('the manifest lacks the log of a view');
  return one;
}

const manifestOf = (service: FeatureService, plan: TrainingPlan, written: WrittenTrainingSet): TrainingManifest => ({
  format: 1,
  service: serviceId(service.project, service.name, service.version),
  views: plan.views.map(({ view, features }) => ({
    view: viewId(view.project, view.name, view.version),
    ttlMs: view.ttlSeconds * 1_000,
    features,
  })),
  knownAt: plan.knownAt,
  spine: plan.spine,
  columns: written.columns,
  rows: written.rows,
  schemaHash: written.schemaHash,
  contentHash: written.contentHash,
  log: plan.views.map(({ log }) => log),
});

/** A set that is there already stays as it is: the same request on the same knowledge is the same set. */
function finishBuild(
  { db, now, trainingSets }: BuildDeps,
  by: RequestContext,
  build: TrainingSetBuild,
  manifest: TrainingManifest,
  { sha256, sizeBytes }: WrittenTrainingSet,
): Promise<BuildEnd> {
  const key = digestOf(identityOf(manifest)).slice(0, KEY_LENGTH);
  return db.transaction(async (em) => {
    const at = now();
    const ended = endOf(build, { trainingSet: key }, at);
    await em.execute("select pg_advisory_xact_lock(hashtextextended('training-set:' || ?, 0))", [key]);
    const [there] = await findTrainingSets(em, build.project, [key]);
    await saveBuild(em, ended);
    if (there) {
      if (there.sha256 !== sha256) await trainingSets.remove(sha256);
      return { build: ended, trainingSet: there, eventCursor: null };
    }
    const { project, service, serviceVersion } = build;
    const set: TrainingSet = { project, key, service, serviceVersion, manifest, sha256, sizeBytes, createdAt: at };
    await saveTrainingSet(em, set);
    const eventCursor = await recordChange(em, by, {
      action: 'training-set.created',
      subject: trainingSetId(project, key),
      at,
      before: undefined,
      after: set,
      events: [trainingSetEvent(set)],
    });
    return { build: ended, trainingSet: set, eventCursor };
  });
}

/** The same content, or the rebuild has failed and the set stays as it was. */
async function finishRebuild(
  { db, now, trainingSets }: BuildDeps,
  by: RequestContext,
  build: TrainingSetBuild,
  former: TrainingSet,
  { contentHash, sha256, sizeBytes }: WrittenTrainingSet,
): Promise<BuildEnd> {
  const sameBytes = sha256 === former.sha256;
  if (contentHash !== former.manifest.contentHash) {
    await trainingSets.remove(sha256);
    throw new DomainError(
      'DIGEST_MISMATCH',
      `the rebuilt rows hash to ${contentHash}, those of the training set to ${former.manifest.contentHash}`,
    );
  }
  return db.transaction(async (em) => {
    const at = now();
    const ended = endOf(build, { trainingSet: former.key, sameBytes }, at);
    const set = { ...former, sha256, sizeBytes };
    await saveBuild(em, ended);
    await saveTrainingSet(em, set);
    await recordChange(em, by, {
      action: 'training-set.rebuilt',
      subject: trainingSetId(former.project, former.key),
      at,
      before: former,
      after: set,
      events: [],
    });
    if (!sameBytes) await trainingSets.remove(former.sha256);
    return { build: ended, trainingSet: set, eventCursor: null };
  });
}

const endOf = (
  build: TrainingSetBuild,
  end: Pick<TrainingSetBuild, 'trainingSet'> & Partial<TrainingSetBuild>,
  at: Date,
): TrainingSetBuild => ({ ...build, viewsJoined: build.views, ...end, state: 'SUCCEEDED', finishedAt: at });
