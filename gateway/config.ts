import { Environment } from '../core/environment.ts';
import type { InternalSecret } from '../subgraphs/shared/auth/internal-token.ts';
import { LONGEST_WAIT_MS } from '../core/longest-wait.ts';
import { readPeople, type PeopleSettings } from '../subgraphs/shared/auth/people.ts';
import type { AuthSettings } from './auth/authenticate.ts';
import type { SignInSettings } from './auth/issuer.ts';
import type { CorsOrigins } from './http/cors.ts';
import { DEFAULT_LIMITS, type Limits } from './limits/limits.ts';
import { isLoopback } from './auth/loopback.ts';
import { PLANNERS, type PlannerChoice } from './answer/planner.ts';
import { SUBGRAPH_PORTS } from '../schema/nouns.ts';

export interface GatewayConfig {
  readonly auth: AuthSettings;
  /** How the gateway signs people in for the console; without it the console takes tokens alone. */
  readonly signIn?: SignInSettings | undefined;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly planner: PlannerChoice;
  readonly limits: Limits;
  /** How long one subgraph may take for one fetch of a query; a mutation has until `limits.maxTimeMs`. */
  readonly subgraphTimeoutMs: number;
  /** Requests to the graph a minute by one caller; 0 for as many as they like. */
  readonly rateLimit: number;
  /** Pages of which other origins may call. */
  readonly corsOrigins: CorsOrigins;
  /** Whether clients may ask about the schema. */
  readonly introspection: boolean;
}

const MODES = ['dev', 'production'] as const;
const LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
const SHORTEST_SECRET = 32;
/** What a fetch takes besides the wait that it asks for. */
const ROUND_TRIP_MS = 5_000;

/** Reads the gateway's settings. Throws INVALID_INPUT that lists everything that is wrong with them. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): GatewayConfig {
  const env = new Environment(variables);
  const mode = env.choice('MODE', MODES, 'dev');
  const host = env.text('HOST') ?? (mode === 'dev' ? '127.0.0.1' : '0.0.0.0');
  if (mode === 'dev' && !isLoopback(host)) {
    env.wrong('HOST', `dev mode has no passwords and listens on loopback only, not on ${host}: set MODE=production`);
  }
  const people = authOf(env, mode);
  const config: GatewayConfig = {
    auth: { mode, ...people },
    signIn: signInOf(env, people),
    host,
    port: env.integer('PORT', 4000, 0, 65_535),
    logLevel: env.choice('LOG_LEVEL', LEVELS, 'info'),
    planner: env.choice('TIFFIN_PLANNER', PLANNERS, 'auto'),
    limits: limitsOf(env),
    subgraphTimeoutMs: env.integer('SUBGRAPH_TIMEOUT_MS', 10_000, 1, 600_000),
    introspection: env.flag('INTROSPECTION', mode === 'dev'),
    rateLimit: env.integer('TIFFIN_RATE_LIMIT', mode === 'dev' ? 0 : 3_000, 0, 1_000_000),
    corsOrigins: corsOf(env, mode),
  };
  checkTimes(env, config);
  env.throwProblems();
  return config;
}

/** A change that the gateway gives up on is still made: so it waits longer than any change may be asked to. */
function checkTimes(env: Environment, { limits }: GatewayConfig): void {
  const leastMs = LONGEST_WAIT_MS + ROUND_TRIP_MS;
  if (limits.maxTimeMs >= leastMs) return;
  env.wrong(
    'LIMIT_TIME_MS',
    `must be at least ${leastMs}, not ${limits.maxTimeMs}: waitMs lets a change take ${LONGEST_WAIT_MS} ms`,
  );
}

function corsOf(env: Environment, mode: AuthSettings['mode']): CorsOrigins {
  const text = env.text('TIFFIN_CORS_ORIGINS');
  if (text === undefined) return mode === 'dev' ? 'loopback' : [];
  if (text === '*') {
    if (mode === 'production') return 'any';
    env.wrong('TIFFIN_CORS_ORIGINS', 'dev mode has no passwords: name the origins, "*" is for production');
    return [];
  }
  const origins = text.split(',').map((origin) => origin.trim());
  for (const origin of origins) {
    const isOrigin = URL.canParse(origin) && new URL(origin).origin === origin;
    if (!isOrigin) env.wrong('TIFFIN_CORS_ORIGINS', `must list origins like https://app.example, not "${origin}"`);
  }
  return origins;
}

function authOf(env: Environment, mode: AuthSettings['mode']): PeopleSettings {
  const people = readPeople(env);
  const nobody = people.oidc === undefined && people.bootstrapSecret === undefined;
  if (mode === 'production' && nobody && env.text('OIDC_ISSUER') === undefined) {
    env.wrong(
      'OIDC_ISSUER',
      'production needs an issuer of tokens, or TIFFIN_BOOTSTRAP_SECRET for the first administrator',
    );
  }
  return people;
}

/** The gateway as a client of the issuer; all of it or none. */
function signInOf(env: Environment, { oidc }: PeopleSettings): SignInSettings | undefined {
  const clientId = env.text('OIDC_CLIENT_ID');
  const publicUrl = env.url('TIFFIN_PUBLIC_URL')?.replace(/\/+$/, '');
  if (clientId === undefined) {
    for (const name of ['OIDC_CLIENT_SECRET', 'OIDC_SCOPES', 'TIFFIN_PUBLIC_URL']) {
      if (env.text(name) !== undefined) env.wrong(name, 'goes with OIDC_CLIENT_ID, which is missing');
    }
    return undefined;
  }
  if (publicUrl === undefined) {
    env.wrong(
      'TIFFIN_PUBLIC_URL',
      'is where browsers find this install, as https://tiffin.example: OIDC_CLIENT_ID needs it',
    );
  }
  if (!oidc) env.wrong('OIDC_CLIENT_ID', 'goes with OIDC_ISSUER, OIDC_AUDIENCE and OIDC_JWKS_URL');
  if (!oidc || publicUrl === undefined) return undefined;
  return {
    issuer: oidc.issuer,
    audience: oidc.audience,
    clientId,
    clientSecret: env.text('OIDC_CLIENT_SECRET'),
    scopes: env.text('OIDC_SCOPES') ?? 'openid',
    publicUrl,
  };
}

function limitsOf(env: Environment): Limits {
  const limit = (name: string, key: keyof Limits): number => env.integer(name, DEFAULT_LIMITS[key], 1, 10_000_000);
  return {
    maxTokens: limit('LIMIT_TOKENS', 'maxTokens'),
    maxDepth: limit('LIMIT_DEPTH', 'maxDepth'),
    maxAliases: limit('LIMIT_ALIASES', 'maxAliases'),
    maxRootFields: limit('LIMIT_ROOT_FIELDS', 'maxRootFields'),
    maxPageSize: limit('LIMIT_PAGE_SIZE', 'maxPageSize'),
    maxCost: limit('LIMIT_COST', 'maxCost'),
    maxTimeMs: limit('LIMIT_TIME_MS', 'maxTimeMs'),
    maxSubscriptions: limit('LIMIT_SUBSCRIPTIONS', 'maxSubscriptions'),
    maxStallMs: limit('LIMIT_STALL_MS', 'maxStallMs'),
  };
}

/** What only a gateway in a process of its own needs. */
export interface SplitConfig {
  /** Where each subgraph is, by its name. */
  readonly urls: ReadonlyMap<string, string>;
  readonly secret: InternalSecret;
  readonly supergraphFile: string | undefined;
  readonly keysFile: string | undefined;
}

export function readSplitConfig(variables: Readonly<Record<string, string | undefined>>): SplitConfig {
  const env = new Environment(variables);
  const urls = Object.entries(SUBGRAPH_PORTS).map(
    ([name, port]) => [name, env.url(`${name.toUpperCase()}_URL`) ?? `http://127.0.0.1:${port}`] as const,
  );
  const secret = env.text('TIFFIN_INTERNAL_SECRET');
  if (secret === undefined || secret.length < SHORTEST_SECRET) {
    env.wrong('TIFFIN_INTERNAL_SECRET', `is shared with the subgraphs and has at least ${SHORTEST_SECRET} characters`);
  }
  const config = {
    urls: new Map(urls),
    secret: new TextEncoder().encode(secret),
    supergraphFile: env.text('SUPERGRAPH_FILE'),
    keysFile: env.text('TIFFIN_KEYS_FILE'),
  };
  env.throwProblems();
  return config;
}
