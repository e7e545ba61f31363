import type { Entity, EntityInput } from './entity.ts';
import type { EventStream, EventStreamInput } from './event-stream.ts';
import type { FeatureNetwork, FeatureNetworkInput } from './feature-network.ts';
import type { FeatureService, FeatureServiceInput } from './feature-service.ts';
import type { Feature, FeatureInput, FeatureView, FeatureViewInput } from './feature-view.ts';
import type { FeatureWindow, FeatureWindowInput } from './feature-window.ts';
import type { Labels, LabelsInput } from './labels.ts';
import type { Source, SourceInput } from './source.ts';

// Each noun in the words of its input, what is empty left out. Defining it with them again changes nothing.

const labelsAsInput = ({ description, owner, tags }: Labels): LabelsInput => ({
  ...(description !== '' && { description }),
  ...(owner !== null && { owner }),
  ...(tags.length > 0 && { tags }),
});

export const entityAsInput = ({ name, joinKeys, ...labels }: Entity): EntityInput => ({
  name,
  joinKeys,
  ...labelsAsInput(labels),
});

export const sourceAsInput = (source: Source): SourceInput => ({
  name: source.name,
  path: source.path,
  eventColumn: source.eventColumn,
  ...(source.createdColumn !== null && { createdColumn: source.createdColumn }),
  assumeUtc: source.assumeUtc,
  ...labelsAsInput(source),
});

/** The created column is always there: a view without one differs from a view that leaves it to its source. */
export const viewAsInput = (view: FeatureView): FeatureViewInput => ({
  name: view.name,
  entity: view.entity,
  source: view.source,
  ttlSeconds: view.ttlSeconds,
  eventColumn: view.eventColumn,
  createdColumn: view.createdColumn,
  ...(view.eventIdColumn !== null && { eventIdColumn: view.eventIdColumn }),
  features: view.features.map(featureAsInput),
  ...labelsAsInput(view),
});

const featureAsInput = ({ name, column, dtype, window, network, description }: Feature): FeatureInput => ({
  name,
  ...(column !== null && { column }),
  dtype,
  ...(window && { window: windowAsInput(window) }),
  ...(network && { network: networkAsInput(network) }),
  ...(description !== '' && { description }),
});

const windowAsInput = ({ function: name, windowSeconds, hopSeconds, where }: FeatureWindow): FeatureWindowInput => ({
  function: name,
  windowSeconds,
  hopSeconds,
  ...(where && {
    where: {
      ...(where.column !== null && { column: where.column, oneOf: where.oneOf }),
      ...(where.hours.length > 0 && { hours: where.hours, utcOffsetMinutes: where.utcOffsetMinutes }),
    },
  }),
});

const networkAsInput = ({ bad, ...network }: FeatureNetwork): FeatureNetworkInput => ({
  function: network.function,
  through: network.through,
  windowSeconds: network.windowSeconds,
  hopSeconds: network.hopSeconds,
  limit: network.limit,
  ...(bad && { bad: { column: bad.column, oneOf: bad.oneOf, windowSeconds: bad.windowSeconds } }),
});

export const serviceAsInput = ({ name, views, ...labels }: FeatureService): FeatureServiceInput => ({
  name,
  views: views.map(({ view, version, features }) => ({ view: `${view}@${version}`, features })),
  ...labelsAsInput(labels),
});

export const streamAsInput = (stream: EventStream): EventStreamInput => ({
  name: stream.name,
  source: stream.source,
  brokers: stream.brokers,
  topic: stream.topic,
  group: stream.group,
  start: stream.start,
  ...(stream.fields.length > 0 && { fields: stream.fields }),
  ...labelsAsInput(stream),
});
