import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { Manifest, type ManifestDeployment } from '../../../../schema/manifest.ts';
import { issueManifest, SERVER_AUDIENCE } from '../../../../subgraphs/registry/domain/serving/manifest.ts';
import { signManifest } from '../../../../subgraphs/registry/domain/signature.ts';

/** A deployment in the middle of an experiment, with a holdout: each digest is another, as in life. */
function entryOf(n: number): ManifestDeployment {
  const endpoint = `decision-of-city-${n}`;
  const release = (of: string): string => createHash('sha256').update(`${n} ${of}`).digest('hex');
  return {
    deployment: `tiffin:default:deployment:${endpoint}@production`,
    endpoint,
    environment: 'production',
    revision: n + 1,
    requires: ['engine:ort', 'features:http', 'recipe:2', 'rules:1', 'segments:1'],
    traffic: [
      { kind: 'HOLDOUT', seed: `holdout-${n}`, unit: 'customer_id', share: 0.02, release: release('before') },
      {
        kind: 'ALLOCATION',
        holder: `tiffin:default:experiment:ranking-${n}`,
        holderRevision: 3,
        seed: `tiffin:default:experiment:ranking-${n}`,
        hashVersion: 2,
        unit: 'customer_id',
        arms: [
          { arm: 'control', release: release('now'), ranges: [[0, 0.5]] },
          { arm: 'candidate', release: release('next'), ranges: [[0.5, 1]] },
        ],
        endsAt: '2026-04-10T12:00:00.000Z',
      },
      { kind: 'DEFAULT', release: release('now') },
    ],
    previous: release('before'),
    refuseAfterMs: null,
    snapshots: [],
  };
}

it('a manifest of 180 deployments is sent in less than 100 KB', async () => {
  const terms = {
    audience: SERVER_AUDIENCE,
    revision: 40,
    now: new Date('2026-03-10T12:00:00Z'),
    lifetimeMs: 86_400_000,
  };
  const manifest = issueManifest(
    terms,
    Array.from({ length: 180 }, (_, n) => entryOf(n)),
  );
  expect(Manifest.parse(manifest)).toEqual(manifest);
  const { privateKey } = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const signed = await signManifest(manifest, [{ keyId: 'k1', privateKey, publicKey: '' }]);
  const bytes = gzipSync(JSON.stringify(signed)).length;
  console.info(`manifest of 180 deployments: ${(bytes / 1024).toFixed(1)} KB gzip`);
  expect(bytes).toBeLessThan(100 * 1024);
});
