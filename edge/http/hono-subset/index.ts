import { Context } from './context.ts';
import { pathOf } from './path.ts';

export { cors } from './cors.ts';

type Answer = Response | undefined;
export type Middleware = (c: Context, next: () => Promise<unknown>) => Answer | Promise<Answer>;
type Found = readonly (readonly [handler: Middleware, params: Readonly<Record<string, string>>])[];

interface Router {
  add(method: string, path: string, handler: Middleware): void;
  match(method: string, path: string): readonly [Found, ...unknown[]];
}

/** As Hono's own; nothing of the edge throws one. */
export class HTTPException extends Error {
  constructor(readonly status = 500) {
    super();
  }
}

/** The part of Hono that the edge uses, which bundles put in its place: a test gives both the same requests. */
export class HonoBase {
  readonly #router: Router;
  #onError: (error: Error, c: Context) => Response | Promise<Response> = (error) => {
    throw error;
  };
  #notFound: (c: Context) => Response | Promise<Response> = () => new Response(null, { status: 404 });

  constructor({ router }: { readonly router: Router }) {
    this.#router = router;
  }

  use(handler: Middleware): void {
    this.#router.add('ALL', '/*', handler);
  }

  on(method: string, path: string, handler: Middleware): void {
    this.#router.add(method, path, handler);
  }

  onError(handler: (error: Error, c: Context) => Response | Promise<Response>): void {
    this.#onError = handler;
  }

  notFound(handler: (c: Context) => Response | Promise<Response>): void {
    this.#notFound = handler;
  }

  readonly fetch = async (request: Request): Promise<Response> => {
    const isHead = request.method === 'HEAD';
    const path = pathOf(request.url);
    const c = new Context(request, path);
    const [found] = this.#router.match(isHead ? 'GET' : request.method, path);
    await this.#run(c, found, 0);
    return isHead ? new Response(null, c.res) : c.res;
  };

  /** A failure becomes the answer where it happened: what stands before goes on with that. */
  async #run(c: Context, found: Found, i: number): Promise<void> {
    let answer: Answer;
    let failed = false;
    try {
      const [handler, params = {}] = found[i] ?? [];
      c.req.params = params;
      if (handler) answer = await handler(c, () => this.#run(c, found, i + 1));
      else if (!c.finalized) answer = await this.#notFound(c);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      failed = true;
      answer = await this.#onError(error, c);
    }
    if (answer && (failed || !c.finalized)) c.res = answer;
  }
}
