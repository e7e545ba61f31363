import { DomainError } from '../../core/errors.ts';
import type { MachineKey } from '../../core/machine-keys.ts';
import type { Caller } from '../serving/caller.ts';

/** How many milliseconds the caller waits, from when its request is read. */
export const DEADLINE_HEADER = 'x-tiffin-deadline-ms';

const LONGEST_MS = 600_000;

/** Throws INVALID_INPUT where the deadline is no number of milliseconds. */
export function callerOf(key: MachineKey, deadline: string | undefined, monotonicMs: () => number): Caller {
  const { project, trust, endpoints = null } = key;
  if (deadline === undefined) return { project, trust, endpoints, leftMs: () => Infinity };
  const endsMs = monotonicMs() + msOf(deadline);
  return { project, trust, endpoints, leftMs: () => endsMs - monotonicMs() };
}

function msOf(deadline: string): number {
  const ms = /^\d{1,6}$/.test(deadline) ? Number(deadline) : NaN;
  if (ms >= 1 && ms <= LONGEST_MS) return ms;
  const allowed = `whole milliseconds from 1 to ${LONGEST_MS}`;
  throw new DomainError('INVALID_INPUT', `${DEADLINE_HEADER}: ${deadline} is not allowed; send ${allowed}`, {
    field: DEADLINE_HEADER,
    allowed: [allowed],
  });
}
