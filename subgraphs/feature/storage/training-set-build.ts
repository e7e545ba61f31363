import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { KnownAt } from '../domain/point-in-time.ts';
import type { Spine, TrainingSetBuild } from '../domain/training-set.ts';
import { holdWork, workOf, workProperties } from './long-work.ts';

export const TrainingSetBuildRow = defineEntity({
  name: 'TrainingSetBuild',
  tableName: 'training_set_build',
  primaryKeys: ['project', 'key'],
  properties: {
    ...workProperties(),
    service: p.text(),
    serviceVersion: p.integer(),
    knownAt: p.text().$type<KnownAt>(),
    spine: p.json<Spine>(),
    rebuildOf: p.text().nullable(),
    viewsJoined: p.integer(),
    views: p.integer(),
    trainingSet: p.text().nullable(),
    sameBytes: p.boolean().nullable(),
  },
  indexes: [
    {
      name: 'training_set_build_running',
      expression: `create index training_set_build_running on training_set_build (state) where state = 'RUNNING'`,
    },
  ],
});

const valueOf = (row: InferEntity<typeof TrainingSetBuildRow>): TrainingSetBuild => ({
  ...workOf(row),
  service: row.service,
  serviceVersion: row.serviceVersion,
  knownAt: row.knownAt,
  spine: structuredClone(row.spine),
  rebuildOf: row.rebuildOf ?? null,
  viewsJoined: row.viewsJoined,
  views: row.views,
  trainingSet: row.trainingSet ?? null,
  sameBytes: row.sameBytes ?? null,
});

export async function findBuild(em: EntityManager, project: string, key: string): Promise<TrainingSetBuild | null> {
  const row = await em.findOne(TrainingSetBuildRow, { project, key });
  return row && valueOf(row);
}

export async function saveBuild(em: EntityManager, build: TrainingSetBuild): Promise<void> {
  await em.upsert(TrainingSetBuildRow, { ...build });
}

export async function saveProgress(em: EntityManager, build: TrainingSetBuild, viewsJoined: number): Promise<void> {
  await holdWork(em, 'training_set_build', build);
  await em.nativeUpdate(TrainingSetBuildRow, { project: build.project, key: build.key }, { viewsJoined });
}
