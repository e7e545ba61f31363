import { resolve } from 'node:path';
import { Environment } from '../core/environment.ts';
import { postgresUrl } from '../core/store-urls.ts';

/** The settings of `npm start`: all of the control plane in one process, and one edge. */
export interface ControlPlaneConfig {
  readonly dev: boolean;
  readonly dataDir: string;
  /** Another Postgres than the embedded one. */
  readonly database: { readonly url: string; readonly ownerUrl: string } | undefined;
  readonly host: string;
  /** Which examples are set up at the first start: `true` for all, `false` for none, or a name. */
  readonly example: string;
  readonly edge: { readonly enabled: boolean; readonly port: number };
  readonly logLevel: string;
}

const LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** `examples` are the names of those that there are. Throws INVALID_INPUT that lists everything that is wrong. */
export function readControlPlaneConfig(
  variables: Readonly<Record<string, string | undefined>>,
  examples: readonly string[] = [],
): ControlPlaneConfig {
  const env = new Environment(variables);
  const dev = env.choice('MODE', ['dev', 'production'], 'dev') === 'dev';
  const url = postgresUrl(env, 'DATABASE_URL');
  const ownerUrl = postgresUrl(env, 'DATABASE_OWNER_URL');
  if (ownerUrl !== undefined && env.text('DATABASE_URL') === undefined)
    env.wrong('DATABASE_URL', 'goes with DATABASE_OWNER_URL and is missing');
  const edge = env.flag('TIFFIN_EDGE', true);
  const example = env.choice('TIFFIN_EXAMPLE', ['true', 'false', ...examples], dev && edge ? 'true' : 'false');
  if (example !== 'false' && !dev)
    env.wrong('TIFFIN_EXAMPLE', 'is for MODE=dev: production holds what people put there');
  if (example !== 'false' && !edge) env.wrong('TIFFIN_EXAMPLE', 'needs the edge: leave TIFFIN_EDGE as it is');
  const config: ControlPlaneConfig = {
    dev,
    dataDir: resolve(env.text('TIFFIN_DATA_DIR') ?? '.tiffin'),
    database: url === undefined ? undefined : { url, ownerUrl: ownerUrl ?? url },
    host: env.text('HOST') ?? (dev ? '127.0.0.1' : '0.0.0.0'),
    example,
    edge: { enabled: edge, port: env.integer('EDGE_PORT', 4100, 1, 65_535) },
    logLevel: env.choice('LOG_LEVEL', LEVELS, 'info'),
  };
  env.throwProblems();
  return config;
}
