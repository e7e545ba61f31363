import { UnitEventBatch } from '../../../schema/unit-event.ts';
import { validated } from '../../../schema/validated.ts';
import { jsonBody, type DataPlane } from '../../shared/http/data-plane.ts';
import type { UnitEvents } from '../operations/metric/unit-events.ts';

/** Ten thousand events. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;

/** Where whoever knows what units do says so. */
export function addUnitEventRoutes(plane: DataPlane, unitEvents: UnitEvents): void {
  plane.route(
    { method: 'POST', path: '/v1/unit-events', scope: 'experiment:ingest', maxBytes: MAX_BATCH_BYTES },
    async (c) => {
      const batch = validated(UnitEventBatch, await jsonBody(c));
      const { project, trust } = c.get('holder');
      return c.json(await unitEvents.push({ project, trust }, batch));
    },
  );
}
