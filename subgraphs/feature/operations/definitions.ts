import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../core/errors.ts';
import type { AssetEventInput } from '../../../schema/event.ts';
import { digestOf } from '../../shared/audit/canonical-json.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { change, type ChangeDeps, type Changed } from '../../shared/operations/change.ts';
import { entityEvent, serviceEvent, sourceEvents, viewEvents } from '../domain/asset-event.ts';
import { defineEntity, type Entity, type EntityInput } from '../domain/entity.ts';
import { defineFeatureService, type FeatureService, type FeatureServiceInput } from '../domain/feature-service.ts';
import {
  columnsReadBy,
  defineFeatureView,
  pickView,
  type FeatureView,
  type FeatureViewInput,
} from '../domain/feature-view.ts';
import { entityUrn, serviceUrn, sourceUrn, viewUrn } from '../domain/ids.ts';
import { columnsOf } from '../domain/source-column.ts';
import { defineSource, type Source, type SourceInput } from '../domain/source.ts';
import { lockDefinitions } from '../storage/definition-lock.ts';
import { findEntities, saveEntity } from '../storage/entity.ts';
import { streamsInto } from '../storage/event-stream.ts';
import { findServices, saveService } from '../storage/feature-service.ts';
import { findViews, saveView, viewsOn } from '../storage/feature-view.ts';
import type { SourceFiles } from '../storage/source-files.ts';
import { findSources, saveSource } from '../storage/source.ts';

export interface DefinitionsDeps extends ChangeDeps {
  readonly files: SourceFiles;
}

interface Definition<Noun> {
  readonly before: Noun | null;
  readonly after: Noun;
  readonly subject: string;
  readonly events: readonly AssetEventInput[];
}

/** How definitions of one noun are recorded and kept. */
interface Defined<Noun> {
  readonly action: string;
  readonly subject: string;
  readonly save: (em: EntityManager, value: Noun) => Promise<void>;
}

/** Whether a definition only said again what stands, its revision aside. */
const isSame = (before: object, after: object): boolean =>
  digestOf({ ...before, revision: 0 }) === digestOf({ ...after, revision: 0 });

/** What the definitions can do: one method per mutation, each one transaction. Defining the same twice changes nothing. */
export class Definitions {
  readonly #deps: DefinitionsDeps;

  constructor(deps: DefinitionsDeps) {
    this.#deps = deps;
  }

  defineEntity(context: RequestContext, input: EntityInput): Promise<Changed<Entity>> {
    const { project } = context.actor;
    const subject = entityUrn.format({ project, name: input.name });
    return this.#define(context, { action: 'entity.define', subject, save: saveEntity }, async (em, at) => {
      const [before = null] = await findEntities(em, project, [input.name]);
      const usedBy = await viewsOn(em, project, { entity: input.name });
      const after = defineEntity(project, before, input, usedBy, at);
      return { before, after, subject, events: [entityEvent(after, at)] };
    });
  }

  /** Reads the columns from the files first: what is stored is what was there. */
  async defineSource(context: RequestContext, input: SourceInput): Promise<Changed<Source>> {
    const { project } = context.actor;
    const subject = sourceUrn.format({ project, name: input.name });
    const columns = columnsOf(await this.#deps.files.find(input.path));
    return this.#define(context, { action: 'source.define', subject, save: saveSource }, async (em, at) => {
      const [before = null] = await findSources(em, project, [input.name]);
      const needed = (await viewsOn(em, project, { source: input.name })).flatMap(columnsReadBy);
      const after = defineSource(project, before, input, columns, needed, at);
      const streams = await streamsInto(em, project, input.name);
      return { before, after, subject, events: sourceEvents(after, before, streams, at) };
    });
  }

  defineFeatureView(context: RequestContext, input: FeatureViewInput): Promise<Changed<FeatureView>> {
    const { project } = context.actor;
    const subject = viewUrn.format({ project, name: input.name, version: null });
    return this.#define(context, { action: 'feature-view.define', subject, save: saveView }, async (em, at) => {
      const [entity] = await findEntities(em, project, [entityUrn.parse(project, input.entity, 'entity').name]);
      const [source] = await findSources(em, project, [sourceUrn.parse(project, input.source, 'source').name]);
      if (!entity) throw missing('entity', input.entity);
      if (!source) throw missing('source', input.source);
      const [before = null] = await findViews(em, project, [{ name: input.name, version: null }]);
      const after = defineFeatureView(project, before, input, entity, source, at);
      return { before, after, subject: viewUrn.format(after), events: viewEvents(after, at) };
    });
  }

  defineFeatureService(context: RequestContext, input: FeatureServiceInput): Promise<Changed<FeatureService>> {
    const { project } = context.actor;
    const subject = serviceUrn.format({ project, name: input.name, version: null });
    return this.#define(context, { action: 'feature-service.define', subject, save: saveService }, async (em, at) => {
      const pins = input.views.map(({ view }, i) => viewUrn.parse(project, view, `views.${i}.view`));
      const found = await findViews(em, project, pins);
      const views = input.views.map(({ view, features }, i) => ({
        view: pickView(found, pins[i], view, `views.${i}.view`),
        features,
      }));
      const [before = null] = await findServices(em, project, [{ name: input.name, version: null }]);
      const after = defineFeatureService(project, before, { ...input, views }, at);
      const read = views.map(({ view }) => view);
      return { before, after, subject: serviceUrn.format(after), events: [serviceEvent(after, read, at)] };
    });
  }

  /** Lock, decide, save, record. */
  #define<Noun extends object>(
    context: RequestContext,
    { action, subject, save }: Defined<Noun>,
    decide: (em: EntityManager, at: Date) => Promise<Definition<Noun>>,
  ): Promise<Changed<Noun>> {
    return change(this.#deps, context, { action, subject }, async (em, at) => {
      await lockDefinitions(em, context.actor.project);
      const { before, after, ...effect } = await decide(em, at);
      if (before && isSame(before, after)) return { value: before, unchanged: true };
      await save(em, after);
      return { value: after, before, ...effect };
    });
  }
}

const missing = (field: string, id: string): DomainError =>
  new DomainError('NOT_FOUND', `${field}: there is no ${id} here`, { field });
