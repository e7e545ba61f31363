import {
  getOperationAST,
  GraphQLError,
  getVariableValues,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Logger } from 'pino';
import { apiSchemaOf, NODE_SUBGRAPH } from './compose.ts';
import { addIntrospection, divideIntrospection, type DividedDocument } from './introspection.ts';
import { nodeExecutor } from './node-executor.ts';
import { completeNulls } from './null-completion.ts';
import { plannedDocument } from './planned-document.ts';
import type { MakePlanner, Planner } from './planner.ts';
import { errorsOf } from './public-error.ts';
import { SelectionPlans } from './selection-plan.ts';
import type { CallSubgraph, GatewayContext } from './subgraph-call.ts';
import { subgraphNames } from './subgraph-names.ts';

export interface Operation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: GatewayContext;
}

/** One operation of a document, as it is planned. */
interface Asked {
  readonly divided: DividedDocument | undefined;
  /** Without questions about the schema. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
  /** As the planner gets it; undefined where it has nothing to do. */
  readonly planned: DocumentNode | undefined;
}

interface SupergraphParts {
  readonly makePlanner: MakePlanner;
  readonly callSubgraph: CallSubgraph;
  readonly log: Logger;
}

/** One composed graph and everything worked out for it; a new supergraph is a new object. */
export class Supergraph {
  readonly sdl: string;
  readonly apiSchema: GraphQLSchema;
  readonly #planner: Planner;
  readonly #plans: SelectionPlans;
  readonly #log: Logger;
  // Planners keep plans by document, so the document that they see must stay the same one.
  readonly #asked = new WeakMap<DocumentNode, Map<string, Asked>>();

  private constructor(sdl: string, apiSchema: GraphQLSchema, planner: Planner, log: Logger) {
    this.sdl = sdl;
    this.apiSchema = apiSchema;
    this.#planner = planner;
    this.#plans = new SelectionPlans(apiSchema);
    this.#log = log;
  }

  /** Throws when the text is no supergraph. */
  static async load(sdl: string, { makePlanner, callSubgraph, log }: SupergraphParts): Promise<Supergraph> {
    const apiSchema = apiSchemaOf(sdl);
    const callNode = nodeExecutor(apiSchema, callSubgraph);
    const names = subgraphNames(sdl);
    const planner = await makePlanner(sdl, (graph, call, context) => {
      const name = names.get(graph) ?? graph;
      return (name === NODE_SUBGRAPH ? callNode : callSubgraph)(name, call, context);
    });
    return new Supergraph(sdl, apiSchema, planner, log);
  }

  /** Runs a validated operation. Never rejects: what fails is in the errors. */
  async execute({ document, operation, operationName, variables, context }: Operation): Promise<ExecutionResult> {
    const { errors, coerced } = getVariableValues(this.apiSchema, operation.variableDefinitions ?? [], variables, {
      maxErrors: 10,
    });
    if (errors) return { errors: errors.map(badInput) };
    const asked = this.#askedFor(document, operationName ?? operation.name?.value);
    const root = this.apiSchema.getRootType(operation.operation);
    if (!root) throw new Error(`the graph has no ${operation.operation} type`);
    const planned = await this.#plan(asked, coerced, context);
    const fields = this.#plans.rootFields(asked.document, asked.operation, coerced);
    const { data, violations } = completeNulls(this.apiSchema, root, fields, planned.data);
    const all = errorsOf(planned.errors ?? [], planned.data, violations, this.#log);
    const answered =
      data && asked.divided
        ? await addIntrospection(this.apiSchema, asked.divided, { operationName, variables }, data)
        : data;
    return { data: answered, ...(all.length > 0 && { errors: all }) };
  }

  #askedFor(document: DocumentNode, operationName: string | undefined): Asked {
    const key = operationName ?? '';
    const byName = this.#asked.get(document) ?? new Map<string, Asked>();
    this.#asked.set(document, byName);
    const known = byName.get(key);
    if (known) return known;
    const divided = divideIntrospection(document);
    const data = divided?.data ?? document;
    const operation = getOperationAST(data, operationName);
    if (!operation) throw new Error(`the document has no operation "${key}"`);
    const asked = {
      divided,
      document: data,
      operation,
      operationName,
      planned: plannedDocument(data, operation, this.apiSchema),
    };
    byName.set(key, asked);
    return asked;
  }

  async #plan(
    { planned, operation, operationName }: Asked,
    variables: Readonly<Record<string, unknown>>,
    context: GatewayContext,
  ): Promise<ExecutionResult> {
    if (!planned) return {};
    try {
      return await this.#planner.execute({
        document: planned,
        variables,
        operationName,
        operation: operation.operation,
        context,
      });
    } catch (error) {
      this.#log.error({ err: error, requestId: context.requestId }, 'the query planner failed');
      return { errors: [new GraphQLError('internal error', { extensions: { code: 'INTERNAL_SERVER_ERROR' } })] };
    }
  }
}

const badInput = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
