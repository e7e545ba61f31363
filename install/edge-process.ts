import { join } from 'node:path';
import type { Logger } from 'pino';
import { DomainError } from '../core/errors.ts';
import type { ControlPlaneConfig } from './control-plane-config.ts';
import { superviseChild, type SupervisedChild } from './process/child-process.ts';
import type { Secrets } from './secrets.ts';

export interface EdgeProcess extends SupervisedChild {
  readonly url: string;
}

export interface EdgeProcessOptions {
  /** The edge's entry. */
  readonly script: string;
  readonly config: ControlPlaneConfig;
  readonly secrets: Secrets;
  readonly controlUrl: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Web pages that it serves besides; null: none. */
  readonly pagesDir: string | null;
  readonly log: Logger;
}

/** The edge in a process of its own, started again if it dies; it goes on by itself when this process dies. */
export async function startEdge(options: EdgeProcessOptions): Promise<EdgeProcess> {
  const { script, config, secrets, controlUrl, variables, pagesDir, log } = options;
  const { dataDir, dev, host } = config;
  const inherited = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const child = await superviseChild({
    name: 'edge',
    script,
    pidFile: join(dataDir, 'edge.pid'),
    log,
    env: {
      ...Object.fromEntries(inherited),
      TIFFIN_EDGE_HOST: host,
      TIFFIN_EDGE_PORT: String(config.edge.port),
      TIFFIN_CONTROL_URL: controlUrl,
      TIFFIN_EDGE_NODE: variables['TIFFIN_EDGE_NODE'] ?? 'edge-1',
      TIFFIN_EDGE_KEY: secrets.edgeKey,
      TIFFIN_KEYS_FILE: secrets.keysFile,
      TIFFIN_TRUSTED_KEYS_FILE: secrets.trustedKeysFile,
      TIFFIN_EDGE_DATA_DIR: join(dataDir, 'edge'),
      ...(pagesDir !== null && { TIFFIN_EDGE_PAGES_DIR: pagesDir }),
      ...(dev && { TIFFIN_EDGE_LOG_FILE: join(dataDir, 'edge.log') }),
    },
  });
  return {
    url: `http://127.0.0.1:${config.edge.port}`,
    get pid() {
      return child.pid;
    },
    stop: (graceMs) => child.stop(graceMs),
  };
}

const READY_WITHIN_MS = 30_000;

/** Waits until it answers. Throws UNAVAILABLE where it does not. */
export async function untilAnswering({ url }: EdgeProcess): Promise<void> {
  const answers = (): Promise<boolean> =>
    fetch(`${url}/livez`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (let waitedMs = 0; waitedMs < READY_WITHIN_MS; waitedMs += 50) {
    if (await answers()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new DomainError(
    'UNAVAILABLE',
    `the edge does not answer at ${url}: its port may be taken (EDGE_PORT chooses another); see edge.log`,
  );
}
