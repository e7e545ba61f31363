import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { JobState } from '../../../core/job-state.ts';
import type { KnownAt } from '../domain/point-in-time.ts';
import type { Spine, TrainingSetBuild } from '../domain/training-set.ts';

export const TrainingSetBuildRow = defineEntity({
  name: 'TrainingSetBuild',
  tableName: 'training_set_build',
  primaryKeys: ['project', 'key'],
  properties: {
    project: p.text().primary(),
    key: p.text().primary(),
    service: p.text(),
    serviceVersion: p.integer(),
    knownAt: p.text().$type<KnownAt>(),
    spine: p.json<Spine>(),
    requestedBy: p.text(),
    rebuildOf: p.text().nullable(),
    state: p.text().$type<JobState>(),
    viewsJoined: p.integer(),
    views: p.integer(),
    trainingSet: p.text().nullable(),
    sameBytes: p.boolean().nullable(),
    error: p.text().nullable(),
    startedAt: p.datetime(3),
    finishedAt: p.datetime(3).nullable(),
  },
  indexes: [
    {
      name: 'training_set_build_running',
      expression: `create index training_set_build_running on training_set_build (state) where state = 'RUNNING'`,
    },
  ],
});

const valueOf = (row: InferEntity<typeof TrainingSetBuildRow>): TrainingSetBuild => ({
  project: row.project,
  key: row.key,
  service: row.service,
  serviceVersion: row.serviceVersion,
  knownAt: row.knownAt,
  spine: structuredClone(row.spine),
  requestedBy: row.requestedBy,
  rebuildOf: row.rebuildOf ?? null,
  state: row.state,
  viewsJoined: row.viewsJoined,
  views: row.views,
  trainingSet: row.trainingSet ?? null,
  sameBytes: row.sameBytes ?? null,
  error: row.error ?? null,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt ?? null,
});

export async function findBuild(em: EntityManager, project: string, key: string): Promise<TrainingSetBuild | null> {
  const row = await em.findOne(TrainingSetBuildRow, { project, key });
  return row && valueOf(row);
}

export async function runningBuilds(em: EntityManager): Promise<TrainingSetBuild[]> {
  return (await em.find(TrainingSetBuildRow, { state: 'RUNNING' })).map(valueOf);
}

export async function saveBuild(em: EntityManager, build: TrainingSetBuild): Promise<void> {
  await em.upsert(TrainingSetBuildRow, { ...build });
}

export async function saveProgress(em: EntityManager, build: TrainingSetBuild, viewsJoined: number): Promise<void> {
  await em.nativeUpdate(TrainingSetBuildRow, { project: build.project, key: build.key }, { viewsJoined });
}
