import { DomainError } from '../../../core/errors.ts';
import { digestOf } from '../../shared/audit/canonical-json.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { change, type ChangeDeps } from '../../shared/operations/change.ts';
import { trainingSetEvent } from '../domain/asset-event.ts';
import type { FeatureService } from '../domain/feature-service.ts';
import type { FeatureView } from '../domain/feature-view.ts';
import { serviceUrn, trainingSetUrn, viewUrn } from '../domain/ids.ts';
import {
  identityOf,
  type ManifestLog,
  type TrainingManifest,
  type TrainingSet,
  type TrainingSetBuild,
} from '../domain/training-set.ts';
import { rereadSpine } from './spines.ts';
import { findServices } from '../storage/feature-service.ts';
import { holdWork } from '../storage/long-work.ts';
import { findViews } from '../storage/feature-view.ts';
import { saveBuild, saveProgress } from '../storage/training-set-build.ts';
import { findTrainingSets, saveTrainingSet } from '../storage/training-set.ts';
import { publishedLog } from '../storage/training/view-log.ts';
import {
  writeTrainingSet,
  type TrainingPlan,
  type TrainingStores,
  type WrittenTrainingSet,
} from '../storage/training/write-training-set.ts';

export type BuildDeps = TrainingStores & ChangeDeps;

const KEY_LENGTH = 32;

/** Makes a set, or makes one anew from its manifest, and writes down how that went. */
export async function buildTrainingSet(
  deps: BuildDeps,
  context: RequestContext,
  build: TrainingSetBuild,
): Promise<void> {
  const { db } = deps;
  const { service, views } = await pinned(deps, build);
  const [former = null] = build.rebuildOf ? await findTrainingSets(db.em(), build.project, [build.rebuildOf]) : [];
  const log = former?.manifest.log ?? (await Promise.all(views.map((view) => publishedLog(db, view))));
  const plan: TrainingPlan = {
    spine: former ? await rereadSpine(deps, build.project, former.manifest.spine) : build.spine,
    knownAt: build.knownAt,
    views: service.views.map((pin, i) => ({
      view: viewAt(views, i),
      features: pin.features,
      log: logAt(log, i),
    })),
  };
  const written = await writeTrainingSet(deps, plan, (joined) =>
    db.transaction((em) => saveProgress(em, build, joined)),
  );
  const manifest = manifestOf(service, plan, written);
  if (former) await finishRebuild(deps, context, build, former, written);
  else await finishBuild(deps, context, build, manifest, written);
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
  service: serviceUrn.format(service),
  views: plan.views.map(({ view, features }) => ({
    view: viewUrn.format(view),
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
async function finishBuild(
  deps: BuildDeps,
  context: RequestContext,
  build: TrainingSetBuild,
  manifest: TrainingManifest,
  { sha256, sizeBytes }: WrittenTrainingSet,
): Promise<void> {
  const { project, service, serviceVersion } = build;
  const key = digestOf(identityOf(manifest)).slice(0, KEY_LENGTH);
  const ended = (at: Date): TrainingSetBuild => endOf(build, { trainingSet: key }, at);
  const name = { action: 'training-set.create', subject: trainingSetUrn.format({ project, key }) };
  const { value: kept } = await change(deps, context, name, async (em, at) => {
    await holdWork(em, 'training_set_build', build);
    await em.execute("select pg_advisory_xact_lock(hashtextextended('training-set:' || ?, 0))", [key]);
    const [there] = await findTrainingSets(em, project, [key]);
    await saveBuild(em, ended(at));
    if (there) return { value: there, unchanged: true };
    const set: TrainingSet = { project, key, service, serviceVersion, manifest, sha256, sizeBytes, createdAt: at };
    await saveTrainingSet(em, set);
    const finish = (eventCursor: string | null): Promise<void> => saveBuild(em, { ...ended(at), eventCursor });
    return { value: set, events: [trainingSetEvent(set)], finish };
  });
  if (kept.sha256 !== sha256) await deps.trainingSets.remove(sha256);
}

/** The same content, or the rebuild has failed and the set stays as it was. */
async function finishRebuild(
  deps: BuildDeps,
  context: RequestContext,
  build: TrainingSetBuild,
  former: TrainingSet,
  { contentHash, sha256, sizeBytes }: WrittenTrainingSet,
): Promise<void> {
  const sameBytes = sha256 === former.sha256;
  if (contentHash !== former.manifest.contentHash) {
    await deps.trainingSets.remove(sha256);
    throw new DomainError(
      'DIGEST_MISMATCH',
      `the rebuilt rows hash to ${contentHash}, those of the training set to ${former.manifest.contentHash}`,
    );
  }
  const set = { ...former, sha256, sizeBytes };
  const name = { action: 'training-set.rebuild', subject: trainingSetUrn.format(former) };
  await change(deps, context, name, async (em, at) => {
    await holdWork(em, 'training_set_build', build);
    const value = endOf(build, { trainingSet: former.key, sameBytes }, at);
    await saveBuild(em, value);
    await saveTrainingSet(em, set);
    return { value, before: former, after: set, events: [] };
  });
  if (!sameBytes) await deps.trainingSets.remove(former.sha256);
}

const endOf = (
  build: TrainingSetBuild,
  end: Pick<TrainingSetBuild, 'trainingSet'> & Partial<TrainingSetBuild>,
  at: Date,
): TrainingSetBuild => ({ ...build, viewsJoined: build.views, ...end, state: 'SUCCEEDED', finishedAt: at });
