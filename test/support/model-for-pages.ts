import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { EdgePage } from './edge-page.ts';
import { startInstall, type OneProcessInstall } from './install.ts';
import { logisticModel } from './onnx-models.ts';
import { approvedVersion, ask, change, eventually, predict, released } from './story.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const PAGE_KEY = 'tfn_public_key_of_a_web_page';

/** An install that knows the public key of a page. */
export async function installForPages(env: Readonly<Record<string, string>> = {}): Promise<OneProcessInstall> {
  const dataDir = temporaryFolder('install');
  mkdirSync(join(dataDir, 'secrets'), { recursive: true });
  const sha256 = createHash('sha256').update(PAGE_KEY).digest('hex');
  const scopes = ['edge:deliver', 'edge:predict', 'monitoring:ingest'];
  const key = { id: 'web', sha256, scopes, project: 'default', trust: 'device' };
  writeFileSync(join(dataDir, 'secrets', 'keys.json'), JSON.stringify([key]));
  return startInstall({ dataDir, env: { TIFFIN_EDGE_POLL_MS: '100', ...env } });
}

/** The page's server, which the install's manifests are meant for. */
export function pageFor(install: OneProcessInstall, options: object = {}): EdgePage {
  const trustedKeys = JSON.parse(readFileSync(join(install.dataDir, 'secrets', 'trusted-keys.json'), 'utf8'));
  return new EdgePage({ controlUrl: install.graphUrl, key: PAGE_KEY, trustedKeys, audience: 'web', ...options });
}

/** The deployment `lateness`, which pages may hold; nothing is live there yet. */
export async function deploymentForPages(install: OneProcessInstall): Promise<string> {
  const { endpoint } = await change(
    install,
    'developer',
    'createEndpoint',
    { name: 'lateness' },
    '{ endpoint { id } }',
  );
  const place = { endpoint: endpoint.id, environment: 'production', audiences: ['web'] };
  return (await change(install, 'developer', 'createDeployment', place, '{ deployment { id } }')).deployment.id;
}

/** Puts a model live there that differs by its bias, and waits until the edge answers by it; answers the release's digest. */
export async function liveForPages(install: OneProcessInstall, deployment: string, bias: number): Promise<string> {
  const model = logisticModel({ features: 2, weights: [-2, 3], bias });
  const version = await approvedVersion(install, model, { model: 'lateness' });
  const recipe = {
    inputs: ['distance', 'delay'].map((name) => ({ name, dtype: 'FLOAT64' })),
    models: [{ version, inputs: [{ tensor: 'features', columns: ['distance', 'delay'] }], score: { tensor: 'score' } }],
    output: { decision: { threshold: 0.5, above: 'LATE', below: 'ON_TIME' } },
  };
  const release = await released(install, { deployment, recipe });
  const promoted = { deployment, release: release.id, reason: 'to phones' };
  await change(install, 'developer', 'promoteRelease', promoted, '{ applied }');
  await eventually(async () => {
    const { body } = await predict(install, 'lateness', { inputs: { distance: 1, delay: 1 } });
    expect(body.release).toBe(release.digest);
  });
  return release.digest;
}

/** The ids of all stored predictions that devices sent. */
export async function storedOfPages(install: OneProcessInstall, deployment: string): Promise<Set<string>> {
  const query = `query ($deployment: ID!, $after: String) { predictions(deployment: $deployment, trust: DEVICE, first: 100, after: $after) {
    edges { node { id } } pageInfo { hasNextPage endCursor } } }`;
  const stored = new Set<string>();
  for (let after: string | null = null, more = true; more;) {
    const predictions = await ask(install, 'viewer', query, { deployment, after });
    for (const { node } of predictions.edges) stored.add(node.id.split(':').at(-1));
    ({ hasNextPage: more, endCursor: after } = predictions.pageInfo);
  }
  return stored;
}
