import type { Experiment } from '../experiment/experiment.ts';
import type { Revisable } from '../experiment/revision.ts';
import type { Holdout } from '../holdout/holdout.ts';
import type { MetricDefinition } from './metric.ts';

/** Something whose figures rest on the pushed events of a name, from an instant on. */
export interface EventReader {
  readonly event: string;
  readonly since: Date;
}

const DAY_MS = 86_400_000;

/** The names of the pushed events that a metric reads. */
export const eventNames = ({ event, perEvent }: Pick<MetricDefinition, 'event' | 'perEvent'>): readonly string[] =>
  [event, perEvent].filter((name) => name !== null);

/** What one revision of an experiment reads: by its metrics since it began, by its covariate the days before that as well. */
export function readByRevision(
  { primary, covariate }: Pick<Experiment, 'primary' | 'covariate'>,
  { secondary, guardrails }: Pick<Revisable, 'secondary' | 'guardrails'>,
  startedAt: Date,
): readonly EventReader[] {
  const read = [...(primary ? [primary] : []), ...secondary, ...guardrails].flatMap(({ definition }) =>
    eventNames(definition),
  );
  const before = covariate && new Date(startedAt.getTime() - covariate.days * DAY_MS);
  return [
    ...read.map((event) => ({ event, since: startedAt })),
    ...(covariate && before ? [{ event: covariate.event, since: before }] : []),
  ];
}

/** All that any revision of an experiment reads; a draft as if it began now. */
export function readByExperiment(experiment: Experiment, now: Date): readonly EventReader[] {
  const { revisions } = experiment;
  if (revisions.length === 0) return readByRevision(experiment, experiment, now);
  return revisions.flatMap((revision) => readByRevision(experiment, revision, revision.startedAt));
}

export const readByHoldout = ({ metrics, createdAt }: Holdout): readonly EventReader[] =>
  metrics.flatMap(({ definition }) => eventNames(definition).map((event) => ({ event, since: createdAt })));

/** From when on the events of a name stay: `oldest`, or as long before that as somebody reads them. */
export function keptFrom(event: string, oldest: Date, readers: readonly EventReader[]): Date {
  const since = readers.filter((reader) => reader.event === event).map((reader) => reader.since.getTime());
  return new Date(Math.min(oldest.getTime(), ...since));
}

/** Which figures rest on events that are gone; `kept`: from when on those of a name are still there. */
export function goneWarnings(readers: readonly EventReader[], kept: ReadonlyMap<string, Date>): readonly string[] {
  const since = new Map<string, number>();
  for (const reader of readers) {
    since.set(reader.event, Math.min(reader.since.getTime(), since.get(reader.event) ?? Infinity));
  }
  return [...since].flatMap(([event, from]) => {
    const there = kept.get(event);
    if (!there || from >= there.getTime()) return [];
    return [
      `events "${event}" from before ${there.toISOString()} are no longer kept: what units did before then counts as nothing`,
    ];
  });
}
