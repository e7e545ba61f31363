import { describe, expect, it } from 'vitest';
import { person, startTestRegistry, type TestRegistry } from '../support/registry.ts';

const EXPORT = '/v1/audit/records?subgraph=registry';
const get = (registry: TestRegistry, headers: Record<string, string>): Promise<Response> =>
  Promise.resolve(registry.subgraph.dataApp.request(EXPORT, { headers }));

const made = async (registry: TestRegistry): Promise<void> => {
  const create = 'mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { endpoint { id } } }';
  await registry.ask(person('developer'), create, { input: { name: 'fraud' } });
};

describe('on routes that people may call', () => {
  it('a header says who calls in dev mode, as for the graph', async () => {
    const registry = await startTestRegistry({ devUsers: true });
    await made(registry);
    for (const user of ['viewer', 'developer', 'approver', 'committee', 'admin']) {
      const answer = await get(registry, { 'x-tiffin-user': user });
      expect(answer.status, user).toBe(200);
      expect(await answer.text(), user).toContain('"action":"endpoint.create"');
    }
    const unknown = await get(registry, { 'x-tiffin-user': 'root' });
    expect(unknown.status).toBe(401);
    expect(await unknown.json()).toMatchObject({ code: 'UNAUTHENTICATED', field: 'x-tiffin-user' });
    expect((await get(registry, {})).status, 'nobody is named').toBe(401);
    expect((await get(registry, { 'x-tiffin-user': 'admin', authorization: 'Bearer wrong' })).status).toBe(401);
    // Where only a key may call, a name opens nothing.
    const manifest = await registry.subgraph.dataApp.request('/v1/manifests/server', {
      headers: { 'x-tiffin-user': 'admin' },
    });
    expect(manifest.status).toBe(401);
    // Nobody uploads as a viewer.
    const upload = await registry.subgraph.dataApp.request('/v1/uploads/x', {
      method: 'PUT',
      headers: { 'x-tiffin-user': 'viewer' },
      body: 'bytes',
    });
    expect(upload.status).toBe(403);
  });

  it('the header says nothing elsewhere', async () => {
    const registry = await startTestRegistry();
    expect((await get(registry, { 'x-tiffin-user': 'admin' })).status).toBe(401);
  });
});
