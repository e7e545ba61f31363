import type { Context } from 'hono';
import { mayBeUnstorable } from '../../../core/storable-text.ts';
import { SampleBatch } from '../../../schema/metric.ts';
import { Heartbeat, OutcomeBatch, TelemetryBatch } from '../../../schema/telemetry.ts';
import { validated } from '../../../schema/validated.ts';
import { jsonBody, jsonTextBody, type DataPlane, type DataPlaneEnv } from '../../shared/http/data-plane.ts';
import type { SenderContext } from '../operations/record/ingest.ts';
import type { Operations } from '../operations/operations.ts';

/** A thousand records with their inputs and features. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;

const contextOf = (c: Context<DataPlaneEnv>): SenderContext => ({
  actor: c.get('holder'),
  requestId: c.get('requestId'),
});

/** Where nodes and clients send what happened. */
export function addIngestRoutes(
  plane: DataPlane,
  { ingest, outcomes, nodes, samples }: Pick<Operations, 'ingest' | 'outcomes' | 'nodes' | 'samples'>,
): void {
  const scope = 'monitoring:ingest';
  plane.route({ method: 'POST', path: '/v1/predictions', scope, maxBytes: MAX_BATCH_BYTES }, async (c) => {
    const { value, text } = await jsonTextBody(c);
    const batch = validated(TelemetryBatch, value);
    return c.json(await ingest.predictions(contextOf(c), batch, { textsAreStorable: !mayBeUnstorable(text) }));
  });
  plane.route({ method: 'POST', path: '/v1/outcomes', scope, maxBytes: MAX_BATCH_BYTES }, async (c) => {
    const batch = validated(OutcomeBatch, await jsonBody(c));
    return c.json(await outcomes.take(contextOf(c), batch));
  });
  plane.route({ method: 'POST', path: '/v1/samples', scope, maxBytes: MAX_BATCH_BYTES }, async (c) => {
    const batch = validated(SampleBatch, await jsonBody(c));
    return c.json({ stored: await samples.push(contextOf(c), batch) });
  });
  plane.route({ method: 'POST', path: '/v1/heartbeat', scope }, async (c) => {
    await nodes.report(contextOf(c), validated(Heartbeat, await jsonBody(c)));
    return c.json({ taken: true });
  });
}
