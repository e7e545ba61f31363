import { resolve } from 'node:path';
import type { Graph } from '../../../client/graph.ts';
import { DELAYS_TTL_MINUTES } from '../data/feature-matrix.ts';
import type { Side } from '../data/delay-rows.ts';
import type { DataFiles } from '../data/prepare.ts';
import { ENTITIES, SERVICE, VIEWS } from '../names.ts';
import { DefineEntity, DefineFeatureService, DefineFeatureView, DefineSource } from '../../shared/operations.ts';

/** Defining the same once more changes nothing. */
const AGAIN = { repeatable: true };

/** What the product calls what was defined. */
export interface Defined {
  readonly views: Readonly<Record<Side, string>>;
  readonly service: string;
}

/**
 * Entities, sources, views and the service. Origin and destination are two entities, though both are airports: one request
 * names both, and reads the late share of each under its own join key.
 */
export async function define(graph: Graph, files: DataFiles): Promise<Defined> {
  const views = {
    origin: await defineView(graph, 'origin', { name: VIEWS.origin.name, path: files.originDelays }),
    destination: await defineView(graph, 'destination', {
      name: VIEWS.destination.name,
      path: files.destinationDelays,
    }),
  };
  const { featureService } = await graph.field(
    DefineFeatureService,
    {
      input: {
        name: SERVICE,
        description: 'What is known of both airports at push-back.',
        owner: 'flights',
        views: [views.origin, views.destination].map((view) => ({ view, features: ['late_share_3h'] })),
      },
    },
    AGAIN,
  );
  return { views, service: featureService.id };
}

const ABOUT: Readonly<Record<Side, { readonly entity: string; readonly flights: string }>> = {
  origin: { entity: 'The airport that a flight leaves.', flights: 'flights that left it' },
  destination: { entity: 'The airport that a flight is bound for.', flights: 'flights bound for it' },
};

/** A view of one side's late shares, with its entity and source. */
export async function defineView(
  graph: Graph,
  side: Side,
  { name, path }: { readonly name: string; readonly path: string },
): Promise<string> {
  const { joinKey } = VIEWS[side];
  const labels = { owner: 'flights', tags: ['example'] };
  const { entity } = await graph.field(
    DefineEntity,
    {
      input: {
        name: ENTITIES[side],
        description: ABOUT[side].entity,
        joinKeys: [{ name: joinKey, dtype: 'STRING' }],
        ...labels,
      },
    },
    AGAIN,
  );
  const { source } = await graph.field(
    DefineSource,
    {
      input: {
        name,
        description: `Hourly late shares of the ${ABOUT[side].flights}, and their corrections.`,
        path: resolve(path),
        eventColumn: 'event_time',
        createdColumn: 'created',
        ...labels,
      },
    },
    AGAIN,
  );
  const { featureView } = await graph.field(
    DefineFeatureView,
    {
      input: {
        name,
        description: `What became known of the ${ABOUT[side].flights} in the last three hours.`,
        entity: entity.id,
        source: source.id,
        ttlSeconds: DELAYS_TTL_MINUTES * 60,
        features: [
          { name: 'late_share_3h', description: 'Share of those that came late; null of none.' },
          { name: 'flights_3h', description: 'How many they were.' },
        ],
        ...labels,
      },
    },
    AGAIN,
  );
  return featureView.id;
}
