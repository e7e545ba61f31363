import { resolve } from 'node:path';
import type { Graph } from '../../../client/graph.ts';
import { DefineEntity, DefineFeatureService, DefineFeatureView, DefineSource } from '../../shared/operations.ts';
import type { HistoryFiles } from '../data/history.ts';
import { ENTITIES, JOIN_KEYS, SERVICE, SOURCES, type Entity } from '../names.ts';
import { ABOUT, VIEWS } from './views.ts';

/** Defining the same once more changes nothing. */
const AGAIN = { repeatable: true };
const LABELS = { owner: 'fraud', tags: ['example', 'synthetic'] };

/** What the product calls what was defined. */
export interface Defined {
  readonly views: readonly string[];
  readonly service: string;
}

/** Entities, sources, views and the service. */
export async function define(graph: Graph, files: HistoryFiles): Promise<Defined> {
  const entities = new Map<Entity, string>();
  for (const entity of Object.keys(ENTITIES) as Entity[]) {
    const input = {
      name: ENTITIES[entity],
      description: ABOUT[entity],
      joinKeys: [{ name: JOIN_KEYS[entity], dtype: 'STRING' as const }],
      ...LABELS,
    };
    entities.set(entity, (await graph.field(DefineEntity, { input }, AGAIN)).entity.id);
  }
  const sources = new Map<string, string>();
  for (const [kind, { description, path }] of Object.entries(sourcesOf(files))) {
    const input = {
      name: SOURCES[kind as keyof typeof SOURCES],
      description,
      path: resolve(path),
      eventColumn: 'event_time',
      createdColumn: 'created',
      ...LABELS,
    };
    sources.set(kind, (await graph.field(DefineSource, { input }, AGAIN)).source.id);
  }
  const views: string[] = [];
  for (const { entity, source, ...view } of VIEWS) {
    const input = {
      ...view,
      entity: entities.get(entity) ?? '',
      source: sources.get(source) ?? '',
      ...(source !== 'profiles' && { eventIdColumn: 'txn_id' }),
      ...LABELS,
    };
    views.push((await graph.field(DefineFeatureView, { input }, AGAIN)).featureView.id);
  }
  const input = {
    name: SERVICE,
    description: 'What is known of account, card, device and merchant when a payment is asked about. Synthetic.',
    ...LABELS,
    views: views.map((view) => ({ view })),
  };
  const { featureService } = await graph.field(DefineFeatureService, { input }, AGAIN);
  return { views, service: featureService.id };
}

const sourcesOf = (files: HistoryFiles): Record<keyof typeof SOURCES, { description: string; path: string }> => ({
  payments: { description: 'Payments with cards, as they are made. Synthetic.', path: files.payments },
  reports: { description: 'Payments that were reported as frauds, when they were. Synthetic.', path: files.reports },
  profiles: { description: 'Customers and where they live. Synthetic.', path: files.profiles },
});
