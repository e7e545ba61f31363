import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
  GatewayInterface,
  GatewayLoadResult,
  GatewaySchemaLoadOrUpdateCallback,
  GatewayUnsubscriber,
} from '@apollo/server-gateway-interface';
import { GraphQLError, OperationTypeNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Logger } from 'pino';
import type { MakePlanner } from './planner.ts';
import type { CallSubgraph, GatewayContext } from './subgraph-call.ts';
import { Supergraph } from './supergraph.ts';

export interface SupergraphGatewayParts {
  readonly supergraphSdl: string;
  readonly makePlanner: MakePlanner;
  readonly callSubgraph: CallSubgraph;
  /** Whether a subgraph of this name can be called: the gateway itself answers for no other than its own. */
  readonly isSubgraph: (name: string) => boolean;
  readonly log: Logger;
}

/** Stands behind Apollo Server: runs operations on the supergraph, which can be exchanged while it serves. */
export class SupergraphGateway implements GatewayInterface {
  readonly #parts: SupergraphGatewayParts;
  readonly #listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  readonly #bySchema = new WeakMap<GraphQLSchema, Supergraph>();
  #current: Supergraph | undefined;
  #updating: Promise<void> = Promise.resolve();

  constructor(parts: SupergraphGatewayParts) {
    this.#parts = parts;
  }

  get isLoaded(): boolean {
    return this.#current !== undefined;
  }

  async load(): Promise<GatewayLoadResult> {
    await this.update(this.#parts.supergraphSdl);
    return { executor: (request) => this.#execute(request as GatewayGraphQLRequestContext<GatewayContext>) };
  }

  /** Exchanges the supergraph without a restart; throws, and keeps the old one, when the new one cannot be read. */
  update(supergraphSdl: string): Promise<void> {
    const update = this.#exchange(supergraphSdl, this.#updating);
    this.#updating = update.catch(() => undefined);
    return update;
  }

  async #exchange(supergraphSdl: string, before: Promise<void>): Promise<void> {
    await before;
    const supergraph = await Supergraph.load(supergraphSdl, this.#parts);
    this.#current = supergraph;
    this.#bySchema.set(supergraph.apiSchema, supergraph);
    for (const listener of this.#listeners) this.#tell(listener, supergraph);
  }

  onSchemaLoadOrUpdate(listener: GatewaySchemaLoadOrUpdateCallback): GatewayUnsubscriber {
    this.#listeners.add(listener);
    if (this.#current) this.#tell(listener, this.#current);
    return () => this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.#listeners.clear();
    await this.#updating;
  }

  #tell(listener: GatewaySchemaLoadOrUpdateCallback, { apiSchema, sdl }: Supergraph): void {
    listener({ apiSchema, coreSupergraphSdl: sdl });
  }

  async #execute(request: GatewayGraphQLRequestContext<GatewayContext>): Promise<GatewayExecutionResult> {
    const { document, operationName, context } = request;
    const operation = request.operation as OperationDefinitionNode | undefined;
    if (!operation)
      return { errors: [new GraphQLError(noSuchOperation(operationName ?? request.request.operationName))] };
    const isSubscription = operation.operation === OperationTypeNode.SUBSCRIPTION;
    if (isSubscription && !context.onSubscription) return { errors: [eventsNotAccepted()] };
    if (context.isReadOnly && operation.operation === OperationTypeNode.MUTATION) return { errors: [changeByGet()] };
    // An update may have come since the operation was validated: it runs on the graph that it was written for.
    const supergraph = this.#bySchema.get(request.schema) ?? this.#current;
    if (!supergraph) throw new Error('the supergraph is not loaded');
    const asked = {
      document,
      operation,
      operationName: operationName ?? undefined,
      variables: request.request.variables ?? {},
      context,
    };
    if (!isSubscription) return supergraph.execute(asked);
    const planned = await supergraph.planSubscription(asked);
    if (!('call' in planned)) return planned;
    context.onSubscription?.(planned);
    return { data: null };
  }
}

const eventsNotAccepted = (): GraphQLError =>
  new GraphQLError(
    'accept: a subscription is answered by server-sent events (GraphQL over SSE): send "accept: text/event-stream"',
    { extensions: { code: 'INVALID_INPUT', field: 'accept', allowed: ['text/event-stream'], http: { status: 400 } } },
  );

const changeByGet = (): GraphQLError =>
  new GraphQLError('method: GET changes nothing: send a mutation by POST', {
    extensions: { code: 'INVALID_INPUT', field: 'method', allowed: ['POST'], http: { status: 405 } },
  });

const noSuchOperation = (name: string | undefined): string =>
  name ? `the document has no operation "${name}"` : 'the document has several operations: name one in "operationName"';
