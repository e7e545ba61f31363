import type { DocumentNode, GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import type { CallSubgraph, GatewayContext } from './subgraph-call.ts';

export interface PlannerRequest {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
  readonly context: GatewayContext;
}

/** What a planner has put together. */
export interface Planned {
  /** With a `Failure` in the place of each value that could not be had. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Those that have no place in the data. */
  readonly errors: readonly GraphQLFormattedError[];
  /** Objects that stand in several places. */
  readonly shared?: ReadonlySet<object>;
}

/** Turns an operation into fetches and puts the answers together. */
export interface Planner {
  /** May leave nulls where none may be, and federation's own fields: `SupergraphGateway` completes the answer. */
  execute(request: PlannerRequest): Promise<Planned>;
}

/** `callSubgraph` takes names as the supergraph's `join__Graph` has them. Throws when the supergraph cannot be read, or when this planner does not run on this machine. */
export type MakePlanner = (supergraphSdl: string, callSubgraph: CallSubgraph) => Promise<Planner>;

export const PLANNERS = ['auto', 'native', 'js'] as const;
export type PlannerChoice = (typeof PLANNERS)[number];

export interface PlannerMakers {
  readonly native: MakePlanner;
  readonly js: MakePlanner;
}

/** The planner cannot plan this operation; nothing has been fetched. */
export class PlanningFailure extends Error {
  override readonly name = 'PlanningFailure';
}

/**
 * What `auto` means: native where it loads, else the JavaScript one; settled by the first supergraph, then kept.
 * Operations that the native one cannot plan go to the JavaScript one too.
 */
export function plannerFor(choice: PlannerChoice, { native, js }: PlannerMakers, log: Logger): MakePlanner {
  if (choice !== 'auto') return choice === 'native' ? native : js;
  let settled: MakePlanner | undefined;
  const nativeFirst: MakePlanner = async (sdl, callSubgraph) =>
    withSecond(await native(sdl, callSubgraph), () => js(sdl, callSubgraph), log);
  return async (sdl, callSubgraph) => {
    if (settled) return settled(sdl, callSubgraph);
    try {
      const planner = await nativeFirst(sdl, callSubgraph);
      settled = nativeFirst;
      return planner;
    } catch (error) {
      const planner = await js(sdl, callSubgraph);
      settled = js;
      log.warn({ err: error }, 'the native query planner does not run here; the slower JavaScript one takes its place');
      return planner;
    }
  };
}

function withSecond(first: Planner, makeSecond: () => Promise<Planner>, log: Logger): Planner {
  const unplannable = new WeakSet<DocumentNode>();
  let second: Promise<Planner> | undefined;
  return {
    execute: async (request) => {
      const { document } = request;
      if (!unplannable.has(document)) {
        try {
          return await first.execute(request);
        } catch (error) {
          if (!(error instanceof PlanningFailure)) throw error;
          unplannable.add(document);
          log.warn({ err: error }, 'the native planner cannot plan an operation; the JavaScript one does');
        }
      }
      second ??= makeSecond();
      return (await second).execute(request);
    },
  };
}
