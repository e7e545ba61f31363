import type { InboxOf } from '../../../schema/inbox.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { belongs } from '../../shared/operations/inbox.ts';
import type { PageRequest } from '../../shared/paging.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { EdgeNode } from '../domain/node/edge-node.ts';
import type { ResponseRun } from '../domain/response/run.ts';
import { listIncidents } from '../storage/incident/incident.ts';
import { listEdgeNodes } from '../storage/node/edge-node.ts';
import { listRuns } from '../storage/response/run.ts';
import type { MonitoringDeps } from './deps.ts';
import { isChecker } from './response/bounds.ts';

/** What waits for a person, by the rules that would let them deal with it. */
export class Inbox {
  readonly #deps: Pick<MonitoringDeps, 'db'>;

  constructor(deps: Pick<MonitoringDeps, 'db'>) {
    this.#deps = deps;
  }

  async incidents({ actor }: RequestContext, inbox: InboxOf, page: PageRequest): Promise<readonly Incident[]> {
    if (!belongs(inbox, actor, 'acknowledgeIncident')) return [];
    const filter = { project: actor.project, status: 'OPEN', deployment: null, isUnacknowledged: true } as const;
    return listIncidents(this.#deps.db.pool, filter, page);
  }

  async runs({ actor }: RequestContext, inbox: InboxOf, page: PageRequest): Promise<readonly ResponseRun[]> {
    if (inbox === 'ME' && !isChecker(actor)) return [];
    const { project, subject, onBehalfOf } = actor;
    const notBy = inbox === 'ME' ? [subject, ...(onBehalfOf === undefined ? [] : [onBehalfOf])] : [];
    const filter = { project, policy: null, deployment: null, incident: null, state: 'ASKING', notBy } as const;
    return listRuns(this.#deps.db.pool, filter, page);
  }

  async nodes({ actor }: RequestContext, inbox: InboxOf, page: PageRequest): Promise<readonly EdgeNode[]> {
    if (!belongs(inbox, actor, 'acknowledgeIncident')) return [];
    return listEdgeNodes(this.#deps.db.em(), { project: actor.project, deployment: null, isStale: true }, page);
  }
}
