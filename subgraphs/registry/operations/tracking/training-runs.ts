import { randomUUID } from 'node:crypto';
import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change } from '../../../shared/operations/change.ts';
import { trainingRunUrn } from '../../domain/ids.ts';
import { withMaker } from '../../domain/identity.ts';
import {
  lastOf,
  withParameters,
  type Measurement,
  type RunStatus,
  type Texts,
  type TrainingRun,
} from '../../domain/tracking/tracking.ts';
import { withLabels } from '../../domain/version/registered-model.ts';
import { runSearch } from '../../storage/tracking/search.ts';
import { SEARCHED_RUNS } from '../../storage/tracking/searched.ts';
import {
  addMeasurements,
  findTrainingRuns,
  insertTrainingRun,
  listMeasurements,
  lockTrainingRun,
  saveTrainingRun,
  unknownRun,
  type MeasurementPlace,
} from '../../storage/tracking/training-run.ts';
import type { RegistryDeps } from '../deps.ts';
import { LIFE_SQL, type LifeFilter, type RunGroups } from './run-groups.ts';
import { pageFrom, searchInput, type FoundPage, type SearchRequest } from './search-page.ts';

export type { MeasurementPlace } from '../../storage/tracking/training-run.ts';

/** What a trainer writes to a run; what is left out stays. */
export interface RunEntry {
  readonly parameters?: Texts;
  readonly tags?: Texts;
  readonly withoutTag?: string;
  readonly measurements?: readonly Measurement[];
  readonly inputs?: readonly unknown[];
  readonly outputs?: readonly unknown[];
  readonly status?: RunStatus;
  readonly endedMs?: number;
  readonly name?: string;
}

const MOST_INPUTS = 1_000;

/**
 * Trainings as their trainers wrote them down: what they were given and what they measured. They write often, so the audit
 * holds only who began and deleted a run.
 */
export class TrainingRuns {
  readonly #deps: Pick<RegistryDeps, 'db' | 'now'>;
  readonly #groups: RunGroups;

  constructor(deps: Pick<RegistryDeps, 'db' | 'now'>, groups: RunGroups) {
    this.#deps = deps;
    this.#groups = groups;
  }

  async begin(
    context: RequestContext,
    input: { readonly group: string; readonly name: string; readonly startedMs: number | null; readonly tags: Texts },
  ): Promise<TrainingRun> {
    const group = await this.#groups.byId(context, input.group);
    if (group.deleted) {
      throw new DomainError('FAILED_PRECONDITION', `experiment_id: the experiment "${group.name}" is deleted`, {
        field: 'experiment_id',
      });
    }
    const { project, subject } = context.actor;
    const id = randomUUID().replaceAll('-', '');
    const about = { action: 'training-run.begin', subject: trainingRunUrn.format({ project, name: id }) };
    const { value } = await change(this.#deps, context, about, async (em, at) => {
      const run: TrainingRun = {
        project,
        id,
        group: group.id,
        name: input.name === '' ? `run-${id.slice(0, 8)}` : input.name,
        status: 'RUNNING',
        startedMs: input.startedMs ?? at.getTime(),
        endedMs: null,
        deleted: false,
        parameters: {},
        tags: withLabels({}, input.tags),
        metrics: [],
        inputs: [],
        outputs: [],
        makers: withMaker([], context.actor),
        createdBy: subject,
      };
      await insertTrainingRun(em, run);
      return { value: run, events: [] };
    });
    return value;
  }

  /** Adds to a run. Throws INVALID_INPUT where a parameter would change, and adds nothing then. */
  async write({ actor }: RequestContext, id: string, entry: RunEntry): Promise<TrainingRun> {
    return this.#deps.db.transaction(async (em) => {
      const before = await lockTrainingRun(em, actor.project, id);
      if (before.deleted) throw deleted(id);
      const { measurements = [], inputs = [], outputs = [] } = entry;
      const { [entry.withoutTag ?? '']: _gone, ...tags } = withLabels(before.tags, entry.tags ?? {});
      const after: TrainingRun = {
        ...before,
        tags,
        parameters: withParameters(before.parameters, entry.parameters ?? {}),
        metrics: lastOf([...before.metrics, ...measurements]),
        inputs: [...before.inputs, ...inputs].slice(-MOST_INPUTS),
        outputs: [...before.outputs, ...outputs].slice(-MOST_INPUTS),
        status: entry.status ?? before.status,
        endedMs: entry.endedMs ?? before.endedMs,
        name: entry.name ?? before.name,
        makers: withMaker(before.makers, actor),
      };
      await saveTrainingRun(em, after);
      if (measurements.length > 0) await addMeasurements(em, after, measurements);
      return after;
    });
  }

  /** Hides a run, or shows it again: what was registered from it keeps it. */
  async setDeleted(context: RequestContext, id: string, isDeleted: boolean): Promise<void> {
    const { project } = context.actor;
    const action = isDeleted ? 'training-run.delete' : 'training-run.restore';
    const about = { action, subject: trainingRunUrn.format({ project, name: id }) };
    await change(this.#deps, context, about, async (em) => {
      const before = await lockTrainingRun(em, project, id);
      const after = { ...before, deleted: isDeleted };
      await saveTrainingRun(em, after);
      return { value: after, before, events: [] };
    });
  }

  /** Throws NOT_FOUND. */
  async byId({ actor }: RequestContext, id: string): Promise<TrainingRun> {
    const [run] = await findTrainingRuns(this.#deps.db, actor.project, [id]);
    if (run) return run;
    throw unknownRun(id);
  }

  /** Per id the run; null for what is not there. */
  async byIds({ actor }: RequestContext, ids: readonly string[]): Promise<(TrainingRun | null)[]> {
    const found = new Map((await findTrainingRuns(this.#deps.db, actor.project, ids)).map((run) => [run.id, run]));
    return ids.map((id) => found.get(id) ?? null);
  }

  async search(
    context: RequestContext,
    request: SearchRequest & { readonly groups: readonly string[]; readonly life: LifeFilter },
  ): Promise<FoundPage<TrainingRun>> {
    const { project } = context.actor;
    const always = `run.project = $1 and run.group_id = any($2) and ${LIFE_SQL[request.life]}`;
    const input = searchInput(request, { always, parameters: [project, request.groups] });
    const rows = await runSearch<{ id: string }>(this.#deps.db, SEARCHED_RUNS, input);
    const runs = await this.byIds(
      context,
      rows.map(({ id }) => id),
    );
    return pageFrom(runs, input, (found) => found.filter((run) => run !== null));
  }

  /** Of one metric all measurements by step. */
  measurements(
    { actor }: RequestContext,
    { run, key }: { readonly run: string; readonly key: string },
    page: { readonly limit: number; readonly after: MeasurementPlace | null },
  ): Promise<readonly Measurement[]> {
    return listMeasurements(this.#deps.db, { project: actor.project, run, key }, page);
  }
}

const deleted = (id: string): DomainError =>
  new DomainError('FAILED_PRECONDITION', `run_id: the run "${id}" is deleted; restore it first`, { field: 'run_id' });
