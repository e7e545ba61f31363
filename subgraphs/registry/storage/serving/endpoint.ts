import { defineEntity, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { PageRequest } from '../../../shared/paging.ts';
import type { Endpoint } from '../../domain/serving/deployment.ts';
import { plainRow } from '../../../shared/database/plain-row.ts';

export const EndpointRow = defineEntity({
  name: 'Endpoint',
  tableName: 'endpoint',
  primaryKeys: ['project', 'name'],
  properties: {
    project: p.text().primary(),
    name: p.text().primary(),
    description: p.text(),
    owner: p.text().nullable(),
    tags: p.array(),
    revision: p.integer(),
    createdAt: p.datetime(3),
    createdBy: p.text(),
  },
});

export const endpointSql: readonly string[] = [
  `create table endpoint (
     project text not null,
     name text not null,
     description text not null,
     owner text,
     tags text[] not null,
     revision int not null,
     created_at timestamptz(3) not null,
     created_by text not null,
     primary key (project, name)
   )`,
];

const plain = plainRow<Endpoint>;

export async function insertEndpoint(em: EntityManager, endpoint: Endpoint): Promise<void> {
  await em.insert(EndpointRow, { ...endpoint, tags: [...endpoint.tags] });
}

/** Its name, its project and who made it stay. */
export async function saveEndpoint(em: EntityManager, endpoint: Endpoint): Promise<void> {
  const { project, name, description, owner, tags, revision } = endpoint;
  await em.nativeUpdate(EndpointRow, { project, name }, { description, owner, tags: [...tags], revision });
}

export async function findEndpoint(em: EntityManager, project: string, name: string): Promise<Endpoint | undefined> {
  const row = await em.findOne(EndpointRow, { project, name });
  return row ? plain(row) : undefined;
}

export async function findEndpoints(
  em: EntityManager,
  keys: readonly Pick<Endpoint, 'project' | 'name'>[],
): Promise<readonly Endpoint[]> {
  if (keys.length === 0) return [];
  const rows = await em.find(EndpointRow, { $or: keys.map(({ project, name }) => ({ project, name })) });
  return rows.map((row) => plain(row));
}

/** By name, from the one after `after`; one more than asked for. */
export async function listEndpoints(
  em: EntityManager,
  project: string,
  { first, after }: PageRequest,
): Promise<readonly Endpoint[]> {
  const [behind] = after ?? [];
  const rows = await em.find(
    EndpointRow,
    { project, ...(behind !== undefined && { name: { $gt: String(behind) } }) },
    { orderBy: { name: 'asc' }, limit: first + 1 },
  );
  return rows.map((row) => plain(row));
}
