import { urnIn } from '../../../../core/urn-grammar.ts';
import type { UrnKind } from '../../../../core/urn.ts';
import type { Change } from '../../../shared/events/changes.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { deploymentUrn, modelUrn, versionUrn } from '../../domain/ids.ts';
import type { RegistryDeps } from '../deps.ts';

interface After {
  readonly after?: string | null | undefined;
}

export interface AssetChangesInput extends After {
  /** Only these kinds; all where there are none. */
  readonly kinds?: readonly UrnKind[] | null | undefined;
}

export interface DeploymentChangesInput extends After {
  /** Only this one. */
  readonly id?: string | null | undefined;
}

export interface ModelVersionChangesInput extends After {
  /** Only versions of this model. */
  readonly model?: string | null | undefined;
}

/** What changes, as it changes: assets of all subgraphs, and the registry's own nouns. */
export class Listening {
  readonly #changes: RegistryDeps['changes'];

  constructor({ changes }: Pick<RegistryDeps, 'changes'>) {
    this.#changes = changes;
  }

  assets(context: RequestContext, { after, kinds }: AssetChangesInput): AsyncGenerator<Change> {
    return this.#changes.all.follow(context, { after, matches: ({ kind }) => !kinds || kinds.includes(kind) });
  }

  deployments(context: RequestContext, { after, id }: DeploymentChangesInput): AsyncGenerator<Change> {
    const only = optional(id, (given) => urnIn(deploymentUrn, context.actor.project, given, 'id'));
    return this.#changes.own.follow(context, {
      after,
      matches: ({ kind, urn }) => kind === 'deployment' && (only === undefined || urn === only),
    });
  }

  modelVersions(context: RequestContext, { after, model }: ModelVersionChangesInput): AsyncGenerator<Change> {
    const { project } = context.actor;
    const only = optional(model, (given) => modelUrn.parse(project, given, 'model').name);
    return this.#changes.own.follow(context, {
      after,
      matches: ({ kind, urn }) =>
        kind === 'model-version' && (only === undefined || versionUrn.parse(project, urn, 'id').model === only),
    });
  }
}

const optional = <T>(given: string | null | undefined, read: (given: string) => T): T | undefined =>
  given === null || given === undefined ? undefined : read(given);
