import type { Client } from '../../client/client.ts';
import { ClientError } from '../../client/client-error.ts';
import { DEFINITION_GROUPS, DEFINITION_KINDS, type DefinitionGroup } from '../../schema/definition-kinds.ts';
import { ASSET_KINDS } from '../../schema/nouns.ts';
import { send, type DefinitionChange } from './send.ts';
import type { WrittenDefinition } from './written.ts';

/** A change, and who goes on reading what stood before it. */
export interface PlannedChange extends DefinitionChange {
  readonly readBy: readonly string[];
  /** Those of them that answer requests now: releases that a deployment serves, to some or to all. */
  readonly liveReleases: readonly string[];
}

export interface Plan {
  readonly changes: readonly PlannedChange[];
  /** What builds on another group's part of this plan, as a recipe on a feature service: checked when it is applied. */
  readonly later: readonly WrittenDefinition[];
}

export const ofGroup = (definitions: readonly WrittenDefinition[], group: DefinitionGroup): WrittenDefinition[] =>
  definitions.filter(({ kind }) => DEFINITION_KINDS[kind].group === group);

/** What applying the definitions would come to. Refused as applying them would be. */
export async function planOf(client: Client, definitions: readonly WrittenDefinition[]): Promise<Plan> {
  const changes: DefinitionChange[] = [];
  const later: WrittenDefinition[] = [];
  for (const group of DEFINITION_GROUPS) {
    const planned = ofGroup(definitions, group).filter((one) => !isLater(one, changes));
    later.push(...ofGroup(definitions, group).filter((one) => !planned.includes(one)));
    if (planned.length === 0) continue;
    changes.push(...(await send(client.graph, group, planned, { dryRun: true })).changes);
  }
  return { changes: await Promise.all(changes.map((change) => withReaders(client, change))), later };
}

/** Whether it builds on a version of a service, a release or a deployment that the plan makes. */
function isLater({ kind, input }: WrittenDefinition, changes: readonly DefinitionChange[]): boolean {
  if (kind === 'alert-rule') return isMade(changes, 'deployment', input['deployment']);
  if (kind === 'response-policy') {
    const { definition } = input as { definition?: { deployment?: unknown } | null };
    return isMade(changes, 'deployment', definition?.deployment);
  }
  if (kind === 'experiment') {
    const { arms } = input as { arms?: unknown };
    const releases = Array.isArray(arms) ? arms.map((arm: { release?: unknown } | null) => arm?.release) : [];
    return (
      isMade(changes, 'deployment', input['deployment']) || releases.some((one) => isMade(changes, 'release', one))
    );
  }
  if (kind !== 'recipe') return false;
  const { recipe } = input as { recipe?: { features?: { service?: unknown } } };
  const service = recipe?.features?.service;
  return isMade(changes, 'feature-service', service);
}

function isMade(changes: readonly DefinitionChange[], kind: string, meant: unknown): boolean {
  if (typeof meant !== 'string') return false;
  const made = changes.filter(({ action }) => action === 'CREATE' || action === 'NEW_VERSION').map(({ id }) => id);
  return made.some((id) => id === meant || id.endsWith(`:${kind}:${meant}`));
}

const STEPS = 5;

const NO_READERS = { readBy: [], liveReleases: [] };

/** Everything downstream of what stood before, where it becomes another. Nothing where lineage has not heard of it. */
async function withReaders(client: Client, change: DefinitionChange): Promise<PlannedChange> {
  const { action, beforeId } = change;
  if (beforeId === null || action === 'UNCHANGED' || !hasLineage(change)) return { ...change, ...NO_READERS };
  try {
    const { nodes, edges } = await client.assets.lineage(beforeId, 'DOWNSTREAM', { depth: STEPS });
    const ids = nodes.map(({ id }) => id).filter((id) => id !== beforeId && rankOf(id) >= 0);
    const served = new Set(edges.filter(({ relation }) => relation === 'SERVES').map(({ upstream }) => upstream));
    return {
      ...change,
      readBy: ids.toSorted((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1)),
      liveReleases: ids.filter((id) => served.has(id)).toSorted(),
    };
  } catch (error) {
    if (error instanceof ClientError && error.code === 'NOT_FOUND') return { ...change, ...NO_READERS };
    throw error;
  }
}

/** A webhook, for one, is no asset. */
const hasLineage = ({ kind }: DefinitionChange): boolean => (ASSET_KINDS as readonly string[]).includes(kind);

/** What people care about, first what serves: not each feature and column on the way. */
const SHOWN = ['deployment', 'release', 'model-version', 'training-set', 'feature-service', 'feature-view'];
const rankOf = (id: string): number => SHOWN.indexOf(id.split(':')[2] ?? '');
