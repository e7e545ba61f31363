import { DomainError } from '../../../core/errors.ts';
import { digestOf } from '../../shared/audit/canonical-json.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { change, type ChangeDeps, type Changed } from '../../shared/operations/change.ts';
import { sourceEvents, streamEvent } from '../domain/asset-event.ts';
import {
  checkBrokers,
  defineEventStream,
  type EventStream,
  type EventStreamInput,
  type StreamState,
} from '../domain/event-stream.ts';
import { eventStreamUrn, sourceUrn } from '../domain/ids.ts';
import { lockDefinitions } from '../storage/definition-lock.ts';
import { findStreams, saveStream, streamsInto } from '../storage/event-stream.ts';
import { findSources, saveSource } from '../storage/source.ts';

export interface EventStreamsDeps extends ChangeDeps {
  /** The brokers that the settings allow. */
  readonly brokers: readonly string[];
}

export interface SetStreamStateInput {
  readonly stream: string;
  readonly state: StreamState;
}

/** Topics that bring events to sources: defined, run, paused and stopped. Whoever reads them looks each second. */
export class EventStreams {
  readonly #deps: EventStreamsDeps;

  constructor(deps: EventStreamsDeps) {
    this.#deps = deps;
  }

  /** A stream is something that its source comes from, so the source is told of anew. */
  define(context: RequestContext, input: EventStreamInput): Promise<Changed<EventStream>> {
    const { project } = context.actor;
    checkBrokers(input.brokers, this.#deps.brokers);
    const subject = eventStreamUrn.format({ project, name: input.name });
    return change(this.#deps, context, { action: 'event-stream.define', subject }, async (em, at) => {
      await lockDefinitions(em, project);
      const [source] = await findSources(em, project, [sourceUrn.parse(project, input.source, 'source').name]);
      if (!source) throw new DomainError('NOT_FOUND', `source: there is no ${input.source} here`, { field: 'source' });
      const [before = null] = await findStreams(em, project, [input.name]);
      const after = defineEventStream(project, before, input, source, at);
      if (before && digestOf({ ...before, revision: 0 }) === digestOf({ ...after, revision: 0 })) {
        return { value: before, unchanged: true };
      }
      await saveStream(em, after);
      if (before) return { value: after, before, events: [streamEvent(after, at)] };
      const fed = { ...source, revision: source.revision + 1 };
      await saveSource(em, fed);
      const streams = await streamsInto(em, project, source.name);
      const [sourceEvent] = sourceEvents(fed, source, streams, at).filter(({ kind }) => kind === 'source');
      return { value: after, events: [...(sourceEvent ? [sourceEvent] : []), streamEvent(after, at)] };
    });
  }

  setState(context: RequestContext, input: SetStreamStateInput): Promise<Changed<EventStream>> {
    const { project } = context.actor;
    const { name } = eventStreamUrn.parse(project, input.stream, 'stream');
    const subject = eventStreamUrn.format({ project, name });
    return change(this.#deps, context, { action: 'event-stream.set-state', subject }, async (em, at) => {
      await lockDefinitions(em, project);
      const [before] = await findStreams(em, project, [name]);
      if (!before) throw new DomainError('NOT_FOUND', `stream: there is no ${input.stream} here`, { field: 'stream' });
      if (before.state === input.state) return { value: before, unchanged: true };
      const after = { ...before, state: input.state, revision: before.revision + 1 };
      await saveStream(em, after);
      return { value: after, before, events: [streamEvent(after, at)] };
    });
  }
}
