import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../core/errors.ts';
import { digestOf } from '../shared/audit/canonical-json.ts';
import type { Database } from '../shared/database/database.ts';
import type { RequestContext } from '../shared/graphql/request-context.ts';
import { plain, recordChange, type Changed } from './changes.ts';
import { entityEvent, serviceEvent, sourceEvents, viewEvents } from './domain/asset-event.ts';
import { defineEntity, type Entity, type EntityWish } from './domain/entity.ts';
import { defineFeatureService, type FeatureService, type FeatureServiceWish } from './domain/feature-service.ts';
import { defineFeatureView, type FeatureView, type FeatureViewWish } from './domain/feature-view.ts';
import { entityId, nameOf, pinOf, serviceId, sourceId, viewId, type Pin } from './domain/id.ts';
import { defineSource, type Source, type SourceWish } from './domain/source.ts';
import { lockDefinitions } from './storage/definition-lock.ts';
import { findEntities, saveEntity } from './storage/entity.ts';
import { findServices, saveService } from './storage/feature-service.ts';
import { findViews, saveView, viewsOn } from './storage/feature-view.ts';
import type { SourceFiles } from './storage/source-files.ts';
import { findSources, saveSource } from './storage/source.ts';

export interface DefinitionsDeps {
  readonly db: Database;
  readonly files: SourceFiles;
  readonly now: () => Date;
}

export type FeatureViewRequest = FeatureViewWish & { readonly entity: string; readonly source: string };

export interface FeatureServiceRequest extends Omit<FeatureServiceWish, 'views'> {
  readonly views: readonly { readonly view: string; readonly features?: readonly string[] | null | undefined }[];
}

interface Definition<T> {
  readonly before: T | null;
  readonly after: T;
}

const idOf = ({ name, version }: { name: string; version: number }): string => `${name}@${version}`;

/** Whether a definition only said again what stands, its revision aside. */
const isSame = (before: object, after: object): boolean =>
  digestOf(plain({ ...before, revision: 0 })) === digestOf(plain({ ...after, revision: 0 }));

/** What the definitions can do: one method per mutation, each one transaction. Defining the same twice changes nothing. */
export class Definitions {
  readonly #deps: DefinitionsDeps;

  constructor(deps: DefinitionsDeps) {
    this.#deps = deps;
  }

  defineEntity(by: RequestContext, wish: EntityWish): Promise<Changed<Entity>> {
    const { project } = by.actor;
    return this.#change(by, 'entity', saveEntity, async (em, at) => {
      const [before = null] = await findEntities(em, project, [wish.name]);
      const usedBy = (await viewsOn(em, project, { entity: wish.name })).map(idOf);
      const after = defineEntity(project, before, wish, usedBy, at);
      return { before, after, subject: entityId(project, after.name), events: [entityEvent(after, at)] };
    });
  }

  /** Reads the columns from the files first: what is stored is what was there. */
  async defineSource(by: RequestContext, wish: SourceWish): Promise<Changed<Source>> {
    const { project } = by.actor;
    const columns = await this.#deps.files.columns(await this.#deps.files.find(wish.path));
    return this.#change(by, 'source', saveSource, async (em, at) => {
      const [before = null] = await findSources(em, project, [wish.name]);
      const needed = (await viewsOn(em, project, { source: wish.name })).flatMap((view) =>
        columnsReadBy(view).map((column) => ({ view: idOf(view), column })),
      );
      const after = defineSource(project, before, wish, columns, needed, at);
      return { before, after, subject: sourceId(project, after.name), events: sourceEvents(after, before, at) };
    });
  }

  defineFeatureView(by: RequestContext, wish: FeatureViewRequest): Promise<Changed<FeatureView>> {
    const { project } = by.actor;
    return this.#change(by, 'feature-view', saveView, async (em, at) => {
      const [entity] = await findEntities(em, project, [nameOf(project, 'entity', wish.entity, 'entity')]);
      const [source] = await findSources(em, project, [nameOf(project, 'source', wish.source, 'source')]);
      if (!entity) throw missing('entity', wish.entity);
      if (!source) throw missing('source', wish.source);
      const [before = null] = await findViews(em, project, [{ name: wish.name, version: null }]);
      const after = defineFeatureView(project, before, wish, entity, source, at);
      const subject = viewId(project, after.name, after.version);
      return { before, after, subject, events: viewEvents(after, at) };
    });
  }

  defineFeatureService(by: RequestContext, wish: FeatureServiceRequest): Promise<Changed<FeatureService>> {
    const { project } = by.actor;
    return this.#change(by, 'feature-service', saveService, async (em, at) => {
      const pins = wish.views.map(({ view }, i) => pinOf(project, 'feature-view', view, `views.${i}.view`));
      const found = await findViews(em, project, pins);
      const views = wish.views.map(({ view, features }, i) => ({
        view: pickView(found, pins[i], view, `views.${i}.view`),
        features,
      }));
      const [before = null] = await findServices(em, project, [{ name: wish.name, version: null }]);
      const after = defineFeatureService(project, before, { ...wish, views }, at);
      const events = [
        serviceEvent(
          after,
          views.map(({ view }) => view),
          at,
        ),
      ];
      return { before, after, subject: serviceId(project, after.name, after.version), events };
    });
  }

  /** Lock, decide, save, record. */
  #change<T extends { readonly revision: number }>(
    by: RequestContext,
    noun: string,
    save: (em: EntityManager, value: T) => Promise<void>,
    decide: (
      em: EntityManager,
      at: Date,
    ) => Promise<Definition<T> & { subject: string; events: Parameters<typeof recordChange>[2]['events'] }>,
  ): Promise<Changed<T>> {
    return this.#deps.db.transaction(async (em) => {
      await lockDefinitions(em, by.actor.project);
      const at = this.#deps.now();
      const { before, after, subject, events } = await decide(em, at);
      if (before && isSame(before, after)) return { value: before, eventCursor: null };
      await save(em, after);
      const action = `${noun}.defined`;
      const eventCursor = await recordChange(em, by, { action, subject, at, before, after, events });
      return { value: after, eventCursor };
    });
  }
}

function columnsReadBy(view: FeatureView): string[] {
  const { joinKeys, features, eventColumn, createdColumn } = view;
  return [
    ...joinKeys.map(({ name }) => name),
    ...features.map(({ column }) => column),
    eventColumn,
    ...(createdColumn === null ? [] : [createdColumn]),
  ];
}

/** The view that a pin names; the newest version where it floats. */
export function pickView(
  found: readonly FeatureView[],
  pin: Pin | undefined,
  text: string,
  field: string,
): FeatureView {
  const view = found
    .filter(({ name, version }) => name === pin?.name && (pin.version === null || pin.version === version))
    .toSorted((a, b) => b.version - a.version)[0];
  if (!view) throw missing(field, text);
  return view;
}

const missing = (field: string, text: string): DomainError =>
  new DomainError('NOT_FOUND', `${field}: there is no ${text} here`, { field });
