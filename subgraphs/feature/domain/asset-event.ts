import type { AssetEventInput } from '../../../schema/event.ts';
import type { Entity } from './entity.ts';
import type { EventStream } from './event-stream.ts';
import type { FeatureService } from './feature-service.ts';
import type { FeatureView } from './feature-view.ts';
import {
  columnUrn,
  entityUrn,
  eventStreamUrn,
  featureUrn,
  serviceUrn,
  sourceUrn,
  trainingSetUrn,
  viewUrn,
} from './ids.ts';
import { columnsReadByFeature } from './log-column.ts';
import type { Materialization } from './materialization.ts';
import { nativeTypeOf } from './source-column.ts';
import type { Source } from './source.ts';
import type { Spine, TrainingSet } from './training-set.ts';

/** What search and lineage are told of each definition: full snapshots, with edges from what it comes from. */

export const entityEvent = (entity: Entity, at: Date): AssetEventInput => ({
  urn: entityUrn.format(entity),
  kind: 'entity',
  project: entity.project,
  revision: entity.revision,
  at: at.toISOString(),
  asset: { name: entity.name, description: entity.description, owner: entity.owner, tags: [...entity.tags] },
  data: { joinKeys: entity.joinKeys },
});

/** The source and its columns; columns that `before` had and that are gone are said to be deleted. Its streams come before it. */
export function sourceEvents(
  source: Source,
  before: Source | null,
  streams: readonly EventStream[],
  at: Date,
): AssetEventInput[] {
  const { project, name, description, owner, tags, revision } = source;
  const urn = sourceUrn.format(source);
  const base = { project, revision, at: at.toISOString() };
  const lost = (before?.columns ?? []).filter((old) => !source.columns.some((column) => column.name === old.name));
  const columnEvent = (column: string, nativeType: string, deleted: boolean): AssetEventInput => ({
    ...base,
    urn: columnUrn.format({ project, source: name, column }),
    kind: 'column',
    deleted,
    asset: { name: column, owner, upstream: [{ urn, relation: 'DERIVED_FROM' }] },
    data: { source: urn, nativeType },
  });
  return [
    ...source.columns.map((column) => columnEvent(column.name, nativeTypeOf(column), false)),
    ...lost.map((column) => columnEvent(column.name, nativeTypeOf(column), true)),
    {
      ...base,
      urn,
      kind: 'source',
      asset: {
        name,
        description,
        owner,
        tags: [...tags],
        upstream: streams.map((stream) => ({ urn: eventStreamUrn.format(stream), relation: 'DERIVED_FROM' as const })),
      },
      data: { path: source.path, eventColumn: source.eventColumn, createdColumn: source.createdColumn },
    },
  ];
}

export const streamEvent = (stream: EventStream, at: Date): AssetEventInput => ({
  urn: eventStreamUrn.format(stream),
  kind: 'event-stream',
  project: stream.project,
  revision: stream.revision,
  at: at.toISOString(),
  asset: { name: stream.name, description: stream.description, owner: stream.owner, tags: [...stream.tags] },
  data: { topic: stream.topic, brokers: stream.brokers, group: stream.group, state: stream.state },
});

/**
 * The view version and its features; after a load, with what it brought. A view comes from its entity and from the columns
 * of keys and times, a feature from its column and its view: so what nobody reads has nothing behind it.
 */
export function viewEvents(view: FeatureView, at: Date, loaded?: Materialization): AssetEventInput[] {
  const { project, name, version, owner, tags, revision } = view;
  const urn = viewUrn.format(view);
  const base = { project, revision, at: at.toISOString() };
  const from = (column: string) => ({
    urn: columnUrn.format({ project, source: view.source, column }),
    relation: 'DERIVED_FROM' as const,
  });
  const entity = entityUrn.format({ project, name: view.entity });
  const keys = view.joinKeys.map((key) => key.name);
  const whenAndWhose = [...keys, view.eventColumn, view.createdColumn, view.eventIdColumn];
  const columns = [...new Set(whenAndWhose)].filter((column) => column !== null);
  return [
    ...view.features.map((feature): AssetEventInput => ({
      ...base,
      urn: featureUrn.format({ project, name, version, feature: feature.name }),
      kind: 'feature',
      asset: {
        name: feature.name,
        description: feature.description,
        owner,
        tags: [...tags],
        upstream: [...columnsReadByFeature(feature).map(from), { urn, relation: 'CONTAINS' }],
      },
      data: {
        dtype: feature.dtype,
        view: urn,
        column: feature.column,
        window: feature.window,
        network: feature.network,
      },
    })),
    {
      ...base,
      urn,
      kind: 'feature-view',
      asset: {
        name,
        description: view.description,
        owner,
        tags: [...tags],
        upstream: [{ urn: entity, relation: 'READS' }, ...columns.map(from)],
      },
      data: {
        version,
        entity,
        joinKeys: view.joinKeys,
        source: sourceUrn.format({ project, name: view.source }),
        ttlMs: view.ttlSeconds * 1_000,
        ...(loaded && {
          lastLoad: {
            to: loaded.to.toISOString(),
            finishedAt: loaded.finishedAt?.toISOString() ?? null,
            rowsWritten: loaded.rowsWritten,
          },
        }),
      },
    },
  ];
}

/** The service version; its data is what a release freezes. */
export function serviceEvent(service: FeatureService, views: readonly FeatureView[], at: Date): AssetEventInput {
  const { project, name, version } = service;
  const snapshot = service.views.flatMap((pin) => {
    const view = views.find((one) => one.name === pin.view && one.version === pin.version);
    if (!view) return [];
    return [
      {
        view: viewUrn.format(view),
        name: view.name,
        version: view.version,
        joinKeys: view.joinKeys,
        ttlMs: view.ttlSeconds * 1_000,
        features: pin.features.map((feature) => ({
          name: feature,
          dtype: view.features.find((one) => one.name === feature)?.dtype,
          feature: featureUrn.format({ ...view, feature }),
        })),
      },
    ];
  });
  return {
    urn: serviceUrn.format(service),
    kind: 'feature-service',
    project,
    revision: service.revision,
    at: at.toISOString(),
    asset: {
      name,
      description: service.description,
      owner: service.owner,
      tags: [...service.tags],
      upstream: snapshot.flatMap(({ view, features }) => [
        { urn: view, relation: 'READS' as const },
        ...features.map(({ feature }) => ({ urn: feature, relation: 'READS' as const })),
      ]),
    },
    data: { version, views: snapshot },
  };
}

export const trainingSetEvent = ({ project, key, manifest, createdAt }: TrainingSet): AssetEventInput => ({
  urn: trainingSetUrn.format({ project, key }),
  kind: 'training-set',
  project,
  revision: 1,
  at: createdAt.toISOString(),
  asset: {
    name: key,
    upstream: [manifest.service, ...spineUrns(project, manifest.spine)].map((urn) => ({
      urn,
      relation: 'DERIVED_FROM',
    })),
  },
  data: {
    service: manifest.service,
    rows: manifest.rows,
    contentHash: manifest.contentHash,
    knownAt: manifest.knownAt,
    columns: manifest.columns.map(({ name, dtype }) => ({ name, dtype })),
  },
});

/** The views whose events its rows are, and the features that are their labels. */
const spineUrns = (project: string, { events }: Spine): string[] =>
  (events?.log ?? []).flatMap(({ view }) => [
    view,
    ...(events?.labels ?? []).map((feature) =>
      featureUrn.format({ ...viewUrn.parse(project, view, 'manifest'), feature }),
    ),
  ]);
