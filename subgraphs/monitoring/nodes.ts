import { DomainError } from '../../core/errors.ts';
import { urnOf } from '../../core/urn.ts';
import type { Heartbeat } from '../../schema/telemetry.ts';
import type { KeyHolder } from '../shared/auth/key-ring.ts';
import type { Database } from '../shared/database/database.ts';
import { appendEvent } from '../shared/events/outbox.ts';
import { accountBetween, addAccounts, closeAccount, EMPTY_ACCOUNT, type Account } from './domain/accounting.ts';
import { isNews, type EdgeNode } from './domain/edge-node.ts';
import { unstorable } from './domain/record.ts';
import { lockEdgeNode, saveEdgeNode } from './storage/edge-node.ts';
import { noteShadows } from './storage/shadow-account.ts';
import { currentTotals, noteHeartbeat, totalsUpTo, type EpochTotals } from './storage/node-account.ts';

const DAY_MS = 86_400_000;

export const nodeUrn = ({ project, node }: Pick<EdgeNode, 'project' | 'node'>): string =>
  urnOf(project, 'edge-node', node);

/** Takes a node's word of itself. One that is older than what is known, or comes again, changes nothing. */
export async function takeHeartbeat(db: Database, heartbeat: Heartbeat, holder: KeyHolder, now: Date): Promise<void> {
  const { project, trust } = holder;
  checkHeartbeat(heartbeat, now);
  await db.transaction(async (em) => {
    const before = await lockEdgeNode(em, project, heartbeat.node);
    if (before?.trust === 'server' && trust === 'device') {
      throw new DomainError('FORBIDDEN', `the node "${heartbeat.node}" is enrolled: a device key cannot speak for it`, {
        field: 'node',
      });
    }
    const at = new Date(heartbeat.at);
    const { shadows, ...own } = heartbeat;
    const told = { ...own, project, trust, at, receivedAt: now };
    const news = isNews(before, told);
    const after: EdgeNode = {
      ...told,
      firstSeenAt: before?.firstSeenAt ?? now,
      revision: (before?.revision ?? 0) + (news ? 1 : 0),
    };
    await noteHeartbeat(em, after);
    await noteShadows(em, after, shadows);
    if (before && before.at >= at) return;
    await saveEdgeNode(em, after);
    if (news) await announce(em, after);
  });
}

function checkHeartbeat(heartbeat: Heartbeat, now: Date): void {
  const problem = unstorable(heartbeat);
  if (problem !== null) throw new DomainError('INVALID_INPUT', problem, { field: 'body' });
  const at = Date.parse(heartbeat.at);
  if (at < 0 || at > now.getTime() + DAY_MS) {
    throw new DomainError('INVALID_INPUT', `at is ${heartbeat.at}; allowed: 1970 to a day from now`, { field: 'at' });
  }
}

async function announce(em: Parameters<typeof appendEvent>[0], node: EdgeNode): Promise<void> {
  await appendEvent(em, {
    urn: nodeUrn(node),
    kind: 'edge-node',
    project: node.project,
    revision: node.revision,
    at: node.receivedAt.toISOString(),
    asset: {
      name: node.node,
      description: `An edge node on ${node.runtime}.`,
      upstream: node.deployments.map(({ deployment }) => ({ urn: deployment, relation: 'RUNS_ON' as const })),
    },
    data: { trust: node.trust, epoch: node.epoch, stale: node.stale, deployments: node.deployments },
  });
}

const closed = ({ counts, stored }: EpochTotals): Account => closeAccount(counts, stored);
const sumOf = (accounts: readonly Account[]): Account => accounts.reduce(addAccounts, EMPTY_ACCOUNT);

/** The account of a node over all its epochs, against what is stored now. */
export async function accountOf(db: Database, node: EdgeNode): Promise<Account> {
  return sumOf((await currentTotals(db.pool, node)).map(closed));
}

/** The account of one UTC day: between each epoch's last heartbeat before it and its last heartbeat on it. */
export async function accountOfDay(db: Database, node: EdgeNode, day: string): Promise<Account> {
  const dayBefore = new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
  const starts = new Map((await totalsUpTo(db.pool, node, dayBefore)).map((totals) => [totals.epoch, closed(totals)]));
  const ends = (await totalsUpTo(db.pool, node, day)).map((totals) => ({ epoch: totals.epoch, end: closed(totals) }));
  return sumOf(ends.map(({ epoch, end }) => accountBetween(starts.get(epoch) ?? EMPTY_ACCOUNT, end)));
}
