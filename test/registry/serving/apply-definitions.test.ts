import { beforeAll, describe, expect, it } from 'vitest';
import {
  approvedVersion,
  featureOutbox,
  person,
  startTestRegistry,
  type TestRegistry,
} from '../../support/registry.ts';
import { fraudModel, fraudRecipe, serviceEvent } from '../../support/serving.ts';
import { createTestDatabase } from '../../support/test-database.ts';

const developer = person('developer');
const APPLY = `mutation ($input: ApplyServingDefinitionsInput!) { applyServingDefinitions(input: $input) { eventCursor
  changes { kind subject action id beforeId fingerprint differences { path before after } } } }`;

let registry: TestRegistry;
let version: string;
let after: string;

beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed } });
  after = await outbox.tell(serviceEvent());
  version = await approvedVersion(registry, fraudModel(), { model: 'fraud' });
});

const apply = async (input: object): Promise<{ eventCursor: string | null; changes: any[] }> =>
  (await registry.ask(developer, APPLY, { input })).applyServingDefinitions;
const refused = (input: object) => registry.refusals(developer, APPLY, { input });
const counted = async (): Promise<number> =>
  (await registry.ask(developer, '{ endpoints { edges { node { id } } } }')).endpoints.edges.length;

const endpoints = [{ name: 'fraud', description: 'Is it fraud?', tags: ['cards'] }];
const deployments = [{ endpoint: 'fraud', environment: 'staging', refuseAfterMs: 60_000 }];
const set = () => ({
  endpoints,
  deployments,
  recipes: [{ deployment: 'fraud@staging', recipe: fraudRecipe(version), description: 'The first.' }],
  after,
});

describe('applying definitions of what is served', () => {
  it('plans endpoint, deployment and recipe together, with no trace of it left', async () => {
    const { changes, eventCursor } = await apply({ ...set(), dryRun: true });
    expect(eventCursor).toBeNull();
    expect(changes.map(({ kind, subject, action, id }) => [kind, subject, action, id])).toEqual([
      ['endpoint', 'tiffin:default:endpoint:fraud', 'CREATE', 'tiffin:default:endpoint:fraud'],
      ['deployment', 'tiffin:default:deployment:fraud@staging', 'CREATE', 'tiffin:default:deployment:fraud@staging'],
      ['release', 'tiffin:default:release:fraud@staging', 'CREATE', 'tiffin:default:release:fraud@staging/1'],
    ]);
    expect(await counted()).toBe(0);
  });

  it('refuses the whole where one of it is refused, with the way to the field', async () => {
    const wrong = { ...fraudRecipe(version), output: { threshold: 2 } };
    const recipes = [{ deployment: 'fraud@staging', recipe: wrong }];
    for (const dryRun of [true, false]) {
      const [refusal] = await refused({ ...set(), recipes, dryRun });
      expect(refusal).toMatchObject({ code: 'INVALID_INPUT', field: 'recipes.0.recipe.output' });
      expect(refusal.message).toMatch(/^recipes\.0\.recipe\.output: /);
    }
    const nowhere = { endpoints, deployments: [{ endpoint: 'other', environment: 'staging' }] };
    expect((await refused(nowhere))[0]).toMatchObject({ code: 'NOT_FOUND', field: 'deployments.0.endpoint' });
    expect(await counted()).toBe(0);
  });

  it('applies them, and finds nothing to change afterwards', async () => {
    const { eventCursor } = await apply(set());
    expect(eventCursor).toEqual(expect.any(String));
    const { deployment } = await registry.ask(
      developer,
      `{ deployment(id: "tiffin:default:deployment:fraud@staging") { definition endpoint { definition }
        releases { edges { node { id recipe description createdBy } } } } }`,
    );
    const [{ node: release }] = deployment.releases.edges;
    expect(release).toMatchObject({ description: 'The first.', createdBy: 'user:developer' });
    const stands = {
      endpoints: [deployment.endpoint.definition],
      deployments: [deployment.definition],
      recipes: [{ deployment: 'fraud@staging', recipe: release.recipe }],
    };
    for (const again of [set(), stands]) {
      const { changes, ...rest } = await apply(again);
      expect(rest.eventCursor).toBeNull();
      expect(changes.map(({ action }) => action)).toEqual(['UNCHANGED', 'UNCHANGED', 'UNCHANGED']);
    }
  });

  it('makes a new release of another recipe, and changes an endpoint in place', async () => {
    const recipe = fraudRecipe(version, { budgets: { featuresMs: 20, totalMs: 200 } });
    const { changes } = await apply({
      endpoints: [{ ...endpoints[0], owner: 'payments' }],
      recipes: [{ deployment: 'fraud@staging', recipe }],
    });
    expect(changes.map(({ action, id, beforeId, differences }) => ({ action, id, beforeId, differences }))).toEqual([
      {
        action: 'UPDATE',
        id: 'tiffin:default:endpoint:fraud',
        beforeId: 'tiffin:default:endpoint:fraud',
        differences: [{ path: 'owner', before: null, after: 'payments' }],
      },
      {
        action: 'NEW_VERSION',
        id: 'tiffin:default:release:fraud@staging/2',
        beforeId: 'tiffin:default:release:fraud@staging/1',
        differences: [{ path: 'recipe.budgets.featuresMs', before: 50, after: 20 }],
      },
    ]);
    const { auditRecords } = await registry.ask(
      developer,
      '{ auditRecords(subject: "tiffin:default:endpoint:fraud") { edges { node { action actor } } } }',
    );
    expect(auditRecords.edges.map(({ node }: any) => node.action)).toEqual(['endpoint.define', 'endpoint.define']);
  });

  it('leaves the settings of a deployment that is there alone', async () => {
    const [refusal] = await refused({ deployments: [{ ...deployments[0], refuseAfterMs: 1 }], dryRun: true });
    expect(refusal).toMatchObject({ code: 'CONFLICT', field: 'deployments.0.refuseAfterMs', allowed: 60_000 });
  });

  it('is refused where another release was made since the plan', async () => {
    const recipe = fraudRecipe(version, { budgets: { featuresMs: 30, totalMs: 200 } });
    const recipes = [{ deployment: 'fraud@staging', recipe }];
    const { changes } = await apply({ recipes, dryRun: true });
    const expected = changes.map(({ subject, fingerprint }) => ({ subject, fingerprint }));
    await apply({ recipes: [{ deployment: 'fraud@staging', recipe: fraudRecipe(version) }] });
    expect((await refused({ recipes, expected }))[0]).toMatchObject({ code: 'CONFLICT', field: 'expected.0' });
    await apply({ recipes });
  });

  it('makes webhooks by their URL, changes them in place, and shows no secret', async () => {
    const admin = person('admin');
    const url = 'https://hooks.example.org/releases';
    const webhooks = [{ url, kinds: ['DEPLOYMENT'], description: 'release channel' }];
    const applied = async (input: object): Promise<any[]> =>
      (await registry.ask(admin, APPLY, { input })).applyServingDefinitions.changes;
    const there = async (): Promise<any[]> => {
      const asked = '{ webhooks { edges { node { id definition } } } }';
      return (await registry.ask(admin, asked)).webhooks.edges.map(({ node }: any) => node);
    };
    const [planned] = await applied({ webhooks, dryRun: true });
    expect([planned.action, await there()]).toEqual(['CREATE', []]);
    const expected = [{ subject: planned.subject, fingerprint: null }];
    expect(await applied({ webhooks, expected })).toEqual([planned]);
    const definition = { url, kinds: ['DEPLOYMENT'], description: 'release channel', status: 'ACTIVE' };
    expect(await there()).toEqual([{ id: planned.id, definition }]);
    expect(await applied({ webhooks: [definition] })).toMatchObject([{ action: 'UNCHANGED', differences: [] }]);
    const stopped = [{ url, kinds: ['ALERT', 'MODEL_VERSION'], status: 'DISABLED' }];
    expect(await applied({ webhooks: stopped })).toMatchObject([
      {
        action: 'UPDATE',
        id: planned.id,
        differences: [
          { path: 'kinds', before: ['DEPLOYMENT'], after: ['ALERT', 'MODEL_VERSION'] },
          { path: 'description', before: 'release channel', after: null },
          { path: 'status', before: 'ACTIVE', after: 'DISABLED' },
        ],
      },
    ]);
    expect(await there()).toEqual([{ id: planned.id, definition: stopped[0] }]);
    expect(
      await registry.refusals(admin, APPLY, { input: { webhooks: [{ url, format: 'OPENLINEAGE' }] } }),
    ).toMatchObject([{ code: 'INVALID_INPUT', allowed: ['CHANGES'] }]);
    const [inside] = await registry.refusals(admin, APPLY, { input: { webhooks: [{ url: 'http://10.0.0.1/' }] } });
    expect(inside).toMatchObject({ code: 'INVALID_INPUT', field: 'webhooks.0.url' });
    const create = 'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } } }';
    await registry.ask(admin, create, { input: { url } });
    const [ambiguous] = await registry.refusals(admin, APPLY, { input: { webhooks } });
    expect(ambiguous).toMatchObject({ code: 'CONFLICT', field: 'webhooks.0.url' });
    const [role] = await refused({ webhooks, dryRun: true });
    expect(role).toMatchObject({ code: 'FORBIDDEN', allowed: ['role admin', 'scope registry:webhooks'] });
  });

  it('needs who may register', async () => {
    expect((await registry.refusals(person('viewer'), APPLY, { input: { endpoints } }))[0].code).toBe('FORBIDDEN');
  });
});
