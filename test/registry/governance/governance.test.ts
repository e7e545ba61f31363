import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Reminders } from '../../../subgraphs/registry/operations/governance/reminders.ts';
import { registrySchema } from '../../../subgraphs/registry/storage/schema.ts';
import { openDatabase } from '../../../subgraphs/shared/database/database.ts';
import type { Actor } from '../../../subgraphs/shared/auth/actor.ts';
import { inboxIn, inboxQuery } from '../../support/inbox.ts';
import { expectPages } from '../../support/paging.ts';
import { atEnd } from '../../support/at-end.ts';
import { evaluationFile } from '../../support/evaluation.ts';
import { machine, person, REGISTER } from '../../support/registry.ts';
import { TestApprovals } from '../../support/release-approval.ts';
import { fraudModel, fraudRecipe, released, SERVICE, serviceEvent, trafficMutation } from '../../support/serving.ts';

const developer = person('developer');
const approver = person('approver');
const second = person('approver', 'second');
const admin = person('admin');
const own = new TestApprovals({ TIFFIN_ASSET_URL: 'https://look.example/?{id}' });
const evaluation = evaluationFile(
  Array.from({ length: 20 }, (_, i) => ({ features: [i % 2 ? 1 : -1, 0, 0], label: i % 2 })),
);

let models = 0;
/** Registers a version and takes it as far as some steps lead. */
async function version(steps: readonly string[], more: object = {}): Promise<string> {
  const input = {
    model: `governed${++models}`,
    artifact: await own.registry.upload(developer, fraudModel(models / 8).bytes),
    evaluation: await own.registry.upload(developer, evaluation),
    ...more,
  };
  const { registerModelVersion } = await own.registry.ask(developer, REGISTER, { input });
  const { id } = registerModelVersion.modelVersion;
  for (const step of steps) {
    const type = step === 'validate' ? 'ValidateModelVersionInput' : 'ModelVersionStepInput';
    const text = `mutation ($input: ${type}!) { ${step}ModelVersion(input: $input) { modelVersion { id } } }`;
    await own.registry.ask(developer, text, { input: { id } });
  }
  return id;
}

const stateOf = async (id: string): Promise<string> =>
  (await own.registry.ask(developer, `{ modelVersion(id: "${id}") { state } }`)).modelVersion.state;
const recorded = async (subject: string): Promise<any[]> =>
  (
    await own.registry.ask(
      person('viewer'),
      `{ auditRecords(subject: "${subject}", first: 50) { edges { node { action actor rule reason } } } }`,
    )
  ).auditRecords.edges.map(({ node }: any) => node);

const OPEN = `mutation ($input: OpenBreakGlassInput!) { openBreakGlass(input: $input) {
  eventCursor breakGlass { id modelVersion environment reason openedBy expiresAt closedBy } } }`;
const CLOSE = `mutation ($input: CloseBreakGlassInput!) { closeBreakGlass(input: $input) {
  breakGlass { id closedBy closedAt closingReason } } }`;

describe('an emergency (G9)', () => {
  it('lets one version through in one environment for a while, until another person closes it', async () => {
    const { deployment, releases, versions } = await own.fresh(1);
    await own.change('promoteRelease', { deployment, release: releases[0]!.id });
    const id = await version(['submit']);
    const release = { deployment, recipe: fraudRecipe(id) };
    const refusedRelease = () =>
      own.registry.refusals(
        developer,
        'mutation ($input: CreateReleaseInput!) { createRelease(input: $input) { release { id } } }',
        { input: release },
      );
    expect(await refusedRelease()).toMatchObject([{ code: 'FAILED_PRECONDITION', state: 'SUBMITTED' }]);
    const input = { modelVersion: id, environment: 'staging', minutes: 30, reason: 'every train is late' };
    const refusedOpen = (actor: Actor, more: object = {}) =>
      own.registry.refusals(actor, OPEN, { input: { ...input, ...more } });
    for (const actor of [developer, approver, machine()]) {
      expect(await refusedOpen(actor)).toMatchObject([{ code: 'FORBIDDEN', rule: 'G9' }]);
    }
    expect(await refusedOpen(admin, { minutes: 1441 })).toMatchObject([{ code: 'INVALID_INPUT', field: 'minutes' }]);
    expect(await refusedOpen(admin, { reason: ' ' })).toMatchObject([{ code: 'INVALID_INPUT', field: 'reason' }]);
    expect(await refusedOpen(admin, { modelVersion: await version([]) })).toMatchObject([
      { rule: 'G9', state: 'DRAFT' },
    ]);

    const close = async (opened: number, actor: Actor = second) =>
      (await own.registry.ask(actor, CLOSE, { input: { id: opened, reason: 'looked into' } })).closeBreakGlass
        .breakGlass;
    const open = async (more: object = {}) =>
      (await own.registry.ask(admin, OPEN, { input: { ...input, ...more } })).openBreakGlass;
    const elsewhere = await open();
    expect(elsewhere.breakGlass).toEqual({
      id: expect.any(Number),
      modelVersion: id,
      environment: 'staging',
      reason: 'every train is late',
      openedBy: 'user:admin',
      expiresAt: '2026-03-01T10:30:00.000Z',
      closedBy: null,
    });
    expect(elsewhere.eventCursor).toMatch(/^registry:/);
    expect(await refusedRelease()).toMatchObject([{ state: 'SUBMITTED' }]);
    expect(await refusedOpen(admin, { environment: 'production' })).toMatchObject([
      { rule: 'G9', open: [elsewhere.breakGlass.id] },
    ]);
    expect(
      await own.registry.refusals(admin, CLOSE, { input: { id: elsewhere.breakGlass.id, reason: 'mine' } }),
    ).toMatchObject([{ code: 'FORBIDDEN', rule: 'G9' }]);
    expect(await close(elsewhere.breakGlass.id)).toMatchObject({
      closedBy: 'user:second',
      closingReason: 'looked into',
    });

    const { breakGlass } = await open({ environment: 'production' });
    const another = await own.registry.ask(admin, OPEN, {
      input: { ...input, modelVersion: versions[0] },
    });
    const emergencies = async (actor: Actor, page = 'first: 100'): Promise<any> =>
      inboxIn(await own.registry.ask(actor, inboxQuery('breakGlasses', page)));
    expect((await emergencies(admin)).edges).toEqual([]);
    expect((await emergencies(developer)).edges).toEqual([]);
    await expectPages((page) => emergencies(second, page));
    await close(another.openBreakGlass.breakGlass.id);
    expect((await emergencies(second)).edges).toHaveLength(1);
    const made = await own.create(deployment, fraudRecipe(id));
    const promotion = { deployment, release: made.id, reason: 'now' };
    expect((await own.change('promoteRelease', promotion)).deployment.live.id).toBe(made.id);
    expect(await stateOf(id)).toBe('SUBMITTED');
    own.clock = new Date('2026-03-01T10:30:00.000Z');
    expect(await refusedRelease()).toMatchObject([{ state: 'SUBMITTED' }]);
    expect(await refusedOpen(admin)).toMatchObject([{ rule: 'G9', open: [breakGlass.id] }]);
    own.clock = new Date('2026-03-01T10:00:00.000Z');
    expect(await close(breakGlass.id)).toMatchObject({ closedBy: 'user:second' });
    expect(await refusedRelease()).toMatchObject([{ state: 'SUBMITTED' }]);
    expect((await recorded(id)).filter(({ action }) => action.startsWith('break-glass.'))).toMatchObject([
      { action: 'break-glass.close', actor: 'user:second' },
      { action: 'break-glass.open.refused', rule: 'G9' },
      { action: 'break-glass.open', actor: 'user:admin', reason: 'every train is late' },
      { action: 'break-glass.close', actor: 'user:second' },
      { action: 'break-glass.close.refused', actor: 'user:admin', rule: 'G9' },
      { action: 'break-glass.open.refused', rule: 'G9' },
      { action: 'break-glass.open', actor: 'user:admin' },
      { action: 'break-glass.open.refused', actor: 'key:ci', rule: 'G9' },
      { action: 'break-glass.open.refused', actor: 'user:approver', rule: 'G9' },
      { action: 'break-glass.open.refused', actor: 'user:developer', rule: 'G9' },
    ]);
    const list = (args: string) =>
      own.registry.ask(person('viewer'), `{ breakGlasses(${args}) { edges { cursor node { id closedBy } } } }`);
    const { edges } = (await list('first: 1')).breakGlasses;
    expect(edges).toMatchObject([{ node: { id: another.openBreakGlass.breakGlass.id, closedBy: 'user:second' } }]);
    const after = (await list(`first: 2, after: "${edges[0].cursor}"`)).breakGlasses.edges;
    expect(after).toMatchObject([{ node: { id: breakGlass.id } }, { node: { id: elsewhere.breakGlass.id } }]);
  });
});

const KILL = `mutation ($input: KillModelVersionInput!) { killModelVersion(input: $input) {
  eventCursor deployments modelVersion { state } } }`;

describe('the kill switch (G8)', () => {
  it('suspends a version and has every deployment in which it answers fall back', async () => {
    const { deployment, releases, versions } = await own.fresh(2, { sharedVersions: false });
    await own.change('promoteRelease', { deployment, release: releases[0]!.id });
    await own.change('promoteRelease', { deployment, release: releases[1]!.id });
    const input = { id: versions[1], reason: 'it declines everybody' };
    expect(await own.registry.refusals(developer, KILL, { input: { ...input, reason: '' } })).toMatchObject([
      { code: 'INVALID_INPUT', field: 'reason' },
    ]);
    const { killModelVersion } = await own.registry.ask(developer, KILL, { input });
    expect(killModelVersion).toMatchObject({ deployments: [deployment], modelVersion: { state: 'SUSPENDED' } });
    const live = `{ deployment(id: "${deployment}") { live { id } traffic { freeze { by reason } } } }`;
    expect((await own.registry.ask(developer, live)).deployment).toMatchObject({
      live: { id: releases[0]!.id },
      traffic: { freeze: { by: 'user:developer', reason: 'it declines everybody' } },
    });
    expect((await own.registry.ask(developer, KILL, { input })).killModelVersion).toMatchObject({ deployments: [] });
    expect((await recorded(versions[1]!))[0]).toMatchObject({
      action: 'model-version.suspend',
      reason: 'it declines everybody',
    });
  });
});

const PROPOSE = `mutation ($input: ProposeStandingApprovalInput!) { proposeStandingApproval(input: $input) {
  standingApproval { id model codeCommit featureService environments runs used expiresAt reason proposedBy confirmedBy endedBy } } }`;
const half = (name: string) => `mutation ($input: StandingApprovalStepInput!) { ${name}StandingApproval(input: $input) {
  standingApproval { confirmedBy endedBy used } } }`;
const BY_STANDING = `mutation ($input: ApproveByStandingInput!) { approveByStanding(input: $input) {
  modelVersion { id state approvals { action actor reason environments grants } } } }`;

describe('a standing approval (G18)', () => {
  it('by two people lets machines approve versions within its bounds', async () => {
    const model = 'standing';
    const bounds = {
      model,
      codeCommit: 'abc',
      featureService: SERVICE,
      environments: ['production'],
      runs: 2,
      expiresAt: '2026-06-01T00:00:00Z',
      reason: 'nightly retraining',
    };
    const refusedProposal = (actor: Actor, more: object) =>
      own.registry.refusals(actor, PROPOSE, { input: { ...bounds, ...more } });
    expect(await refusedProposal(developer, {})).toMatchObject([{ code: 'FORBIDDEN', rule: 'G2' }]);
    for (const [field, value] of [
      ['runs', 0],
      ['expiresAt', '2027-06-01T00:00:00Z'],
      ['reason', ''],
    ] as const) {
      expect(await refusedProposal(approver, { [field]: value })).toMatchObject([{ code: 'INVALID_INPUT', field }]);
    }
    const { standingApproval } = (await own.registry.ask(approver, PROPOSE, { input: bounds })).proposeStandingApproval;
    expect(standingApproval).toMatchObject({
      ...bounds,
      model: 'tiffin:default:model:standing',
      expiresAt: '2026-06-01T00:00:00.000Z',
      used: 0,
      proposedBy: 'user:approver',
      confirmedBy: null,
      endedBy: null,
    });
    const { id: standing } = standingApproval;
    const halves = async (actor: Actor, page = 'first: 100'): Promise<any> =>
      inboxIn(await own.registry.ask(actor, inboxQuery('standingApprovals', page)));
    const twin = (await own.registry.ask(approver, PROPOSE, { input: { ...bounds, codeCommit: 'twin' } }))
      .proposeStandingApproval.standingApproval;
    expect((await halves(approver)).edges).toEqual([]);
    expect((await halves(developer)).edges).toEqual([]);
    await expectPages((page) => halves(second, page));
    await own.registry.ask(approver, half('end'), { input: { id: twin.id, reason: 'once is enough' } });
    expect((await halves(second)).edges).toHaveLength(1);
    const steps = ['submit', 'validate'];
    const fits = { model, codeCommit: 'abc', featureService: SERVICE };
    const id = await version(steps, fits);
    const refused = (given: string) =>
      own.registry.refusals(machine(), BY_STANDING, { input: { id: given, standing } });
    expect(await refused(id)).toMatchObject([
      { rule: 'G18', message: expect.stringContaining('a second person has not confirmed it') },
    ]);
    const input = { id: standing, reason: 'agreed' };
    expect(await own.registry.refusals(approver, half('confirm'), { input })).toMatchObject([{ rule: 'G18' }]);
    expect((await own.registry.ask(second, half('confirm'), { input })).confirmStandingApproval).toEqual({
      standingApproval: { confirmedBy: 'user:second', endedBy: null, used: 0 },
    });
    const { approveByStanding } = await own.registry.ask(machine(), BY_STANDING, { input: { id, standing } });
    expect(approveByStanding.modelVersion.state).toBe('APPROVED');
    expect(approveByStanding.modelVersion.approvals.at(-1)).toEqual({
      action: 'APPROVE',
      actor: 'key:ci',
      reason: `standing approval ${standing} of user:approver and user:second: nightly retraining`,
      environments: ['production'],
      grants: true,
    });
    for (const [why, more] of [
      ['it is for the code abc', { codeCommit: 'abd' }],
      ['it is for the feature service', { featureService: null }],
      ['the version has no evaluation', { evaluation: null }],
      ['it is for the model standing', { model: 'another' }],
    ] as const) {
      expect(await refused(await version(steps, { ...fits, ...more })), why).toMatchObject([
        { code: 'FAILED_PRECONDITION', rule: 'G18', message: expect.stringContaining(why) },
      ]);
    }
    const made = await version(['submit', 'validate'], fits);
    own.clock = new Date('2026-06-01T00:00:00.000Z');
    expect(await refused(made)).toMatchObject([{ rule: 'G18', message: expect.stringContaining('it expired') }]);
    own.clock = new Date('2026-03-01T10:00:00.000Z');
    await own.registry.ask(machine(), BY_STANDING, { input: { id: made, standing } });
    const third = await version(steps, fits);
    expect(await refused(third)).toMatchObject([{ message: expect.stringContaining('its 2 runs are used') }]);
    expect((await own.registry.ask(second, half('end'), { input })).endStandingApproval.standingApproval).toMatchObject(
      {
        endedBy: 'user:second',
        used: 2,
      },
    );
    expect(await own.registry.refusals(second, half('end'), { input })).toMatchObject([{ code: 'INVALID_TRANSITION' }]);
    const actions = (await recorded('tiffin:default:model:standing')).map(({ action, reason }) => [action, reason]);
    expect(actions).toContainEqual(['standing-approval.confirm', 'agreed']);
    await own.registry.ask(approver, PROPOSE, { input: { ...bounds, codeCommit: 'second' } });
    const list = (args: string) =>
      own.registry.ask(person('viewer'), `{ standingApprovals(${args}) { edges { cursor node { id codeCommit } } } }`);
    const { edges } = (await list('first: 1')).standingApprovals;
    expect(edges).toMatchObject([{ node: { codeCommit: 'second' } }]);
    expect((await list(`first: 2, after: "${edges[0].cursor}"`)).standingApprovals.edges).toMatchObject([
      { node: { id: twin.id } },
      { node: { id: standing } },
    ]);
  });
});

describe('what a release reads (G11)', () => {
  it('is not deprecated when it gets traffic', async () => {
    const { deployment, versions } = await own.fresh(1);
    const service = 'tiffin:default:feature-service:fraud@2';
    await own.tell(serviceEvent(service));
    const { id: release } = await released(own.registry, {
      deployment,
      recipe: fraudRecipe(versions[0]!, { features: { service, defaults: { user_txn__count_24h: 0 } } }),
    });
    const deprecate = `mutation ($input: DeprecateAssetInput!) { deprecateAsset(input: $input) { asset { id } } }`;
    await own.registry.ask(developer, deprecate, {
      input: { id: service, reason: 'it counts twice', replacement: SERVICE },
    });
    expect(
      await own.registry.refusals(developer, trafficMutation('promoteRelease'), {
        input: { deployment, release, reason: 'now' },
      }),
    ).toMatchObject([
      {
        code: 'FAILED_PRECONDITION',
        rule: 'G11',
        featureService: service,
        allowed: [SERVICE],
        message: expect.stringContaining('is deprecated: it counts twice'),
      },
    ]);
  });
});

const POLICIES = '{ tierPolicies { tier policy } }';
const SET_POLICY = `mutation ($input: SetTierPolicyInput!) { setTierPolicy(input: $input) { tierPolicy { revision } } }`;
const APPROVE = `mutation ($input: ApproveModelVersionInput!) { approveModelVersion(input: $input) {
  modelVersion { state revalidateBy } } }`;

describe('a tier that asks for it', () => {
  it('has a version answer everybody only after a shadow, canary or experiment there (G12), and reminds of its date', async () => {
    const { tierPolicies } = await own.registry.ask(admin, POLICIES);
    const { policy } = tierPolicies.find(({ tier }: any) => tier === 'LOW');
    const stricter = { ...policy, triedFirst: true, revalidateDays: 40 };
    await own.registry.ask(admin, SET_POLICY, { input: { tier: 'MEDIUM', policy: stricter, reason: 'board' } });
    const { deployment, releases } = await own.fresh(1);
    await own.change('promoteRelease', { deployment, release: releases[0]!.id });
    const id = await version(['submit', 'validate'], { riskTier: 'MEDIUM' });
    const approved = await own.registry.ask(approver, APPROVE, { input: { id } });
    expect(approved.approveModelVersion.modelVersion).toEqual({
      state: 'APPROVED',
      revalidateBy: '2026-04-10T10:00:00.000Z',
    });
    const { id: release } = await released(own.registry, { deployment, recipe: fraudRecipe(id) });
    const promotion = { deployment, release, reason: 'now' };
    expect(await own.refused('promoteRelease', promotion)).toMatchObject([
      { code: 'FAILED_PRECONDITION', rule: 'G12', modelVersion: id, allowed: expect.arrayContaining(['setCanary']) },
    ]);
    await own.change('setCanary', { deployment, release, percent: 5 });
    await own.change('setCanary', { deployment, release, percent: 0 });
    expect((await own.change('promoteRelease', promotion)).deployment.live.id).toBe(release);

    const db = await openDatabase(registrySchema, { url: own.registry.database.appUrl, poolSize: 2 });
    atEnd(() => db.close());
    const at = async (now: string): Promise<number> =>
      new Reminders({ db, log: pino({ level: 'silent' }), now: () => new Date(now) }).remind();
    expect([await at('2026-03-11T09:00:00Z'), await at('2026-03-11T11:00:00Z')]).toEqual([0, 1]);
    expect(await at('2026-03-12T11:00:00Z')).toBe(0);
    expect((await recorded(id))[0]).toMatchObject({
      action: 'model-version.remind',
      actor: 'service:registry',
      reason: expect.stringContaining('2026-04-10T10:00:00.000Z'),
    });
    const other = await own.fresh(1);
    own.clock = new Date('2026-04-10T10:00:00.000Z');
    expect(
      await own.registry.refusals(
        developer,
        'mutation ($input: CreateReleaseInput!) { createRelease(input: $input) { release { id } } }',
        { input: { deployment: other.deployment, recipe: fraudRecipe(id) } },
      ),
    ).toMatchObject([{ code: 'FAILED_PRECONDITION', rule: 'G4', field: 'recipe.models.0.version' }]);
    own.clock = new Date('2026-03-01T10:00:00.000Z');
  });
});

describe('what differs between two versions', () => {
  it('is told part by part, computed numbers apart from claims', async () => {
    const model = 'differs';
    const first = await version(['submit', 'validate'], { model, algorithm: 'logistic', hyperParameters: { l2: 1 } });
    const more = {
      model,
      codeCommit: 'abc',
      claimedMetrics: { auc: 0.9 },
      purpose: 'trains',
      hyperParameters: { l2: 2 },
    };
    const next = await version([], more);
    const ask = (since: string) =>
      own.registry.ask(
        person('viewer'),
        `{ modelVersion(id: "${next}") { differences(since: "${since}") { part name before after } } }`,
      );
    const { differences } = (await ask(first)).modelVersion;
    expect(differences).toEqual(
      expect.arrayContaining([
        { part: 'CODE', name: 'commit', before: null, after: 'abc' },
        { part: 'CODE', name: 'algorithm', before: 'logistic', after: null },
        { part: 'CODE', name: 'l2', before: '1', after: '2' },
        { part: 'METRICS', name: 'accuracy', before: '1', after: null },
        { part: 'CLAIMS', name: 'auc', before: null, after: '0.9' },
        { part: 'DECLARATION', name: 'purpose', before: null, after: 'trains' },
      ]),
    );
    expect(differences.map(({ part }: any) => part)).not.toContain('CONTRACT');
    expect((await ask(next)).modelVersion.differences).toEqual([]);
  });
});

describe('a dossier (G13)', () => {
  it('shows who, what, when and the proof on one page, and that it was read is on record', async () => {
    const { deployment, releases, versions } = await own.fresh(2, { sharedVersions: false });
    await own.change('promoteRelease', { deployment, release: releases[0]!.id });
    own.clock = new Date('2026-03-02T10:00:00.000Z');
    await own.change('promoteRelease', { deployment, release: releases[1]!.id, reason: 'better <b>late</b>' });
    own.clock = new Date('2026-03-01T10:00:00.000Z');
    const [id] = versions;
    const ask = (actor: Actor) => own.registry.ask(actor, `{ modelVersion(id: "${id}") { dossier } }`);
    expect(await recorded(id!)).not.toContainEqual(expect.objectContaining({ action: 'model-version.read-dossier' }));
    const page = (await ask(person('viewer'))).modelVersion.dossier;
    expect(page).toMatch(/^<!doctype html>/);
    for (const part of [
      id,
      'user:developer',
      'user:approver',
      'goldenRows',
      `>${releases[0]!.id}</a></td><td>2026-03-01T10:00:00.000Z</td><td>2026-03-02T10:00:00.000Z</td>`,
      'predictions(deployment:',
      'model-version.approve',
      '<td>registry</td><td>WHOLE</td>',
    ]) {
      expect(page).toContain(part);
    }
    const served = (await own.registry.ask(person('viewer'), `{ modelVersion(id: "${versions[1]}") { dossier } }`))
      .modelVersion.dossier;
    expect(served).toContain('<td>now</td><td>user:developer</td><td>better &lt;b&gt;late&lt;/b&gt;</td>');
    expect((await recorded(id!))[0]).toMatchObject({ action: 'model-version.read-dossier', actor: 'user:viewer' });
    expect(page).not.toContain('model-version.read-dossier');
  });

  it('answers what auditors ask, each with a query that the graph knows', async () => {
    const { deployment, releases, versions } = await own.fresh(2, { sharedVersions: false });
    const read = async (id = versions[1]!): Promise<string> =>
      (await own.registry.ask(person('viewer'), `{ modelVersion(id: "${id}") { digest dossier } }`)).modelVersion
        .dossier;
    const draft = await version([]);
    expect(await read(draft)).toContain('built by user:developer; no approval of what it is now');
    expect(await read(draft)).toContain('<td>it never served</td>');
    await own.change('promoteRelease', { deployment, release: releases[0]!.id });
    await own.change('promoteRelease', { deployment, release: releases[1]!.id });
    const page = await read();
    expect(page).toContain('validated by the registry; approved by user:approver: none of them made it');
    expect(page).toContain('the approval speaks of what it is now; its bytes were read again now and are ');
    expect(page).toContain(`it serves in ${deployment}; 1 times in all are listed`);
    expect(page).toContain('no deployment in which it served was ever rolled back');
    expect(page).toContain(`<a href="https://look.example/?${encodeURIComponent(deployment)}">${deployment}</a>`);
    const queries = [...page.matchAll(/<pre>((?:query|mutation|\{)[^<]*)<\/pre>/g)].map(([, text = '']) =>
      text.replaceAll('&quot;', '"'),
    );
    expect(queries.length).toBeGreaterThan(10);
    const graph = buildSchema(readFileSync('schema/supergraph.graphql', 'utf8'), { assumeValidSDL: true });
    for (const query of queries)
      expect(
        validate(graph, parse(query)).map(({ message }) => message),
        query,
      ).toEqual([]);

    await own.change('rollback', { deployment, reason: 'a drill' });
    const input = { modelVersion: versions[1], environment: 'staging', minutes: 5, reason: 'an exercise' };
    const { openBreakGlass } = await own.registry.ask(admin, OPEN, { input });
    const { digest } = (await own.registry.ask(developer, `{ modelVersion(id: "${versions[1]}") { digest } }`))
      .modelVersion;
    rmSync(join(own.registry.folder, 'blobs/blobs', digest.slice(0, 2), digest));
    const later = await read();
    expect(later).toContain(`${deployment} was rolled back at 2026-03-01T10:00:00.000Z by user:developer: a drill`);
    expect(later).toContain(`emergency ${openBreakGlass.breakGlass.id} in staging is open`);
    expect(later).toContain('its bytes are damaged or gone');
    expect(later).toContain('it serves nowhere now');
  });
});
