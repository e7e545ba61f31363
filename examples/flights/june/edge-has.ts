import * as z from 'zod';
import { answered, call } from '../client/call.ts';
import type { Connection } from '../client/connection.ts';
import { SignedManifest } from '../../../schema/manifest.ts';

const Revision = z.object({ revision: z.int() });

/** Whether the edge goes by the newest manifest, and has this release loaded. */
export async function edgeHas({ graphUrl, edgeUrl, key }: Connection, releaseDigest: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${key}` };
  const told = await answered(
    'the manifest',
    await call(`${graphUrl}/v1/manifests/server`, { headers, repeatable: true }),
  );
  const { payload } = SignedManifest.parse(await told.json());
  const { revision } = Revision.parse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8')));
  const metrics = await answered('metrics', await call(`${edgeUrl}/metrics`, { headers, repeatable: true }));
  const text = await metrics.text();
  const held = Number(/^manifest_revision (\d+)$/m.exec(text)?.[1] ?? -1);
  return held >= revision && text.includes(`release="${releaseDigest}"`);
}
