import { DomainError } from '../../../../core/errors.ts';
import type { Heartbeat } from '../../../../schema/telemetry.ts';
import { appendEvent } from '../../../shared/events/outbox.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import {
  accountBetween,
  addAccounts,
  closeAccount,
  EMPTY_ACCOUNT,
  type Account,
  type NodeAccount,
} from '../../domain/record/accounting.ts';
import {
  checkHeartbeat,
  edgeNodeEvent,
  isClockWrong,
  isNews,
  placeHeartbeat,
  type EdgeNode,
} from '../../domain/node/edge-node.ts';
import { checkedDay, dayBefore } from '../../domain/time-window.ts';
import { lockEdgeNode, saveEdgeNode } from '../../storage/node/edge-node.ts';
import {
  countRefusals,
  currentTotals,
  noteHeartbeat,
  totalsUpTo,
  type EpochTotals,
} from '../../storage/record/accounting.ts';
import { countNodeProfiled } from '../../storage/quality/profile.ts';
import { noteShadows } from '../../storage/record/shadow-account.ts';
import type { MonitoringDeps } from '../deps.ts';
import { checkNode, type SenderContext } from '../record/ingest.ts';

const closed = ({ counts, stored }: EpochTotals): Account => closeAccount(counts, stored);
const sumOf = (accounts: readonly Account[]): Account => accounts.reduce(addAccounts, EMPTY_ACCOUNT);

/** What nodes say of themselves, and whether their accounts close. */
export class Nodes {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  /** Keeps what a node says of itself. A heartbeat older than what is known, or one that comes again, changes nothing. */
  async report({ actor }: SenderContext, heartbeat: Heartbeat): Promise<void> {
    const { project, trust } = actor;
    const now = this.#deps.now();
    checkNode(heartbeat.node, actor);
    checkHeartbeat(heartbeat);
    await this.#deps.db.transaction(async (em) => {
      const before = await lockEdgeNode(em, project, heartbeat.node);
      if (before?.trust === 'server' && trust === 'device') {
        throw new DomainError(
          'FORBIDDEN',
          `node: "${heartbeat.node}" is enrolled, so a device key cannot speak for it`,
          { field: 'node' },
        );
      }
      const { shadows, clockSkewMs, memory = null, ...own } = heartbeat;
      const clock = placeHeartbeat(new Date(heartbeat.at), now, clockSkewMs ?? null);
      const reported = { ...own, ...clock, memory, project, trust, receivedAt: now };
      const news = isNews(before, reported);
      const after: EdgeNode = {
        ...reported,
        firstSeenAt: before?.firstSeenAt ?? now,
        revision: (before?.revision ?? 0) + (news ? 1 : 0),
      };
      await noteHeartbeat(em, after);
      await noteShadows(em, after, shadows);
      if (before && before.at >= after.at) return;
      this.#warnOfClock(before, after);
      await saveEdgeNode(em, after);
      if (news) await appendEvent(em, edgeNodeEvent(after));
    });
  }

  /** Once, when a clock is found wrong. */
  #warnOfClock(before: EdgeNode | null, { node, clockSkewMs }: EdgeNode): void {
    if (!isClockWrong(clockSkewMs) || (before && isClockWrong(before.clockSkewMs))) return;
    this.#deps.log.warn({ node, clockSkewMs }, 'the clock of a node is wrong');
  }

  /**
   * The account of a node over all its epochs, against what is stored now; of one UTC day: between each epoch's last
   * heartbeat before it and its last heartbeat on it.
   */
  async account(_: RequestContext, node: EdgeNode, day: string | null): Promise<NodeAccount> {
    const { pool } = this.#deps.db;
    if (day !== null) checkedDay('day', day);
    const refused = await countRefusals(pool, node, day);
    return { ...(day === null ? await this.#whole(node) : await this.#ofDay(node, day)), refused };
  }

  /** How many of a node's answers stand in its profiles. */
  profiled(_: RequestContext, node: EdgeNode): Promise<number> {
    return countNodeProfiled(this.#deps.db.pool, node);
  }

  async #whole(node: EdgeNode): Promise<Account> {
    return sumOf((await currentTotals(this.#deps.db.pool, node)).map(closed));
  }

  async #ofDay(node: EdgeNode, day: string): Promise<Account> {
    const { pool } = this.#deps.db;
    const before = await totalsUpTo(pool, node, dayBefore(day));
    const starts = new Map(before.map((totals) => [totals.epoch, closed(totals)]));
    const ends = (await totalsUpTo(pool, node, day)).map((totals) => ({ epoch: totals.epoch, end: closed(totals) }));
    return sumOf(ends.map(({ epoch, end }) => accountBetween(starts.get(epoch) ?? EMPTY_ACCOUNT, end)));
  }
}
