import { beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import { encodeCursor } from '../../subgraphs/shared/paging.ts';
import { inboxIn, inboxQuery } from '../support/inbox.ts';
import { expectPages, PAGE } from '../support/paging.ts';
import {
  EVALUATION,
  featureOutbox,
  goldenRows,
  person,
  REGISTER,
  startTestRegistry,
  type TestRegistry,
} from '../support/registry.ts';
import {
  APPROVE_RELEASE,
  CREATE_RELEASE,
  deployed,
  fraudModel,
  fraudRecipe,
  REJECT_RELEASE,
  serviceEvent,
  type Deployed,
} from '../support/serving.ts';
import { createTestDatabase } from '../support/test-database.ts';

const developer = person('developer');
const approver = person('approver');
const viewer = person('viewer');
let registry: TestRegistry;
let clock = Date.parse('2026-03-01T10:00:00.000Z');

beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  // A second passes between any two things that are done.
  registry = await startTestRegistry({
    database,
    feeds: { feature: outbox.feed },
    now: () => new Date((clock += 1_000)),
  });
  await outbox.tell(serviceEvent());
});

const list = async (field: string, args: string, node: string): Promise<any[]> => {
  const query = `{ ${field}${args && `(${args})`} { edges { node { ${node} } } } }`;
  return (await registry.ask(viewer, query))[field].edges.map((edge: any) => edge.node);
};

describe('model versions', () => {
  const versions = (args: string): Promise<string[]> =>
    list('modelVersions', args, 'id').then((found) => found.map(({ id }) => id.split(':').at(-1)));

  beforeAll(async () => {
    const model = fraudModel(3);
    const artifact = await registry.upload(developer, model.bytes);
    const evaluation = await registry.upload(developer, EVALUATION);
    const register = async (name: string, more: object): Promise<string> => {
      const input = { artifact, evaluation, goldenRows: goldenRows(model), model: name, ...more };
      return (await registry.ask(developer, REGISTER, { input })).registerModelVersion.modelVersion.id;
    };
    const step = (name: string, id: string): Promise<any> =>
      registry.ask(
        developer,
        `mutation ($input: ModelVersionStepInput!) { ${name}ModelVersion(input: $input) { modelVersion { state } } }`,
        { input: { id } },
      );
    await register('risk', { owner: 'fraud', tags: ['cards', 'eu'] });
    const submitted = await register('risk', { owner: 'fraud', tags: ['cards'] });
    const validated = await register('eta', { owner: 'maps' });
    for (const id of [submitted, validated]) await step('submit', id);
    await step('validate', validated);
  });

  it('are listed by state, owner and label, the newest first', async () => {
    expect(await versions('')).toEqual(['eta@1', 'risk@2', 'risk@1']);
    expect(await versions('states: [SUBMITTED, VALIDATED]')).toEqual(['eta@1', 'risk@2']);
    expect(await versions('states: VALIDATED')).toEqual(['eta@1']);
    expect(await versions('states: []')).toEqual([]);
    expect(await versions('owner: "fraud"')).toEqual(['risk@2', 'risk@1']);
    expect(await versions('tag: "eu"')).toEqual(['risk@1']);
    expect(await versions('states: DRAFT, owner: "fraud", tag: "cards"')).toEqual(['risk@1']);
    expect(await versions('owner: "nobody"')).toEqual([]);
  });

  it('are read page by page', async () => {
    await expectPages(async (page) => (await registry.ask(viewer, `{ modelVersions(${page}) ${PAGE} }`)).modelVersions);
    await expectPages(
      async (page) =>
        (await registry.ask(viewer, `{ modelVersions(states: [SUBMITTED, VALIDATED], ${page}) ${PAGE} }`))
          .modelVersions,
    );
  });

  it('wait in the inbox of who may take their next step, and of nobody who made them', async () => {
    const inbox = async (actor: Actor, of?: 'ANYBODY'): Promise<string[]> =>
      inboxIn(await registry.ask(actor, inboxQuery('modelVersions', '', '{ edges { node { id } } }', of))).edges.map(
        ({ node }: any) => node.id.split(':').at(-1),
      );
    expect(await inbox(viewer)).toEqual([]);
    expect(await inbox(viewer, 'ANYBODY')).toEqual(['eta@1', 'risk@2']);
    expect(await inbox(developer)).toEqual(['risk@2']);
    expect(await inbox(approver)).toEqual(['eta@1', 'risk@2']);
    // Who made a version does not approve it, whatever their roles.
    expect(await inbox({ ...developer, roles: ['approver'] })).toEqual(['risk@2']);
    expect(await inbox({ ...approver, project: 'other' })).toEqual([]);
    await expectPages(async (page) => inboxIn(await registry.ask(approver, inboxQuery('modelVersions', page))));
    expect(
      await registry.refusals(viewer, inboxQuery('modelVersions', '').replace('"ME"', '"user:ann"')),
    ).toMatchObject([{ code: 'INVALID_INPUT', field: 'inbox', allowed: ['ME', 'ANYBODY'] }]);
  });

  it('are of the own project alone', async () => {
    const stranger = { ...viewer, project: 'other' };
    const { modelVersions, releases } = await registry.ask(
      stranger,
      '{ modelVersions { edges { cursor } } releases { edges { cursor } } }',
    );
    expect([modelVersions.edges, releases.edges]).toEqual([[], []]);
  });
});

describe('releases', () => {
  let place: Deployed;
  let waiting: string[];
  const bolder = (threshold: number): object =>
    fraudRecipe(place.versions[0]!, { output: { decision: { threshold, above: 'REVIEW', below: 'ACCEPT' } } });
  const create = async (threshold: number): Promise<string> => {
    const input = { deployment: place.deployment, recipe: bolder(threshold) };
    return (await registry.ask(developer, CREATE_RELEASE, { input })).createRelease.release.id;
  };
  const releases = (args: string): Promise<any[]> => list('releases', args, 'id approvalState');

  beforeAll(async () => {
    await deployed(registry, 'lab', { releases: 1, environment: 'staging' });
    place = await deployed(registry, 'decide', { releases: 1 });
    waiting = [await create(0.6), await create(0.7), await create(0.8), await create(0.6)];
  });

  it('wait in the inbox of approvers who made no release like it', async () => {
    const inbox = async (actor: Actor, of?: 'ANYBODY'): Promise<string[]> =>
      inboxIn(await registry.ask(actor, inboxQuery('releases', '', '{ edges { node { id } } }', of))).edges.map(
        ({ node }: any) => node.id,
      );
    const all = waiting.toReversed();
    expect(await inbox(viewer)).toEqual([]);
    expect(await inbox(developer)).toEqual([]);
    expect(await inbox(developer, 'ANYBODY')).toEqual(all);
    expect(await inbox(approver)).toEqual(all);
    expect(await inbox({ ...developer, roles: ['approver'] })).toEqual([]);
    await expectPages(async (page) => inboxIn(await registry.ask(approver, inboxQuery('releases', page))));
  });

  it('are listed as their recipes stand, the newest first', async () => {
    const [first, second, third, again] = waiting as [string, string, string, string];
    expect((await releases('approvalStates: WAITING')).map(({ id }) => id)).toEqual([again, third, second, first]);
    await registry.ask(approver, APPROVE_RELEASE, { input: { release: first } });
    await registry.ask(approver, REJECT_RELEASE, { input: { release: second, reason: 'no' } });
    expect((await releases('approvalStates: WAITING')).map(({ id }) => id)).toEqual([third]);
    expect((await releases('approvalStates: REJECTED')).map(({ id }) => id)).toEqual([second]);
    expect((await releases('approvalStates: APPROVED')).map(({ id }) => id)).toEqual([
      again,
      first,
      place.releases[0]!.id,
    ]);
    expect((await releases('approvalStates: [NOT_REQUIRED, WAITING]')).map(({ id }) => id)).toEqual([
      third,
      'tiffin:default:release:lab@staging/1',
    ]);
    // What the list finds by is what each of them says of itself.
    for (const state of ['NOT_REQUIRED', 'WAITING', 'APPROVED', 'REJECTED']) {
      const found = await releases(`approvalStates: ${state}`);
      expect(found.map(({ approvalState }) => approvalState)).toEqual(found.map(() => state));
      expect(found).not.toEqual([]);
    }
    expect((await releases('')).length).toBe(6);
  });

  it('are narrowed to a deployment, by its full id or the short one', async () => {
    for (const id of ['lab@staging', 'tiffin:default:deployment:lab@staging']) {
      expect(await releases(`deployment: "${id}"`)).toEqual([
        { id: 'tiffin:default:release:lab@staging/1', approvalState: 'NOT_REQUIRED' },
      ]);
      expect(await releases(`deployment: "${id}", approvalStates: WAITING`)).toEqual([]);
    }
    expect(await registry.refusals(viewer, '{ releases(deployment: "lab") { edges { cursor } } }')).toMatchObject([
      { code: 'INVALID_INPUT', field: 'deployment' },
    ]);
  });

  it('are read page by page', async () => {
    await expectPages(async (page) => (await registry.ask(viewer, `{ releases(${page}) ${PAGE} }`)).releases);
    await expectPages(
      async (page) =>
        (await registry.ask(viewer, `{ releases(approvalStates: [APPROVED, WAITING], ${page}) ${PAGE} }`)).releases,
    );
  });

  it('refuse a cursor that somebody made up', async () => {
    const after = encodeCursor(['never', 'decide', 'production', 1]);
    expect(await registry.refusals(viewer, `{ releases(after: "${after}") { edges { cursor } } }`)).toMatchObject([
      { code: 'INVALID_INPUT', field: 'after' },
    ]);
  });
});
