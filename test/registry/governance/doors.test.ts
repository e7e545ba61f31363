import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { signInternalToken } from '../../../subgraphs/shared/auth/internal-token.ts';
import type { Actor } from '../../../subgraphs/shared/auth/actor.ts';
import { commandLine } from '../../support/command-line.ts';
import { evaluationFile, groupRows } from '../../support/evaluation.ts';
import { mlflowClient } from '../../support/mlflow-client.ts';
import { logisticModel, type TestModel } from '../../support/onnx-models.ts';
import { approvedVersion, machine, person, REGISTER, secret } from '../../support/registry.ts';
import { TestApprovals } from '../../support/release-approval.ts';
import { serveApp } from '../../support/serve-app.ts';
import { fraudModel, fraudRecipe, released, serviceEvent } from '../../support/serving.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Where each rule can be come upon besides the graph, as docs/gates.md lists it; `api` sends any operation of the graph. */
const DOORS: Readonly<Record<string, { readonly command?: string; readonly mlflow?: string }>> = {
  G1: { command: 'release approve', mlflow: 'transition-stage of one’s own version' },
  G2: { command: 'version approve', mlflow: 'transition-stage by a machine' },
  G3: { command: 'release create' },
  G4: { command: 'release create' },
  G5: { command: 'api' },
  G6: { command: 'api', mlflow: 'transition-stage, alias of an environment' },
  G7: { command: 'deployment rollback' },
  G8: { command: 'deployment lift-freeze' },
  G9: { command: 'api' },
  G10: { command: 'version retire', mlflow: 'delete of a version, of a model' },
  G11: { command: 'release promote' },
  G12: { command: 'release promote' },
  G13: { command: 'dossier' },
  G14: { command: 'all of these', mlflow: 'all of these' },
  G15: { command: 'version approve' },
  G16: { command: 'release promote' },
  G17: { command: 'version approve' },
  G18: { command: 'api' },
};

const own = new TestApprovals();
const tiffin = commandLine();
const developer = person('developer');
const both: Actor = { ...person('developer', 'both'), roles: ['developer', 'approver'] };
let graph = '';
beforeAll(async () => {
  graph = `${(await serveApp(own.registry.subgraph.app)).url}/graphql`;
});

/** Which rule a command was refused by, and whether that is on record. */
async function refusedBy(actor: Actor, args: readonly string[]): Promise<string | undefined> {
  const token = await signInternalToken(actor, secret);
  const { code, out, err } = await tiffin([...args, '--graph', graph, '--token', token, '--yes', '-o', 'json']);
  // `api` prints what the graph answered besides.
  expect([args[0] === 'api' ? '' : out, code === 0], err).toEqual(['', false]);
  const rule = /\(rule (G\d+)\)/.exec(err)?.[1];
  expect(await newestRecord(), err).toMatchObject({
    action: expect.stringMatching(/\.refused$/),
    actor: actor.subject,
    rule,
  });
  return rule;
}

const newestRecord = async (): Promise<any> => {
  const query = '{ auditRecords(first: 1) { edges { node { action actor subject rule } } } }';
  return (await own.registry.ask(person('viewer'), query)).auditRecords.edges[0].node;
};

/** A model with one version that is a draft; answers its name. */
async function drafted(maker: Actor): Promise<string> {
  const model = `door${++models}`;
  const artifact = await own.registry.upload(maker, fraudModel(models / 32).bytes);
  await own.registry.ask(maker, REGISTER, { input: { model, artifact } });
  return model;
}

/** A version that was submitted and validated, whatever its gates found; answers its id. */
async function checked(model: TestModel, more: object): Promise<string> {
  const artifact = await own.registry.upload(developer, model.bytes);
  const input = { model: `door${++models}`, artifact, ...more };
  const { registerModelVersion } = await own.registry.ask(developer, REGISTER, { input });
  const { id } = registerModelVersion.modelVersion;
  await own.registry.ask(
    developer,
    `mutation { submitModelVersion(input: { id: "${id}" }) { modelVersion { id } }
      validateModelVersion(input: { id: "${id}" }) { passed } }`,
  );
  return id;
}

const recipeFile = (version: string): string => {
  const file = join(temporaryFolder('doors'), 'recipe.json');
  writeFileSync(file, JSON.stringify(fraudRecipe(version)));
  return file;
};

const api = (mutation: string, type: string, input: object): string[] => [
  'api',
  `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename } }`,
  '--variables',
  JSON.stringify({ input }),
];

const setPolicy = async (tier: string, more: object): Promise<void> => {
  const set = 'mutation ($input: SetTierPolicyInput!) { setTierPolicy(input: $input) { tierPolicy { revision } } }';
  const { tierPolicies } = await own.registry.ask(developer, '{ tierPolicies { tier policy } }');
  const { policy } = tierPolicies.find((one: any) => one.tier === 'LOW');
  await own.registry.ask(person('admin'), set, { input: { tier, policy: { ...policy, ...more }, reason: 'board' } });
};

let models = 0;
const freshVersion = (more: object = {}): Promise<string> =>
  approvedVersion(own.registry, fraudModel(++models / 32), { model: `door${models}`, ...more });

// Each runs commands one after another, which a machine that has much to do takes its time for.
describe('a refusal by the command', { timeout: 120_000 }, () => {
  it('names the rule and is on record', async () => {
    const waiting = await own.withWaiting(both);
    const { deployment } = waiting;
    const promote = ['release', 'promote', waiting.waiting.id, '--deployment', deployment, '--reason', 'go'];
    expect(await refusedBy(both, ['release', 'approve', waiting.waiting.id, '--reason', 'mine'])).toBe('G1');
    expect(await refusedBy(developer, promote)).toBe('G16');
    expect(await refusedBy(developer, ['version', 'retire', waiting.versions[0]!])).toBe('G10');
    const version = await freshVersion();
    expect(await refusedBy(developer, ['version', 'approve', version])).toBe('G2');
    expect(await refusedBy(machine(), ['version', 'approve', version])).toBe('G2');

    // Already its approval by this helper is refused.
    const unevaluated = await freshVersion({ evaluation: null }).catch(() => `door${models}@1`);
    expect(await refusedBy(person('approver'), ['version', 'approve', unevaluated])).toBe('G15');

    const { deployment: killed, releases, versions } = await own.fresh(2, { sharedVersions: false });
    await own.change('promoteRelease', { deployment: killed, release: releases[0]!.id });
    await own.change('promoteRelease', { deployment: killed, release: releases[1]!.id });
    const suspend =
      'mutation ($input: ReasonedStepInput!) { suspendModelVersion(input: $input) { modelVersion { id } } }';
    await own.registry.ask(developer, suspend, { input: { id: versions[0], reason: 'bad' } });
    const back = ['deployment', 'rollback', killed, '--to', releases[0]!.id, '--reason', 'back'];
    expect(await refusedBy(developer, back)).toBe('G7');
    await own.change('killDeployment', { deployment: killed, reason: 'stop' });
    expect(await refusedBy(machine(), ['deployment', 'lift-freeze', killed, '--reason', 'go on'])).toBe('G8');

    await setPolicy('LOW', { revalidateDays: 900 });
    const create = ['release', 'create', deployment, recipeFile(waiting.versions[0]!)];
    expect(await refusedBy(developer, create)).toBe('G3');
  });

  it('meets the rules of what is frozen, of revisions and of emergencies', async () => {
    const version = await freshVersion();
    const frozen = api('updateModelVersion', 'UpdateModelVersionInput', { id: version, algorithm: 'another' });
    expect(await refusedBy(developer, frozen)).toBe('G5');
    const emergency = { modelVersion: version, environment: 'production', minutes: 5, reason: 'now' };
    expect(await refusedBy(developer, api('openBreakGlass', 'OpenBreakGlassInput', emergency))).toBe('G9');
    expect(await refusedBy(machine(), api('openBreakGlass', 'OpenBreakGlassInput', emergency))).toBe('G9');
    const { deployment, releases } = await own.fresh(1, { sharedVersions: false });
    await own.change('promoteRelease', { deployment, release: releases[0]!.id });
    const layers = [{ default: { release: releases[0]!.digest } }];
    const stale = { deployment, expectedRevision: 0, layers, cause: 'stale', reason: 'now' };
    expect(await refusedBy(developer, api('setTraffic', 'SetTrafficInput', stale))).toBe('G6');
  });

  it('meets the rules of what a release reads, and of what was not tried', async () => {
    const { deployment, releases, versions } = await own.fresh(1, { sharedVersions: false });
    await own.change('promoteRelease', { deployment, release: releases[0]!.id });
    const promote = (release: string) => ['release', 'promote', release, '--deployment', deployment, '--reason', 'go'];
    const service = 'tiffin:default:feature-service:fraud@2';
    await own.tell(serviceEvent(service));
    const reads = fraudRecipe(versions[0]!, { features: { service, defaults: { user_txn__count_24h: 0 } } });
    const { id: read } = await released(own.registry, { deployment, recipe: reads });
    const deprecate = 'mutation ($input: DeprecateAssetInput!) { deprecateAsset(input: $input) { asset { id } } }';
    await own.registry.ask(developer, deprecate, { input: { id: service, reason: 'it counts twice' } });
    expect(await refusedBy(developer, promote(read))).toBe('G11');

    await setPolicy('MEDIUM', { triedFirst: true });
    const untried = await freshVersion({ riskTier: 'MEDIUM' });
    const { id: next } = await released(own.registry, { deployment, recipe: fraudRecipe(untried) });
    expect(await refusedBy(developer, promote(next))).toBe('G12');
  });

  it('is none of a dossier, whose reading is on record', async () => {
    const id = await freshVersion();
    const token = await signInternalToken(person('viewer'), secret);
    const { code, out, err } = await tiffin(['dossier', id, '--graph', graph, '--token', token]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('<html');
    expect(await newestRecord()).toMatchObject({
      action: 'model-version.read-dossier',
      actor: 'user:viewer',
      subject: id,
    });
  });

  it('meets the rules of gates that fail, and of standing approvals', async () => {
    const unfair = evaluationFile(groupRows(0.6, 0.3), { protected: ['gender'] });
    const failing = await checked(logisticModel({ features: 2, weights: [4, 0], bias: 0 }), {
      evaluation: await own.registry.upload(developer, unfair),
      riskTier: 'HIGH',
    });
    expect(await refusedBy(person('approver'), ['version', 'approve', failing])).toBe('G17');

    const retrained = await checked(fraudModel(++models / 32), { codeCommit: 'abc' });
    const [model] = retrained.replace(/^.*:/, '').split('@');
    const propose =
      'mutation ($input: ProposeStandingApprovalInput!) { proposeStandingApproval(input: $input) { standingApproval { id } } }';
    const bounds = { model, codeCommit: 'abc', environments: ['staging'], runs: 1, reason: 'nightly' };
    const expiresAt = new Date(own.clock.getTime() + 86_400_000).toISOString();
    const { proposeStandingApproval } = await own.registry.ask(person('approver'), propose, {
      input: { ...bounds, expiresAt },
    });
    const standing = proposeStandingApproval.standingApproval.id;
    const half = api('approveByStanding', 'ApproveByStandingInput', { id: retrained, standing });
    expect(await refusedBy(machine(), half)).toBe('G18');
  });

  it('meets the end of an approval', async () => {
    const { deployment } = await own.fresh(1, { sharedVersions: false });
    const expiring = await freshVersion({ terms: { expiresAt: new Date(own.clock.getTime() + 60_000) } });
    own.clock = new Date(own.clock.getTime() + 120_000);
    expect(await refusedBy(developer, ['release', 'create', deployment, recipeFile(expiring)])).toBe('G4');
  });
});

describe('a refusal by MLflow’s API', () => {
  it('names the rule and is on record', async () => {
    const { deployment, releases, versions } = await own.fresh(1, { sharedVersions: false });
    await own.change('promoteRelease', { deployment, release: releases[0]!.id });
    const [name = '', version = ''] = (versions[0] ?? '').replace(/^.*:/, '').split('@');
    const refused = async (actor: Actor, method: string, path: string, sent: object): Promise<string> => {
      const { status, body } = await mlflowClient(own.registry, actor).call(method, path, sent);
      expect(status, body.message).not.toBe(200);
      const { rule } = body.details;
      expect(await newestRecord(), body.message).toMatchObject({ actor: actor.subject, rule });
      return rule;
    };
    const draft = await drafted(both);
    const stage = { name: draft, version: '1', stage: 'Production' };
    expect(await refused(both, 'POST', 'model-versions/transition-stage', stage)).toBe('G1');
    expect(await refused(machine(), 'POST', 'model-versions/transition-stage', stage)).toBe('G2');
    const alias = { name, alias: 'production', version };
    expect(await refused(developer, 'POST', 'registered-models/alias', alias)).toBe('G6');
    expect(await refused(developer, 'DELETE', 'model-versions/delete', { name, version })).toBe('G10');
    expect(await refused(developer, 'DELETE', 'registered-models/delete', { name })).toBe('G10');
  });
});

describe('OpenLineage’s API', () => {
  it('comes upon no rule: its key reaches nothing else, and its events change no version', async () => {
    const lineage = machine(['registry:lineage']);
    const version = await freshVersion();
    const standing = async (): Promise<object> => {
      const asked = `{ modelVersion(id: "${version}") { state digest metrics { name } approvals { id } aliases } }`;
      return { ...(await own.registry.ask(developer, asked)), newest: await newestRecord() };
    };
    const before = await standing();
    const named = { namespace: 'tiffin', name: version.replace('tiffin:default:', '') };
    const event = {
      eventType: 'COMPLETE',
      eventTime: own.clock.toISOString(),
      producer: 'https://example.org/job',
      schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
      run: { runId: '018f4e1b-6b3c-7a11-b6d2-5a3b0d6c5e01' },
      job: { namespace: 'tiffin', name: 'approve' },
      inputs: [named],
      outputs: [{ ...named, facets: { lifecycleStateChange: { lifecycleStateChange: 'DROP' } } }],
    };
    const sent = await own.registry.subgraph.app.request('/api/v1/lineage', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await signInternalToken(lineage, secret)}`,
      },
      body: JSON.stringify(event),
    });
    expect(sent.status, await sent.text()).toBe(201);
    expect(await standing()).toEqual(before);
    const approve = 'mutation ($id: ID!) { approveModelVersion(input: { id: $id }) { modelVersion { id } } }';
    expect(await own.registry.refusals(lineage, approve, { id: version })).toMatchObject([{ code: 'FORBIDDEN' }]);
    const { status } = await mlflowClient(own.registry, lineage).call('POST', 'model-versions/transition-stage', {});
    expect(status).toBe(403);
  });
});

it('is listed in the docs, door by door', () => {
  const rows = readFileSync('docs/gates.md', 'utf8').matchAll(
    /^\| (G\d+) +\| (`[^|]+`|–|all of these) +\| ([^|`]+?) +\|$/gm,
  );
  const shown = ([, rule = '', command = '', mlflow = '']: RegExpExecArray): [string, object] => [
    rule,
    { ...(command !== '–' && { command: command.replaceAll('`', '') }), ...(mlflow !== '–' && { mlflow }) },
  ];
  expect(Object.fromEntries([...rows].map(shown))).toEqual(DOORS);
});
