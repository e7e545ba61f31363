import { atEnd } from './at-end.ts';
import { serveApp } from './serve-app.ts';
import type { SubgraphProcess } from './subgraph-process.ts';

/** Something that is asked of others; `completed`: only where the answer says that it is. */
export interface Fatal {
  readonly field: string;
  readonly completed?: boolean;
}

type App = { readonly fetch: (request: Request) => Response | Promise<Response> };

/** A subgraph in a process of its own that is killed whenever one of some fields was answered for the first time, before it hears so. */
export class KilledUnheard {
  readonly #fatal: readonly Fatal[];
  readonly #start: () => Promise<SubgraphProcess>;
  #starting: Promise<SubgraphProcess> | null = null;
  /** The fields at which it was killed so far, in order. */
  readonly at: string[] = [];

  constructor(fatal: readonly Fatal[], start: () => Promise<SubgraphProcess>) {
    this.#fatal = fatal;
    this.#start = start;
    atEnd(() => this.kill());
  }

  /** The process, started again where it was killed. */
  alive(): Promise<SubgraphProcess> {
    return (this.#starting ??= this.#start());
  }

  async kill(): Promise<void> {
    const dying = this.#starting;
    this.#starting = null;
    await (await dying)?.kill();
  }

  /** One of the others, on a port of its own: it does what is asked, and nobody is there to hear the answer. */
  async before(app: App): Promise<string> {
    const { url } = await serveApp({
      fetch: async (request) => {
        const asked = request.method === 'POST' ? await request.clone().text() : '';
        const answer = await app.fetch(request);
        const open = this.#fatal.filter(({ field }) => asked.includes(`${field}(`) && !this.at.includes(field));
        if (open.length === 0) return answer;
        const said = await answer.clone().text();
        const fatal = open.find(({ completed }) => completed !== true || said.includes('"COMPLETED"'));
        if (fatal === undefined) return answer;
        this.at.push(fatal.field);
        await this.kill();
        return answer;
      },
    });
    return url;
  }
}
