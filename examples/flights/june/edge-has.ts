import * as z from 'zod';
import type { Client } from '../../../client/client.ts';
import { SignedManifest } from '../../../schema/manifest.ts';

const Revision = z.object({ revision: z.int() });

/** Whether the edge goes by the newest manifest, with its shadows ready, and answers by this release, where one is named. */
export async function edgeHas({ blobs, edge }: Client, releaseDigest?: string): Promise<boolean> {
  const manifest = new TextDecoder().decode(await blobs.download('/v1/manifests/server', 'registry'));
  const { payload } = SignedManifest.parse(JSON.parse(manifest));
  const { revision } = Revision.parse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8')));
  const metrics = await edge.metrics();
  const held = Number(/^manifest_revision (\d+)$/m.exec(metrics)?.[1] ?? -1);
  const isShadowMissing = /^shadow_ready\{.*\} 0$/m.test(metrics);
  return (
    held >= revision &&
    !isShadowMissing &&
    (releaseDigest === undefined || metrics.includes(`release="${releaseDigest}"`))
  );
}
