import {
  getOperationAST,
  GraphQLError,
  getVariableValues,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Logger } from 'pino';
import { apiSchemaOf, NODE_SUBGRAPH } from '../compose/compose.ts';
import { addIntrospection, divideIntrospection, type DividedDocument } from './introspection.ts';
import { nodeExecutor } from '../node/node-executor.ts';
import { completeNulls } from './null-completion.ts';
import type { PlannedSubscription } from './planned-subscription.ts';
import type { MakePlanner, Planned, Planner, PlannerRequest } from './planner.ts';
import { errorsOf } from './public-error.ts';
import { SelectionPlans } from './selection-plan.ts';
import { isOperation, type CallSubgraph, type GatewayContext } from './subgraph-call.ts';
import { subgraphNames } from '../compose/subgraph-names.ts';

export interface Operation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: GatewayContext;
}

interface SupergraphParts {
  readonly makePlanner: MakePlanner;
  readonly callSubgraph: CallSubgraph;
  readonly isSubgraph: (name: string) => boolean;
  readonly log: Logger;
}

const NOTHING: Planned = { data: {}, errors: [] };

/** One composed graph and everything worked out for it; a new supergraph is a new object. */
export class Supergraph {
  readonly sdl: string;
  readonly apiSchema: GraphQLSchema;
  readonly #planner: Planner;
  readonly #plans: SelectionPlans;
  readonly #log: Logger;
  readonly #dividedDocuments = new WeakMap<DocumentNode, DividedDocument | null>();

  private constructor(sdl: string, apiSchema: GraphQLSchema, planner: Planner, log: Logger) {
    this.sdl = sdl;
    this.apiSchema = apiSchema;
    this.#planner = planner;
    this.#plans = new SelectionPlans(apiSchema);
    this.#log = log;
  }

  /** Throws when the text is no supergraph. */
  static async load(sdl: string, { makePlanner, callSubgraph, isSubgraph, log }: SupergraphParts): Promise<Supergraph> {
    const apiSchema = apiSchemaOf(sdl);
    const callNode = nodeExecutor(apiSchema, callSubgraph);
    const names = subgraphNames(sdl);
    const planner = await makePlanner(sdl, (graph, call, context) => {
      const name = names.get(graph) ?? graph;
      const { answerSubscription } = context;
      if (answerSubscription && isOperation(call, OperationTypeNode.SUBSCRIPTION)) {
        return answerSubscription(name, call, context);
      }
      // A supergraph from elsewhere may have a subgraph of this name.
      const isOwn = name === NODE_SUBGRAPH && !isSubgraph(name);
      return (isOwn ? callNode : callSubgraph)(name, call, context);
    });
    return new Supergraph(sdl, apiSchema, planner, log);
  }

  /** Runs a validated operation. Never rejects: what fails is in the errors. */
  async execute({ document, operation, operationName, variables, context }: Operation): Promise<ExecutionResult> {
    const { errors, coerced } = getVariableValues(this.apiSchema, operation.variableDefinitions ?? [], variables, {
      maxErrors: 10,
    });
    if (errors) return { errors: errors.map(badInput) };
    const divided = this.#divided(document);
    const asked = divided?.data ?? document;
    const askedOperation = divided ? operationOf(asked, operationName) : operation;
    const { root, fields, document: canonical } = this.#plans.planFor(asked, askedOperation, coerced);
    const planned = canonical ? await this.#plan({ document: canonical, variables, operationName, context }) : NOTHING;
    // Without a plan nothing was asked of anybody, nor changed: there is no answer to be had in part.
    if (!planned) return { data: null, errors: [internalError()] };
    const completed = completeNulls(this.apiSchema, root, fields, planned);
    const { data } = completed;
    const all = errorsOf(planned, completed, this.#log);
    const answered =
      data && divided ? await addIntrospection(this.apiSchema, divided, { operationName, variables }, data) : data;
    return { data: answered, ...(all.length > 0 && { errors: all }) };
  }

  /** Plans a validated subscription, by answering an event with nothing in it. What is wrong with it is in the errors. */
  async planSubscription(operation: Operation): Promise<PlannedSubscription | Pick<ExecutionResult, 'errors'>> {
    const answer = (answerSubscription: CallSubgraph, context: GatewayContext): Promise<ExecutionResult> =>
      this.execute({ ...operation, context: { ...context, answerSubscription } });
    let asked: Pick<PlannedSubscription, 'subgraph' | 'call'> | undefined;
    const { errors } = await answer((subgraph, call) => {
      asked = { subgraph, call };
      return Promise.resolve({ data: null });
    }, operation.context);
    if (!asked) return { errors: errors ?? [nothingAsked()] };
    return { ...asked, answer: (event, context) => answer(() => Promise.resolve(event), context) };
  }

  async #plan(request: PlannerRequest): Promise<Planned | undefined> {
    try {
      return await this.#planner.execute(request);
    } catch (error) {
      this.#log.error({ err: error, requestId: request.context.requestId }, 'the query planner failed');
      return undefined;
    }
  }

  #divided(document: DocumentNode): DividedDocument | undefined {
    const known = this.#dividedDocuments.get(document);
    if (known !== undefined) return known ?? undefined;
    const divided = divideIntrospection(document);
    this.#dividedDocuments.set(document, divided ?? null);
    return divided;
  }
}

function operationOf(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, name);
  if (!operation) throw new Error(`the document has no operation "${name}"`);
  return operation;
}

const badInput = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });

const nothingAsked = (): GraphQLError =>
  new GraphQLError('query: the subscription asks for nothing: its field is skipped', {
    extensions: { code: 'INVALID_INPUT', field: 'query', http: { status: 400 } },
  });

const internalError = (): GraphQLError =>
  new GraphQLError('internal error', { extensions: { code: 'INTERNAL_SERVER_ERROR' } });
