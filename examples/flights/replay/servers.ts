import { ENDPOINT } from '../names.ts';
import { ControlDoor } from './control-door.ts';
import { EdgeDoor } from './edge-door.ts';
import { HttpDoor, NoAnswer } from './http-door.ts';

export interface ServerOptions {
  readonly graphUrl: string;
  readonly edgeUrl: string;
  readonly key: string;
  readonly concurrency: number;
}

/** Control plane and edge, and whether they are there. */
export class Servers {
  readonly control: ControlDoor;
  readonly edge: EdgeDoor;
  readonly #controlHttp: HttpDoor;
  readonly #edgeHttp: HttpDoor;

  constructor({ graphUrl, edgeUrl, key, concurrency }: ServerOptions) {
    this.#controlHttp = new HttpDoor(graphUrl, { key, connections: 4 });
    this.#edgeHttp = new HttpDoor(edgeUrl, { key, connections: concurrency });
    this.control = new ControlDoor(this.#controlHttp);
    this.edge = new EdgeDoor(this.#edgeHttp);
  }

  /** Throws NoAnswer unless the control plane and the endpoint at the edge can be asked. */
  async check(): Promise<void> {
    await this.#controlHttp.get('/readyz');
    const { status } = await this.#edgeHttp.get(`/v2/models/${ENDPOINT}/ready`);
    if (status !== 200) throw new NoAnswer(`${this.#edgeHttp.url} does not serve ${ENDPOINT} yet`, false);
  }

  close(): void {
    this.#controlHttp.close();
    this.#edgeHttp.close();
  }
}
