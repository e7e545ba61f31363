import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { signInternalToken } from '../../../subgraphs/shared/auth/internal-token.ts';
import type { Actor } from '../../../subgraphs/shared/auth/actor.ts';
import { commandLine } from '../../support/command-line.ts';
import { mlflowClient } from '../../support/mlflow-client.ts';
import { approvedVersion, machine, person, REGISTER, secret } from '../../support/registry.ts';
import { TestApprovals } from '../../support/release-approval.ts';
import { serveApp } from '../../support/serve-app.ts';
import { fraudModel, fraudRecipe } from '../../support/serving.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Each rule that another door than the graph can come upon, as docs/gates.md lists them. */
const DOORS: Readonly<Record<string, { readonly command?: string; readonly mlflow?: string }>> = {
  G1: { command: 'release approve', mlflow: 'transition-stage of one’s own version' },
  G2: { command: 'version approve', mlflow: 'transition-stage by a machine' },
  G3: { command: 'release create' },
  G6: { mlflow: 'transition-stage, alias of an environment' },
  G7: { command: 'deployment rollback' },
  G8: { command: 'deployment lift-freeze' },
  G10: { command: 'version retire', mlflow: 'delete of a version, of a model' },
  G15: { command: 'version approve' },
  G16: { command: 'release promote' },
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
  expect([out, code === 0], err).toEqual(['', false]);
  const rule = /\(rule (G\d+)\)/.exec(err)?.[1];
  expect(await newestRecord(), err).toMatchObject({
    action: expect.stringMatching(/\.refused$/),
    actor: actor.subject,
    rule,
  });
  return rule;
}

const newestRecord = async (): Promise<object> => {
  const query = '{ auditRecords(first: 1) { edges { node { action actor rule } } } }';
  return (await own.registry.ask(person('viewer'), query)).auditRecords.edges[0].node;
};

/** A model with one version that is a draft; answers its name. */
async function drafted(maker: Actor): Promise<string> {
  const model = `door${++models}`;
  const artifact = await own.registry.upload(maker, fraudModel(models / 32).bytes);
  await own.registry.ask(maker, REGISTER, { input: { model, artifact } });
  return model;
}

const recipeFile = (version: string): string => {
  const file = join(temporaryFolder('doors'), 'recipe.json');
  writeFileSync(file, JSON.stringify(fraudRecipe(version)));
  return file;
};

let models = 0;
const freshVersion = (more: object = {}): Promise<string> =>
  approvedVersion(own.registry, fraudModel(++models / 32), { model: `door${models}`, ...more });

describe('a refusal by the command', () => {
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

    const set = 'mutation ($input: SetTierPolicyInput!) { setTierPolicy(input: $input) { tierPolicy { revision } } }';
    const { tierPolicies } = await own.registry.ask(developer, '{ tierPolicies { policy } }');
    await own.registry.ask(person('admin'), set, {
      input: { tier: 'LOW', policy: { ...tierPolicies[0].policy, revalidateDays: 900 }, reason: 'board' },
    });
    const create = ['release', 'create', deployment, recipeFile(waiting.versions[0]!)];
    expect(await refusedBy(developer, create)).toBe('G3');
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

it('is listed in the docs, door by door', () => {
  const rows = readFileSync('docs/gates.md', 'utf8').matchAll(/^\| (G\d+) +\| (`[^|]+`|–) +\| ([^|`]+?) +\|$/gm);
  const shown = ([, rule = '', command = '', mlflow = '']: RegExpExecArray): [string, object] => [
    rule,
    { ...(command !== '–' && { command: command.replaceAll('`', '') }), ...(mlflow !== '–' && { mlflow }) },
  ];
  expect(Object.fromEntries([...rows].map(shown))).toEqual(DOORS);
});
