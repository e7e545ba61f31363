import { changeTraffic, deployed, fraudModel, SERVICE, type Deployed } from './serving.ts';
import { EVALUATION, goldenRows, person, type TestRegistry } from './registry.ts';

/** A retraining that is compared and rolled out; a policy adds its model and how far it goes. */
export const RETRAIN = {
  kind: 'RETRAIN',
  strategy: 'FULL',
  days: 30,
  shadow: { unit: 'user', leastPairs: 40 },
  rollout: {
    unit: 'user',
    steps: [{ weight: 0.5, minSamples: 20 }],
    guardrails: [{ metric: 'brier', margin: 0.2 }],
  },
};

/** A deployment of its own whose first or last release answers. */
export async function place(
  registry: TestRegistry,
  name: string,
  { releases = 1, sharedVersions = false } = {},
): Promise<Deployed> {
  const made = await deployed(registry, name, { releases, sharedVersions });
  for (const { id } of made.releases) {
    await changeTraffic(registry, person('developer'), 'promoteRelease', { deployment: made.deployment, release: id });
  }
  return made;
}

/** What a trainer does: a new version of a model, registered with the tag of the run. */
export async function register(registry: TestRegistry, model: string, tag: string): Promise<string> {
  const made = fraudModel(9);
  const developer = person('developer', 'trainer');
  const [artifact, evaluation] = [
    await registry.upload(developer, made.bytes),
    await registry.upload(developer, EVALUATION),
  ];
  const { registerModelVersion } = await registry.ask(
    developer,
    'mutation ($input: RegisterModelVersionInput!) { registerModelVersion(input: $input) { modelVersion { id } registration { id } } }',
    {
      input: {
        artifact,
        evaluation,
        goldenRows: goldenRows(made),
        model,
        codeCommit: 'abc',
        featureService: SERVICE,
        tags: [tag],
      },
    },
  );
  return registerModelVersion.modelVersion?.id ?? registerModelVersion.registration.id;
}

/** Two people approve beforehand what a trainer makes of a model. */
export async function standing(registry: TestRegistry, model: string): Promise<void> {
  const PROPOSE = `mutation ($input: ProposeStandingApprovalInput!) { proposeStandingApproval(input: $input) { standingApproval { id } } }`;
  const CONFIRM = `mutation ($input: StandingApprovalStepInput!) { confirmStandingApproval(input: $input) { standingApproval { id } } }`;
  const bounds = {
    model,
    codeCommit: 'abc',
    featureService: SERVICE,
    environments: ['production'],
    runs: 2,
    expiresAt: '2026-12-01T00:00:00Z',
    reason: 'retraining',
  };
  const { proposeStandingApproval } = await registry.ask(person('approver'), PROPOSE, { input: bounds });
  const input = { id: proposeStandingApproval.standingApproval.id, reason: 'agreed' };
  await registry.ask(person('approver', 'second'), CONFIRM, { input });
}
