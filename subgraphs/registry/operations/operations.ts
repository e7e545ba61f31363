import { Approvals } from './approvals.ts';
import type { RegistryDeps } from './deps.ts';
import { ModelVersions } from './model-versions.ts';
import { Queries } from './queries.ts';
import { Uploads } from './uploads.ts';

/** Everything that the registry can do, by noun. */
export interface Operations {
  readonly uploads: Uploads;
  readonly versions: ModelVersions;
  readonly approvals: Approvals;
  readonly queries: Queries;
}

export const makeOperations = (deps: RegistryDeps): Operations => ({
  uploads: new Uploads(deps),
  versions: new ModelVersions(deps),
  approvals: new Approvals(deps),
  queries: new Queries(deps),
});
