import { DomainError } from '../../core/errors.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { heartbeatOf, type HeartbeatParts } from './heartbeat.ts';
import type { NodeLog } from './node-log.ts';

export interface BeatParts extends HeartbeatParts {
  readonly monitoring: ControlPlane;
  readonly timeoutMs: number;
  readonly nodeLog: NodeLog;
}

/** Tells monitoring how the node is. Gives whether it was taken. */
export async function beat(parts: BeatParts): Promise<boolean> {
  const { monitoring, timeoutMs, nodeLog } = parts;
  try {
    await monitoring.postJson('/v1/heartbeat', heartbeatOf(parts), timeoutMs);
    return true;
  } catch (error) {
    const isRefused = error instanceof DomainError && Number(error.details['status']) < 500;
    nodeLog[isRefused ? 'warn' : 'debug']({ err: error }, 'the heartbeat was not taken');
    return false;
  }
}

/** The answer to a heartbeat corrects the clock: one that was refused for its time is right the second time. */
export async function beatAgain(parts: BeatParts): Promise<boolean> {
  const { clock } = parts;
  const skewBefore = clock.nowMs() - clock.systemMs();
  return (await beat(parts)) || (clock.nowMs() - clock.systemMs() !== skewBefore && (await beat(parts)));
}
