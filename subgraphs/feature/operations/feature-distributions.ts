import { DomainError } from '../../../core/errors.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { EventSpine } from '../domain/event-spine.ts';
import {
  checkRecentDays,
  compareValues,
  viewsWithAllKeys,
  type FeatureDistribution,
  type FeatureDistributionsInput,
  type NotComparedFeature,
} from '../domain/feature-distribution.ts';
import { fullName, type FeatureService } from '../domain/feature-service.ts';
import { pickView, type FeatureView } from '../domain/feature-view.ts';
import { serviceUrn, trainingSetUrn, viewUrn } from '../domain/ids.ts';
import type { TrainingSet } from '../domain/training-set.ts';
import { findServices } from '../storage/feature-service.ts';
import { findViews } from '../storage/feature-view.ts';
import { findTrainingSets } from '../storage/training-set.ts';
import { readRecentValues, type ComparedColumn } from '../storage/training/recent-values.ts';
import { publishedLog } from '../storage/training/view-log.ts';
import type { TrainingStores } from '../storage/training/write-training-set.ts';

export interface FeatureDistributionsDeps extends TrainingStores {
  readonly now: () => Date;
}

/** What a service has been giving of late, beside what a model was trained on. */
export interface ComparedService {
  readonly service: string;
  readonly from: Date;
  readonly to: Date;
  readonly features: readonly FeatureDistribution[];
  readonly notCompared: readonly NotComparedFeature[];
}

const DAY_MS = 86_400_000;

/** Compares the recent values of a service's features with those of a training set. */
export class FeatureDistributions {
  readonly #deps: FeatureDistributionsDeps;

  constructor(deps: FeatureDistributionsDeps) {
    this.#deps = deps;
  }

  /**
   * Throws NOT_FOUND for a service or set that is not there, FAILED_PRECONDITION where the events of the time make no rows, and
   * UNAVAILABLE where the file of the set is lost.
   */
  async compare(context: RequestContext, input: FeatureDistributionsInput): Promise<ComparedService> {
    checkRecentDays(input.recentDays);
    const { db, now, trainingSets } = this.#deps;
    const service = await this.#service(context, input.service);
    const set = await this.#trainingSet(context, input.trainingSet);
    if (!(await trainingSets.has(set.sha256))) {
      const lost = `trainingSet: the file of ${input.trainingSet} is lost: rebuild it`;
      throw new DomainError('UNAVAILABLE', lost, { field: 'trainingSet' });
    }
    const views = await this.#viewsOf(service);
    const to = now();
    const from = new Date(to.getTime() - input.recentDays * DAY_MS);
    const events = eventsOf(await this.#eventViews(service, views, set), from, to);
    const logs = new Map(
      await Promise.all(
        [...new Set([...views, ...events.views])].map(async (view) => [view, await publishedLog(db, view)] as const),
      ),
    );
    const logOf = (view: FeatureView) =>
      logs.get(view) ?? { view: viewUrn.format(view), segments: [], pushedThrough: 0 };
    const { columns, notCompared } = columnsOf(service, views, set);
    const features: FeatureDistribution[] = [];
    await readRecentValues(
      this.#deps,
      {
        events,
        log: events.views.map(logOf),
        plan: {
          knownAt: set.manifest.knownAt,
          views: service.views.map(({ features: wanted }, i) => {
            const view = views[i];
            if (!view) throw new Error('a view of the service is gone');
            return { view, features: wanted, log: logOf(view) };
          }),
        },
        sha256: set.sha256,
        columns,
      },
      ({ name, training, recent }) => {
        const dtype = columns.find((column) => column.name === name)?.dtype;
        const kind = dtype === 'FLOAT64' || dtype === 'INT64' ? 'NUMERIC' : 'CATEGORICAL';
        features.push(compareValues(name, kind, training, recent));
      },
    );
    if (features.length === 0 && columns.length > 0) throw noEvents(events, input.recentDays);
    return { service: serviceUrn.format(service), from, to, features, notCompared };
  }

  async #service({ actor: { project } }: RequestContext, id: string): Promise<FeatureService> {
    const pin = serviceUrn.parse(project, id, 'service');
    const [service] = await findServices(this.#deps.db.em(), project, [pin]);
    if (service) return service;
    throw new DomainError('NOT_FOUND', `service: there is no ${id} here`, { field: 'service' });
  }

  async #trainingSet({ actor: { project } }: RequestContext, id: string): Promise<TrainingSet> {
    const { key } = trainingSetUrn.parse(project, id, 'trainingSet');
    const [set] = await findTrainingSets(this.#deps.db.em(), project, [key]);
    if (set) return set;
    throw new DomainError('NOT_FOUND', `trainingSet: there is no ${id} here`, { field: 'trainingSet' });
  }

  /** In the order of the service. */
  async #viewsOf({ project, views }: FeatureService): Promise<readonly FeatureView[]> {
    const pins = views.map(({ view, version }) => ({ name: view, version }));
    const found = await findViews(this.#deps.db.em(), project, pins);
    return pins.map((pin) => pickView(found, pin, `${pin.name}@${pin.version}`, 'service'));
  }

  /** Rows come from where those of the training set came: the views of its events, else the service's own. */
  async #eventViews(
    service: FeatureService,
    own: readonly FeatureView[],
    { manifest: { spine } }: TrainingSet,
  ): Promise<readonly FeatureView[]> {
    if (!spine.events) return viewsWithAllKeys(service, own);
    const pins = spine.events.log.map(({ view }) => viewUrn.parse(service.project, view, 'trainingSet'));
    const found = await findViews(this.#deps.db.em(), service.project, pins);
    const named = pins.map((pin, i) => pickView(found, pin, spine.events?.log[i]?.view ?? '', 'trainingSet'));
    return named.map((view) => own.find(({ name, version }) => name === view.name && version === view.version) ?? view);
  }
}

function eventsOf(views: readonly FeatureView[], from: Date, to: Date): EventSpine {
  const keys = (views[0]?.joinKeys ?? []).map(({ name, dtype }) => ({ name, dtype, role: 'KEY' as const }));
  const time = { name: 'timestamp', dtype: 'TIMESTAMP' as const, role: 'TIMESTAMP' as const };
  return { views, from, to, labels: [], columns: [...keys, time] };
}

/** What both sides have, by name and type; a moment moves with time, and says nothing by itself. */
function columnsOf(service: FeatureService, views: readonly FeatureView[], { manifest }: TrainingSet) {
  const trained = new Map(manifest.columns.map((column) => [column.name, column]));
  const columns: ComparedColumn[] = [];
  const notCompared: NotComparedFeature[] = [];
  const wanted = service.views.flatMap(({ features }, i) => features.map((feature) => ({ view: views[i], feature })));
  for (const [at, { view, feature }] of wanted.entries()) {
    const dtype = view?.features.find(({ name }) => name === feature)?.dtype;
    if (!view || !dtype) continue;
    const name = fullName(view.name, feature);
    const held = trained.get(name);
    if (held?.role !== 'FEATURE') notCompared.push({ name, reason: 'NOT_IN_TRAINING_SET' });
    else if (held.dtype !== dtype) notCompared.push({ name, reason: 'OTHER_TYPE' });
    else if (dtype === 'TIMESTAMP') notCompared.push({ name, reason: 'MOMENT' });
    else columns.push({ name, dtype, at });
  }
  return { columns, notCompared };
}

function noEvents({ views, from, to }: EventSpine, days: number): DomainError {
  const names = views.map(({ name, version }) => `${name}@${version}`).join(', ');
  return new DomainError(
    'FAILED_PRECONDITION',
    `recentDays: the log of ${names} has no event in the last ${days} days, from ${from.toISOString()} to ${to.toISOString()}`,
    { field: 'recentDays', allowed: 'more days, or newer events' },
  );
}
