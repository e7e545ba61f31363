import type { ExecutionContext, MessageBatch } from './bindings.ts';
import type { QueuedMessage } from './queue-record-log.ts';
import type { WorkerEnv } from './worker-settings.ts';
import { consoleLog } from './console-log.ts';
import { startWorkerNode, type Flavour, type WorkerNode } from './worker-node.ts';

export interface WorkerHandlers {
  fetch(request: Request, env: WorkerEnv, context: ExecutionContext): Promise<Response>;
  scheduled(event: unknown, env: WorkerEnv, context: ExecutionContext): Promise<void>;
  queue(batch: MessageBatch<QueuedMessage>, env: WorkerEnv, context: ExecutionContext): Promise<void>;
}

/** The handlers of a worker: the first call starts its node, which those after it find. */
export function workerOf(flavour: Flavour): WorkerHandlers {
  let node: Promise<WorkerNode> | undefined;
  const nodeOf = (env: WorkerEnv, context: ExecutionContext): Promise<WorkerNode> => {
    node ??= startWorkerNode(env, flavour).catch((error: unknown) => {
      node = undefined;
      consoleLog.error({ err: error }, 'the edge could not start');
      throw error;
    });
    // Others wait for it as well: it goes on though the first caller is gone.
    context.waitUntil(node.catch(() => undefined));
    return node;
  };
  return {
    fetch: async (request, env, context) => {
      let own: WorkerNode;
      try {
        own = await nodeOf(env, context);
      } catch {
        const problem = { title: 'the edge could not start: its log says why', status: 503, code: 'UNAVAILABLE' };
        return Response.json(problem, { status: 503, headers: { 'content-type': 'application/problem+json' } });
      }
      return own.fetch(request, context);
    },
    scheduled: async (_event, env, context) => (await nodeOf(env, context)).runTasks(),
    queue: async (batch, env, context) => (await nodeOf(env, context)).carry(batch),
  };
}
