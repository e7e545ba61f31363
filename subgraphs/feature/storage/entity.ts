import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { PageRequest } from '../../shared/paging.ts';
import type { JoinKey } from '../../../core/codec/address.ts';
import type { Entity } from '../domain/entity.ts';

export const EntityRow = defineEntity({
  name: 'Entity',
  tableName: 'entity',
  primaryKeys: ['project', 'name'],
  properties: {
    project: p.text().primary(),
    name: p.text().primary(),
    joinKeys: p.json<JoinKey[]>(),
    description: p.text(),
    owner: p.text().nullable(),
    tags: p.json<string[]>(),
    revision: p.integer(),
    createdAt: p.datetime(3),
  },
});

const valueOf = (row: InferEntity<typeof EntityRow>): Entity => ({
  project: row.project,
  name: row.name,
  joinKeys: row.joinKeys.map(({ name, dtype }) => ({ name, dtype })),
  description: row.description,
  owner: row.owner ?? null,
  tags: [...row.tags],
  revision: row.revision,
  createdAt: row.createdAt,
});

export async function findEntities(em: EntityManager, project: string, names: readonly string[]): Promise<Entity[]> {
  return (await em.find(EntityRow, { project, name: { $in: [...names] } })).map(valueOf);
}

export async function listEntities(em: EntityManager, project: string, page: PageRequest): Promise<Entity[]> {
  const rows = await em.find(
    EntityRow,
    { project, ...(page.after && { name: { $gt: String(page.after[0]) } }) },
    { orderBy: { name: 'asc' }, limit: page.first + 1 },
  );
  return rows.map(valueOf);
}

export async function saveEntity(em: EntityManager, entity: Entity): Promise<void> {
  await em.upsert(EntityRow, { ...entity, joinKeys: [...entity.joinKeys], tags: [...entity.tags] });
}
