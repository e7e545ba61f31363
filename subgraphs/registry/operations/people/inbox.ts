import type { InboxOf } from '../../../../schema/inbox.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { belongs } from '../../../shared/operations/inbox.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { isCloser, type BreakGlass } from '../../domain/governance/break-glass.ts';
import type { StandingApproval } from '../../domain/governance/standing-approval.ts';
import { namesOf } from '../../domain/identity.ts';
import { isChecker } from '../../domain/maker-checker.ts';
import type { Ending } from '../../domain/people/ending.ts';
import type { Release } from '../../domain/serving/release.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';
import {
  endingsBefore,
  halfStandings,
  openEmergencies,
  waitingReleases,
  waitingVersions,
} from '../../storage/people/inbox.ts';
import type { RegistryDeps } from '../deps.ts';
import { APPROVAL_AHEAD_MS, WAIVER_AHEAD_MS } from '../governance/reminders.ts';

/** What waits for a person, by the rules that would let them deal with it. Ids of other projects are none of theirs. */
export class Inbox {
  readonly #deps: Pick<RegistryDeps, 'db' | 'now'>;

  constructor(deps: Pick<RegistryDeps, 'db' | 'now'>) {
    this.#deps = deps;
  }

  async versions({ actor }: RequestContext, inbox: InboxOf, page: PageRequest): Promise<readonly ModelVersion[]> {
    const wanted = {
      toValidate: belongs(inbox, actor, 'validateModelVersion'),
      toApprove: inbox === 'ANYBODY' || isChecker(actor),
      names: makersIn(inbox, actor),
    };
    return waitingVersions(this.#deps.db.em(), actor.project, wanted, page);
  }

  async releases({ actor }: RequestContext, inbox: InboxOf, page: PageRequest): Promise<readonly Release[]> {
    if (inbox === 'ME' && !isChecker(actor)) return [];
    return waitingReleases(this.#deps.db.em(), actor.project, makersIn(inbox, actor), page);
  }

  async breakGlasses({ actor }: RequestContext, inbox: InboxOf, page: PageRequest): Promise<readonly BreakGlass[]> {
    if (inbox === 'ME' && !isCloser(actor)) return [];
    return openEmergencies(this.#deps.db.em(), actor.project, makersIn(inbox, actor), page);
  }

  async standings({ actor }: RequestContext, inbox: InboxOf, page: PageRequest): Promise<readonly StandingApproval[]> {
    if (inbox === 'ME' && !isChecker(actor)) return [];
    const { db, now } = this.#deps;
    return halfStandings(db.em(), actor.project, { names: makersIn(inbox, actor), now: now() }, page);
  }

  /** As long ahead as people are reminded of them. */
  async endings({ actor }: RequestContext, inbox: InboxOf, page: PageRequest): Promise<readonly Ending[]> {
    if (!belongs(inbox, actor, 'validateModelVersion')) return [];
    const now = this.#deps.now();
    const after = (ms: number): Date => new Date(now.getTime() + ms);
    const until = { now, approvals: after(APPROVAL_AHEAD_MS), waivers: after(WAIVER_AHEAD_MS) };
    return endingsBefore(this.#deps.db.em(), actor.project, until, page);
  }
}

const makersIn = (inbox: InboxOf, actor: RequestContext['actor']): readonly string[] =>
  inbox === 'ME' ? namesOf(actor) : [];
