import { Approvals } from './approvals.ts';
import type { RegistryDeps } from './deps.ts';
import { Endpoints } from './endpoints.ts';
import { ModelVersions } from './model-versions.ts';
import { Queries } from './queries.ts';
import { Releases } from './releases.ts';
import { Serving } from './serving.ts';
import { Traffic } from './traffic.ts';
import { Uploads } from './uploads.ts';

/** Everything that the registry can do, by noun. */
export interface Operations {
  readonly uploads: Uploads;
  readonly versions: ModelVersions;
  readonly approvals: Approvals;
  readonly queries: Queries;
  readonly endpoints: Endpoints;
  readonly releases: Releases;
  readonly traffic: Traffic;
  readonly serving: Serving;
}

export const makeOperations = (deps: RegistryDeps): Operations => ({
  uploads: new Uploads(deps),
  versions: new ModelVersions(deps),
  approvals: new Approvals(deps),
  queries: new Queries(deps),
  endpoints: new Endpoints(deps),
  releases: new Releases(deps),
  traffic: new Traffic(deps),
  serving: new Serving(deps),
});
