import type { DocumentNode } from 'graphql';
import { print } from 'graphql';
import { planRunner } from './plan-runner.ts';
import { PlanningFailure, type MakePlanner, type Planned, type PlannerRequest } from './planner.ts';
import { typeConditions } from './type-conditions.ts';

type RunPlan = (request: PlannerRequest) => Promise<Planned>;

/** Plans by a native module, run by our own executor (docs/decisions/0035). Throws where the module does not load. */
export const makeNativePlanner: MakePlanner = async (supergraphSdl, callSubgraph) => {
  const { QueryPlanner } = await import('@graphql-hive/router-query-planner');
  const planner = new QueryPlanner(supergraphSdl);
  const parts = { callSubgraph, isOf: typeConditions(supergraphSdl) };
  // Documents are canonical and one and the same each time, so each is planned once.
  const plans = new WeakMap<DocumentNode, Promise<RunPlan>>();

  const plan = async (document: DocumentNode, operationName: string | undefined): Promise<RunPlan> => {
    try {
      return planRunner(await planner.planAsync(print(document), operationName, new Set(), 0), parts);
    } catch (error) {
      if (error instanceof PlanningFailure) throw error;
      throw new PlanningFailure(error instanceof Error ? error.message : String(error), { cause: error });
    }
  };

  return {
    execute: async (request) => {
      const { document, operationName } = request;
      const planned = plans.get(document) ?? plan(document, operationName);
      plans.set(document, planned);
      return (await planned)(request);
    },
  };
};
