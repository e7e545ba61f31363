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
import { FeatureSnapshots } from './serving/feature-snapshots.ts';
import type { ModelJobs } from './version/model-jobs.ts';
import { ModelVersions } from './version/model-versions.ts';
import { Inbox } from './people/inbox.ts';
import { Permissions } from './people/permissions.ts';
import { BreakGlasses } from './governance/break-glasses.ts';
import { Dossiers } from './governance/dossiers.ts';
import { KillSwitch } from './governance/kill-switch.ts';
import { PolicyPresets } from './governance/policy-presets.ts';
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
import { Aliases } from './version/aliases.ts';
import { RegisteredModels } from './version/registered-models.ts';
import { RegisteredViews } from './version/registered-views.ts';
import { RunRegistrations } from './version/run-registrations.ts';
import { Stages } from './version/stages.ts';
import { UnusedBlobs } from './version/unused-blobs.ts';
import { Artifacts } from './tracking/artifacts.ts';
import { LoggedModels } from './tracking/logged-models.ts';
import { RunGroups } from './tracking/run-groups.ts';
import { TrainingRuns } from './tracking/training-runs.ts';
import { NodeKeys } from './node/node-keys.ts';
import { Webhooks } from './webhook/webhooks.ts';

/** Everything that the registry can do, by noun. */
export interface Operations {
  readonly uploads: Uploads;
  readonly versions: ModelVersions;
  readonly approvals: Approvals;
  readonly modelJobs: ModelJobs;
  readonly tierPolicies: TierPolicies;
  readonly policyPresets: PolicyPresets;
  readonly breakGlasses: BreakGlasses;
  readonly standingApprovals: StandingApprovals;
  readonly killSwitch: KillSwitch;
  readonly dossiers: Dossiers;
  readonly reminders: Reminders;
  readonly queries: Queries;
  readonly endpoints: Endpoints;
  readonly featureSnapshots: FeatureSnapshots;
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
  readonly inbox: Inbox;
  readonly permissions: Permissions;
  readonly models: RegisteredModels;
  readonly registeredViews: RegisteredViews;
  readonly aliases: Aliases;
  readonly stages: Stages;
  readonly runRegistrations: RunRegistrations;
  readonly runGroups: RunGroups;
  readonly trainingRuns: TrainingRuns;
  readonly loggedModels: LoggedModels;
  readonly artifacts: Artifacts;
  readonly unusedBlobs: UnusedBlobs;
}

export function makeOperations(deps: RegistryDeps, index: IndexState): Operations {
  const discovery = new Discovery(deps.db, index, deps.now);
  const releases = new Releases(deps);
  const uploads = new Uploads(deps);
  const versions = new ModelVersions(deps);
  const approvals = new Approvals(deps);
  const traffic = new Traffic(deps);
  const featureSnapshots = new FeatureSnapshots(deps);
  const audit = new Audit(deps);
  const serving = new Serving(deps);
  const models = new RegisteredModels(deps);
  const aliases = new Aliases(deps, models);
  const registeredViews = new RegisteredViews({ db: deps.db, serving, aliases, models });
  const runGroups = new RunGroups(deps);
  const trainingRuns = new TrainingRuns(deps, runGroups);
  const loggedModels = new LoggedModels(deps, { groups: runGroups, runs: trainingRuns });
  const artifacts = new Artifacts(deps);
  return {
  uploads,
  versions,
  approvals,
    models,
    aliases,
    registeredViews,
    stages: new Stages({ ...deps, approvals, models, views: registeredViews }),
    runRegistrations: new RunRegistrations({
      ...deps,
      uploads,
      versions,
      runs: trainingRuns,
      loggedModels,
      artifacts,
      models,
      views: registeredViews,
    }),
    runGroups,
    trainingRuns,
    loggedModels,
    artifacts,
    unusedBlobs: new UnusedBlobs(deps),
  modelJobs: deps.modelJobs,
  tierPolicies: new TierPolicies(deps),
    policyPresets: new PolicyPresets(deps),
    breakGlasses: new BreakGlasses(deps),
    standingApprovals: new StandingApprovals(deps),
    killSwitch: new KillSwitch(deps, { approvals, traffic }),
    dossiers: new Dossiers(deps, audit),
    reminders: new Reminders(deps),
  queries: new Queries(deps),
  endpoints: new Endpoints(deps),
    featureSnapshots,
  releases,
  dryRuns: new DryRuns(deps),
  releaseApprovals: new ReleaseApprovals(deps),
  traffic,
  testerTokens: new TesterTokens(deps),
  serving,
  discovery,
    lineageIntake: new LineageIntake(deps),
    lineages: new Lineages({ db: deps.db, index, now: deps.now, discovery }),
  servingDefinitions: new ServingDefinitions(deps, releases, featureSnapshots),
  assetNotes: new AssetNotes(deps),
  savedSearches: new SavedSearches(deps),
  listening: new Listening(deps),
  audit,
  checkpoints: new Checkpoints(deps),
  webhooks: new Webhooks(deps),
    nodeKeys: new NodeKeys(deps),
    inbox: new Inbox(deps),
    permissions: new Permissions(deps),
  };
}
