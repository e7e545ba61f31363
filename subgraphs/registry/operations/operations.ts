import { Listening } from './catalogue/listening.ts';
import { AssetNotes } from './catalogue/asset-notes.ts';
import { SavedSearches } from './catalogue/saved-searches.ts';
import { Approvals } from './version/approvals.ts';
import { Audit } from './audit/audit.ts';
import { Checkpoints } from './audit/checkpoints.ts';
import type { RegistryDeps } from './deps.ts';
import { Discovery } from './catalogue/discovery.ts';
import type { IndexState } from './catalogue/lineage-question.ts';
import { LineageIntake } from './openlineage/lineage-intake.ts';
import { Lineages } from './catalogue/lineages.ts';
import { DryRuns } from './serving/dry-runs.ts';
import { Endpoints } from './serving/endpoints.ts';
import type { ModelJobs } from './version/model-jobs.ts';
import { ModelVersions } from './version/model-versions.ts';
import { Permissions } from './people/permissions.ts';
import { BreakGlasses } from './governance/break-glasses.ts';
import { Dossiers } from './governance/dossiers.ts';
import { KillSwitch } from './governance/kill-switch.ts';
import { Reminders } from './governance/reminders.ts';
import { StandingApprovals } from './governance/standing-approvals.ts';
import { TierPolicies } from './governance/tier-policies.ts';
import { Queries } from './version/queries.ts';
import { ReleaseApprovals } from './serving/release-approvals.ts';
import { Releases } from './serving/releases.ts';
import { ServingDefinitions } from './serving/serving-definitions.ts';
import { Serving } from './serving/serving.ts';
import { TesterTokens } from './serving/tester-tokens.ts';
import { Traffic } from './serving/traffic.ts';
import { Uploads } from './version/uploads.ts';
import { NodeKeys } from './node/node-keys.ts';
import { Webhooks } from './webhook/webhooks.ts';

/** Everything that the registry can do, by noun. */
export interface Operations {
  readonly uploads: Uploads;
  readonly versions: ModelVersions;
  readonly approvals: Approvals;
  readonly modelJobs: ModelJobs;
  readonly tierPolicies: TierPolicies;
  readonly breakGlasses: BreakGlasses;
  readonly standingApprovals: StandingApprovals;
  readonly killSwitch: KillSwitch;
  readonly dossiers: Dossiers;
  readonly reminders: Reminders;
  readonly queries: Queries;
  readonly endpoints: Endpoints;
  readonly releases: Releases;
  readonly dryRuns: DryRuns;
  readonly releaseApprovals: ReleaseApprovals;
  readonly traffic: Traffic;
  readonly testerTokens: TesterTokens;
  readonly serving: Serving;
  readonly servingDefinitions: ServingDefinitions;
  readonly discovery: Discovery;
  readonly lineages: Lineages;
  readonly lineageIntake: LineageIntake;
  readonly assetNotes: AssetNotes;
  readonly savedSearches: SavedSearches;
  readonly listening: Listening;
  readonly audit: Audit;
  readonly checkpoints: Checkpoints;
  readonly webhooks: Webhooks;
  readonly nodeKeys: NodeKeys;
  readonly permissions: Permissions;
}

export function makeOperations(deps: RegistryDeps, index: IndexState): Operations {
  const discovery = new Discovery(deps.db, index, deps.now);
  const releases = new Releases(deps);
  const approvals = new Approvals(deps);
  const traffic = new Traffic(deps);
  const audit = new Audit(deps);
  return {
  uploads: new Uploads(deps),
  versions: new ModelVersions(deps),
  approvals,
  modelJobs: deps.modelJobs,
  tierPolicies: new TierPolicies(deps),
    breakGlasses: new BreakGlasses(deps),
    standingApprovals: new StandingApprovals(deps),
    killSwitch: new KillSwitch(deps, { approvals, traffic }),
    dossiers: new Dossiers(deps, audit),
    reminders: new Reminders(deps),
  queries: new Queries(deps),
  endpoints: new Endpoints(deps),
  releases,
  dryRuns: new DryRuns(deps),
  releaseApprovals: new ReleaseApprovals(deps),
  traffic,
  testerTokens: new TesterTokens(deps),
  serving: new Serving(deps),
  discovery,
    lineageIntake: new LineageIntake(deps),
    lineages: new Lineages({ db: deps.db, index, now: deps.now, discovery }),
  servingDefinitions: new ServingDefinitions(deps, releases),
  assetNotes: new AssetNotes(deps),
  savedSearches: new SavedSearches(deps),
  listening: new Listening(deps),
  audit,
  checkpoints: new Checkpoints(deps),
  webhooks: new Webhooks(deps),
    nodeKeys: new NodeKeys(deps),
    permissions: new Permissions(deps),
  };
}
