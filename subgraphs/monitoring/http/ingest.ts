import { Heartbeat, OutcomeBatch, TelemetryBatch } from '../../../schema/telemetry.ts';
import type { Database } from '../../shared/database/database.ts';
import { jsonBody, type DataPlane } from '../../shared/http/data-plane.ts';
import { validated } from '../../../schema/validated.ts';
import type { Ingest } from '../ingest.ts';
import { takeHeartbeat } from '../nodes.ts';

/** A thousand records with their inputs and features. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;

/** The doors through which nodes and clients send what happened. */
export function addIngestRoutes(plane: DataPlane, ingest: Ingest, db: Database, now: () => Date): void {
  const scope = 'monitoring:ingest';
  plane.route({ method: 'POST', path: '/v1/predictions', scope, maxBytes: MAX_BATCH_BYTES }, async (c) => {
    const batch = validated(TelemetryBatch, await jsonBody(c));
    return c.json(await ingest.predictions(batch, c.get('holder')));
  });
  plane.route({ method: 'POST', path: '/v1/outcomes', scope, maxBytes: MAX_BATCH_BYTES }, async (c) => {
    const batch = validated(OutcomeBatch, await jsonBody(c));
    return c.json(await ingest.outcomes(batch, c.get('holder')));
  });
  plane.route({ method: 'POST', path: '/v1/heartbeat', scope }, async (c) => {
    const heartbeat = validated(Heartbeat, await jsonBody(c));
    await takeHeartbeat(db, heartbeat, c.get('holder'), now());
    return c.json({ taken: true });
  });
}
