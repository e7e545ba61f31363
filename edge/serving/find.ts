import { DomainError } from '../../core/errors.ts';
import { mayAsk, type Caller } from './caller.ts';
import type { ServingDeployment, ServingTable } from './deployment.ts';

const NOTHING_DELIVERED =
  'nothing was delivered to this node yet, or its storage was cleared: it fetches what it serves as soon as the control plane can be reached';

export interface Wanted {
  /** `fraud-decision`, or with its environment `fraud-decision@staging`. */
  readonly name: string;
  /** The environment that a name without one means. */
  readonly environment: string;
  readonly caller: Caller;
}

/**
 * The deployment that a request names. Throws NOT_FOUND with what there is, FORBIDDEN where the key may not ask it, and
 * UNAVAILABLE where nothing was ever delivered or the entry is older than its deployment allows.
 */
export function findDeployment(table: ServingTable, { name, environment, caller }: Wanted): ServingDeployment {
  const at = name.lastIndexOf('@');
  const endpoint = at > 0 ? name.slice(0, at) : name;
  const wanted = at > 0 ? name.slice(at + 1) : environment;
  const { project, endpoints } = caller;
  if (!mayAsk(caller, endpoint)) {
    throw new DomainError('FORBIDDEN', `this key may not ask ${endpoint}, only ${endpoints?.join(', ') || 'none'}`, {
      field: 'endpoint',
      allowed: endpoints,
    });
  }
  let found: ServingDeployment | undefined;
  for (const one of table.deployments()) {
    const { entry } = one;
    if (one.project === project && entry.endpoint === endpoint && entry.environment === wanted) found = one;
  }
  const { revision, ageMs } = table.freshness();
  if (!found) {
    if (revision === null) {
      throw new DomainError('UNAVAILABLE', NOTHING_DELIVERED, { cause: 'NOT_DELIVERED' });
    }
    const unserved = table.unserved({ endpoint, environment: wanted, project });
    if (unserved) {
      const { reason, cause } = unserved;
      throw new DomainError('UNAVAILABLE', `${endpoint}@${wanted} is not served here: ${reason}`, {
        ...(cause && { cause }),
      });
    }
    const own = visibleTo(table, caller);
    const allowed = own.map(({ entry }) => `${entry.endpoint}@${entry.environment}`).slice(0, 50);
    throw new DomainError('NOT_FOUND', `nothing is deployed as ${endpoint}@${wanted}`, { field: 'endpoint', allowed });
  }
  const { refuseAfterMs } = found.entry;
  if (refuseAfterMs !== null && ageMs > refuseAfterMs) {
    throw new DomainError(
      'UNAVAILABLE',
      `${endpoint}@${wanted} may be served for ${refuseAfterMs} ms after the registry was last heard, and that was ${Math.round(ageMs)} ms ago`,
    );
  }
  return found;
}

/** The deployments that a key can ask. */
export const visibleTo = (table: ServingTable, caller: Caller): readonly ServingDeployment[] =>
  [...table.deployments()].filter((one) => one.project === caller.project && mayAsk(caller, one.entry.endpoint));
