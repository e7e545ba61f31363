import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { PageRequest } from '../../shared/paging.ts';
import type { EventStream, MessageField, StreamStart, StreamState } from '../domain/event-stream.ts';

export const EventStreamRow = defineEntity({
  name: 'EventStream',
  tableName: 'event_stream',
  primaryKeys: ['project', 'name'],
  properties: {
    project: p.text().primary(),
    name: p.text().primary(),
    source: p.text(),
    brokers: p.json<string[]>(),
    topic: p.text(),
    group: p.text().name('consumer_group'),
    start: p.text().name('start_at').$type<StreamStart>(),
    fields: p.json<MessageField[]>(),
    state: p.text().$type<StreamState>(),
    description: p.text(),
    owner: p.text().nullable(),
    tags: p.json<string[]>(),
    revision: p.integer(),
    createdAt: p.datetime(3),
  },
  indexes: [{ name: 'event_stream_source', properties: ['project', 'source'] }],
});

const valueOf = (row: InferEntity<typeof EventStreamRow>): EventStream => ({
  project: row.project,
  name: row.name,
  source: row.source,
  brokers: [...row.brokers],
  topic: row.topic,
  group: row.group,
  start: row.start,
  fields: row.fields.map(({ column, field }) => ({ column, field })),
  state: row.state,
  description: row.description,
  owner: row.owner ?? null,
  tags: [...row.tags],
  revision: row.revision,
  createdAt: row.createdAt,
});

export async function findStreams(
  em: EntityManager,
  project: string,
  names: readonly string[],
): Promise<EventStream[]> {
  return (await em.find(EventStreamRow, { project, name: { $in: [...names] } })).map(valueOf);
}

export async function listStreams(em: EntityManager, project: string, page: PageRequest): Promise<EventStream[]> {
  const rows = await em.find(
    EventStreamRow,
    { project, ...(page.after && { name: { $gt: String(page.after[0]) } }) },
    { orderBy: { name: 'asc' }, limit: page.first + 1 },
  );
  return rows.map(valueOf);
}

/** Those that bring events to a source, by name. */
export async function streamsInto(em: EntityManager, project: string, source: string): Promise<EventStream[]> {
  return (await em.find(EventStreamRow, { project, source }, { orderBy: { name: 'asc' } })).map(valueOf);
}

/** Those of all projects that shall not be stopped. */
export async function activeStreams(em: EntityManager): Promise<EventStream[]> {
  return (await em.find(EventStreamRow, { state: { $ne: 'STOPPED' } })).map(valueOf);
}

export async function saveStream(em: EntityManager, stream: EventStream): Promise<void> {
  const { brokers, fields, tags } = stream;
  await em.upsert(EventStreamRow, { ...stream, brokers: [...brokers], fields: [...fields], tags: [...tags] });
}
