import { applyDefinitions, place, type AppliedDefinitions, type ApplyOptions } from '../../shared/definitions/apply.ts';
import { define, type Definition } from '../../shared/definitions/definition.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { change, type ChangeDeps, type Changed } from '../../shared/operations/change.ts';
import type { Entity, EntityInput } from '../domain/entity.ts';
import type { EventStream, EventStreamInput } from '../domain/event-stream.ts';
import type { FeatureService, FeatureServiceInput } from '../domain/feature-service.ts';
import type { FeatureView, FeatureViewInput } from '../domain/feature-view.ts';
import { columnsOf } from '../domain/source-column.ts';
import type { Source, SourceInput } from '../domain/source.ts';
import type { SourceFiles } from '../storage/source-files.ts';
import { entityDefinition, serviceDefinition, sourceDefinition, streamDefinition, viewDefinition } from './defining.ts';

export interface DefinitionsDeps extends ChangeDeps {
  readonly files: SourceFiles;
  /** The brokers that the settings allow. */
  readonly brokers: readonly string[];
}

/** Definitions of all nouns; what is left out is none. */
export interface DefinitionSet {
  readonly entities?: readonly EntityInput[] | null | undefined;
  readonly sources?: readonly SourceInput[] | null | undefined;
  readonly eventStreams?: readonly EventStreamInput[] | null | undefined;
  readonly featureViews?: readonly FeatureViewInput[] | null | undefined;
  readonly featureServices?: readonly FeatureServiceInput[] | null | undefined;
}

/** What can be defined: one method per noun, each one transaction, and one for many at once. Defining the same twice changes nothing. */
export class Definitions {
  readonly #deps: DefinitionsDeps;

  constructor(deps: DefinitionsDeps) {
    this.#deps = deps;
  }

  defineEntity(context: RequestContext, input: EntityInput): Promise<Changed<Entity>> {
    return this.#define(context, entityDefinition(context.actor.project, input));
  }

  async defineSource(context: RequestContext, input: SourceInput): Promise<Changed<Source>> {
    return this.#define(context, await this.#source(context, input));
  }

  async defineFeatureView(context: RequestContext, input: FeatureViewInput): Promise<Changed<FeatureView>> {
    return this.#define(context, viewDefinition(context.actor.project, input));
  }

  async defineFeatureService(context: RequestContext, input: FeatureServiceInput): Promise<Changed<FeatureService>> {
    return this.#define(context, serviceDefinition(context.actor.project, input));
  }

  async defineEventStream(context: RequestContext, input: EventStreamInput): Promise<Changed<EventStream>> {
    return this.#define(context, streamDefinition(context.actor.project, input, this.#deps.brokers));
  }

  /** All of them in one transaction, in the order in which they build on each other. */
  async apply(context: RequestContext, set: DefinitionSet, options: ApplyOptions): Promise<AppliedDefinitions> {
    const { project } = context.actor;
    const placed = [
      ...(await place('entities', set.entities, (input) => entityDefinition(project, input))),
      ...(await place('sources', set.sources, (input) => this.#source(context, input))),
      ...(await place('eventStreams', set.eventStreams, (input) =>
        streamDefinition(project, input, this.#deps.brokers),
      )),
      ...(await place('featureViews', set.featureViews, (input) => viewDefinition(project, input))),
      ...(await place('featureServices', set.featureServices, (input) => serviceDefinition(project, input))),
    ];
    return applyDefinitions(this.#deps, context, placed, options);
  }

  /** Reads the columns from the files first: what is stored is what was there. */
  async #source({ actor }: RequestContext, input: SourceInput): Promise<Definition<Source>> {
    return sourceDefinition(actor.project, input, columnsOf(await this.#deps.files.find(input.path)));
  }

  #define<Noun extends object>(context: RequestContext, definition: Definition<Noun>): Promise<Changed<Noun>> {
    return change(this.#deps, context, definition, (em, at) => define(em, definition, at));
  }
}
