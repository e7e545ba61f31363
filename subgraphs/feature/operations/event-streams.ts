import { DomainError } from '../../../core/errors.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { change, type ChangeDeps, type Changed } from '../../shared/operations/change.ts';
import { streamEvent } from '../domain/asset-event.ts';
import type { EventStream, StreamState } from '../domain/event-stream.ts';
import { eventStreamUrn } from '../domain/ids.ts';
import { lockDefinitions } from '../storage/definition-lock.ts';
import { findStreams, saveStream } from '../storage/event-stream.ts';

export interface SetStreamStateInput {
  readonly stream: string;
  readonly state: StreamState;
}

/** Topics that bring events to sources: run, paused and stopped. Whoever reads them looks each second. */
export class EventStreams {
  readonly #deps: ChangeDeps;

  constructor(deps: ChangeDeps) {
    this.#deps = deps;
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
