import { resolve } from 'node:path';
import { Environment } from '../../core/environment.ts';

/** The settings of `npm start`: all of the control plane in one process, and one edge. */
export interface ControlPlaneConfig {
  readonly dev: boolean;
  readonly dataDir: string;
  /** Another Postgres than the embedded one. */
  readonly database: { readonly url: string; readonly ownerUrl: string } | undefined;
  readonly host: string;
  readonly edge: { readonly enabled: boolean; readonly port: number };
  readonly logLevel: string;
}

const LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Throws INVALID_INPUT that lists everything that is wrong. */
export function readControlPlaneConfig(variables: Readonly<Record<string, string | undefined>>): ControlPlaneConfig {
  const env = new Environment(variables);
  const dev = env.choice('MODE', ['dev', 'production'], 'dev') === 'dev';
  const url = env.postgresUrl('DATABASE_URL');
  const ownerUrl = env.postgresUrl('DATABASE_OWNER_URL');
  if (ownerUrl !== undefined && env.text('DATABASE_URL') === undefined)
    env.wrong('DATABASE_URL', 'goes with DATABASE_OWNER_URL and is missing');
  const config: ControlPlaneConfig = {
    dev,
    dataDir: resolve(env.text('TIFFIN_DATA_DIR') ?? '.tiffin'),
    database: url === undefined ? undefined : { url, ownerUrl: ownerUrl ?? url },
    host: env.text('HOST') ?? (dev ? '127.0.0.1' : '0.0.0.0'),
    edge: { enabled: env.flag('TIFFIN_EDGE', true), port: env.integer('EDGE_PORT', 4100, 1, 65_535) },
    logLevel: env.choice('LOG_LEVEL', LEVELS, 'info'),
  };
  env.throwProblems();
  return config;
}
