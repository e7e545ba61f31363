import { DomainError } from '../../../core/errors.ts';
import type { Definition } from '../../shared/definitions/definition.ts';
import { entityAsInput, serviceAsInput, sourceAsInput, streamAsInput, viewAsInput } from '../domain/as-input.ts';
import { entityEvent, serviceEvent, sourceEvents, streamEvent, viewEvents } from '../domain/asset-event.ts';
import { defineEntity, type Entity, type EntityInput } from '../domain/entity.ts';
import { checkBrokers, defineEventStream, type EventStream, type EventStreamInput } from '../domain/event-stream.ts';
import { defineFeatureService, type FeatureService, type FeatureServiceInput } from '../domain/feature-service.ts';
import {
  columnsReadBy,
  defineFeatureView,
  pickView,
  type FeatureView,
  type FeatureViewInput,
} from '../domain/feature-view.ts';
import { entityUrn, eventStreamUrn, serviceUrn, sourceUrn, viewUrn } from '../domain/ids.ts';
import type { SourceColumn } from '../domain/source-column.ts';
import { defineSource, type Source, type SourceInput } from '../domain/source.ts';
import { lockDefinitions } from '../storage/definition-lock.ts';
import { findEntities, saveEntity } from '../storage/entity.ts';
import { findStreams, saveStream, streamsInto } from '../storage/event-stream.ts';
import { findServices, saveService } from '../storage/feature-service.ts';
import { findViews, saveView, viewsOn } from '../storage/feature-view.ts';
import { findSources, saveSource } from '../storage/source.ts';

const missing = (field: string, id: string): DomainError =>
  new DomainError('NOT_FOUND', `${field}: there is no ${id} here`, { field });

export function entityDefinition(project: string, input: EntityInput): Definition<Entity> {
  return {
    action: 'entity.define',
    subject: entityUrn.format({ project, name: input.name }),
    idOf: (noun) => entityUrn.format(noun),
    asInput: entityAsInput,
    decide: async (em, at) => {
      await lockDefinitions(em, project);
      const [before = null] = await findEntities(em, project, [input.name]);
      const usedBy = await viewsOn(em, project, { entity: input.name });
      return { before, after: defineEntity(project, before, input, usedBy, at) };
    },
    save: async (em, { after }, at) => {
      await saveEntity(em, after);
      return [entityEvent(after, at)];
    },
  };
}

/** `columns` are those that its files have now. */
export function sourceDefinition(
  project: string,
  input: SourceInput,
  columns: readonly SourceColumn[],
): Definition<Source> {
  return {
    action: 'source.define',
    subject: sourceUrn.format({ project, name: input.name }),
    idOf: (noun) => sourceUrn.format(noun),
    asInput: sourceAsInput,
    decide: async (em, at) => {
      await lockDefinitions(em, project);
      const [before = null] = await findSources(em, project, [input.name]);
      const needed = (await viewsOn(em, project, { source: input.name })).flatMap(columnsReadBy);
      return { before, after: defineSource(project, before, input, columns, needed, at) };
    },
    save: async (em, { before, after }, at) => {
      await saveSource(em, after);
      return sourceEvents(after, before, await streamsInto(em, project, after.name), at);
    },
  };
}

export function viewDefinition(project: string, input: FeatureViewInput): Definition<FeatureView> {
  return {
    action: 'feature-view.define',
    subject: viewUrn.format({ project, name: input.name, version: null }),
    idOf: (noun) => viewUrn.format(noun),
    asInput: viewAsInput,
    decide: async (em, at) => {
      await lockDefinitions(em, project);
      const [entity] = await findEntities(em, project, [entityUrn.parse(project, input.entity, 'entity').name]);
      const [source] = await findSources(em, project, [sourceUrn.parse(project, input.source, 'source').name]);
      if (!entity) throw missing('entity', input.entity);
      if (!source) throw missing('source', input.source);
      const [before = null] = await findViews(em, project, [{ name: input.name, version: null }]);
      return { before, after: defineFeatureView(project, before, input, entity, source, at) };
    },
    save: async (em, { after }, at) => {
      await saveView(em, after);
      return viewEvents(after, at);
    },
  };
}

export function serviceDefinition(project: string, input: FeatureServiceInput): Definition<FeatureService> {
  const pins = input.views.map(({ view }, i) => viewUrn.parse(project, view, `views.${i}.view`));
  return {
    action: 'feature-service.define',
    subject: serviceUrn.format({ project, name: input.name, version: null }),
    idOf: (noun) => serviceUrn.format(noun),
    asInput: serviceAsInput,
    decide: async (em, at) => {
      await lockDefinitions(em, project);
      const found = await findViews(em, project, pins);
      const views = input.views.map(({ view, features }, i) => ({
        view: pickView(found, pins[i], view, `views.${i}.view`),
        features,
      }));
      const [before = null] = await findServices(em, project, [{ name: input.name, version: null }]);
      return { before, after: defineFeatureService(project, before, { ...input, views }, at) };
    },
    save: async (em, { after }, at) => {
      await saveService(em, after);
      const read = await findViews(
        em,
        project,
        after.views.map(({ view, version }) => ({ name: view, version })),
      );
      return [serviceEvent(after, read, at)];
    },
  };
}

/** `brokers` are those that the settings allow. A new stream is something that its source comes from, so the source is told of anew. */
export function streamDefinition(
  project: string,
  input: EventStreamInput,
  brokers: readonly string[],
): Definition<EventStream> {
  checkBrokers(input.brokers, brokers);
  return {
    action: 'event-stream.define',
    subject: eventStreamUrn.format({ project, name: input.name }),
    idOf: (noun) => eventStreamUrn.format(noun),
    asInput: streamAsInput,
    decide: async (em, at) => {
      await lockDefinitions(em, project);
      const [source] = await findSources(em, project, [sourceUrn.parse(project, input.source, 'source').name]);
      if (!source) throw missing('source', input.source);
      const [before = null] = await findStreams(em, project, [input.name]);
      return { before, after: defineEventStream(project, before, input, source, at) };
    },
    save: async (em, { before, after }, at) => {
      await saveStream(em, after);
      const [source] = before ? [] : await findSources(em, project, [after.source]);
      if (!source) return [streamEvent(after, at)];
      const fed = { ...source, revision: source.revision + 1 };
      await saveSource(em, fed);
      const streams = await streamsInto(em, project, source.name);
      return [
        ...sourceEvents(fed, source, streams, at).filter(({ kind }) => kind === 'source'),
        streamEvent(after, at),
      ];
    },
  };
}
