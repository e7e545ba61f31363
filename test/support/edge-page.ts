import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const PAGE =
  '<!doctype html><html lang="en"><title>A page with a model</title><script type="module" src="/app.js"></script>';
const APP = `import { createClient } from '/client.js';
window.createClient = createClient;`;

/** A page that has the edge's package and a worker of its own, as an app would serve them. */
export class EdgePage {
  #server: Server | undefined;
  #port = 0;
  readonly #files: Map<string, string>;

  constructor(workerOptions: object) {
    const built = (file: string): string => readFileSync(`dist/tiffin-edge/${file}`, 'utf8');
    const options = JSON.stringify({ assets: ['/', '/app.js', '/client.js'], ...workerOptions });
    this.#files = new Map([
      ['/', PAGE],
      ['/app.js', APP],
      ['/client.js', built('client.js')],
      ['/worker.global.js', built('worker.global.js')],
      ['/tiffin-worker.js', `importScripts('/worker.global.js');\ntiffin.startEdgeWorker(${options});`],
    ]);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  /** Serves a file besides. */
  serve(path: string, text: string): void {
    this.#files.set(path, text);
  }

  /** Serves a newer worker from now on, as a new version of the app does. */
  newWorker(): void {
    this.#files.set('/tiffin-worker.js', `${this.#files.get('/tiffin-worker.js')}\n// another version`);
  }

  /** Begins to serve it; again, at the same address, after `stop`. */
  async start(): Promise<void> {
    const server = createServer(({ url = '/' }, response) => {
      const path = new URL(url, 'http://page').pathname;
      const text = this.#files.get(path);
      response.writeHead(text === undefined ? 404 : 200, {
        'content-type': path.endsWith('.js') ? 'text/javascript' : 'text/html',
      });
      response.end(text);
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
