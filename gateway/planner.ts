import type { DocumentNode, ExecutionResult, OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';
import type { CallSubgraph, GatewayContext } from './subgraph-call.ts';

export interface PlannerRequest {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
  readonly operation: OperationTypeNode;
  readonly context: GatewayContext;
}

/** Turns an operation into fetches and puts the answers together. */
export interface Planner {
  /** May leave nulls where none may be, and federation's own fields: `SupergraphGateway` completes the answer. */
  execute(request: PlannerRequest): Promise<ExecutionResult>;
}

/** `callSubgraph` takes names as the supergraph's `join__Graph` has them. Throws when the supergraph cannot be read, or when this planner does not run on this machine. */
export type MakePlanner = (supergraphSdl: string, callSubgraph: CallSubgraph) => Promise<Planner>;

export const PLANNERS = ['auto', 'native', 'js'] as const;
export type PlannerChoice = (typeof PLANNERS)[number];

export interface PlannerMakers {
  readonly native: MakePlanner;
  readonly js: MakePlanner;
}

/** What `auto` means: native where it loads, else the JavaScript one. Settled by the first supergraph, then kept. */
export function plannerFor(choice: PlannerChoice, { native, js }: PlannerMakers, log: Logger): MakePlanner {
  if (choice !== 'auto') return choice === 'native' ? native : js;
  let settled: MakePlanner | undefined;
  return async (sdl, callSubgraph) => {
    if (settled) return settled(sdl, callSubgraph);
    try {
      const planner = await native(sdl, callSubgraph);
      settled = native;
      return planner;
    } catch (error) {
      const planner = await js(sdl, callSubgraph);
      settled = js;
      log.warn({ err: error }, 'the native query planner does not run here; the slower JavaScript one takes its place');
      return planner;
    }
  };
}
