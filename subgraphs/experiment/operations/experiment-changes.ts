import type { Change, Changes } from '../../shared/events/changes.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { experimentIds } from '../domain/ids.ts';

export interface ExperimentChangesInput {
  readonly after?: string | null | undefined;
  /** Only this one. */
  readonly id?: string | null | undefined;
}

/** Experiments as they start, change and end. */
export class ExperimentChanges {
  readonly #changes: Changes;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  follow(context: RequestContext, { after, id }: ExperimentChangesInput): AsyncGenerator<Change> {
    const { project } = context.actor;
    const only = typeof id === 'string' ? experimentIds.format(experimentIds.parse(project, id, 'id')) : undefined;
    return this.#changes.follow(context, {
      after,
      matches: ({ kind, urn }) => kind === 'experiment' && (only === undefined || urn === only),
    });
  }
}
