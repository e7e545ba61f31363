import type { Context } from 'hono';
import { dropBody } from '../../shared/http/body-limit.ts';
import type { DataPlaneEnv } from '../../shared/http/data-plane.ts';

/** Sends the caller away, if `check` says so, before its body takes any memory. */
export async function refuseUnderPressure(c: Context<DataPlaneEnv>, check: () => void): Promise<void> {
  try {
    check();
  } catch (error) {
    if (!(await dropBody(c.req.raw))) c.set('closing', true);
    throw error;
  }
}
