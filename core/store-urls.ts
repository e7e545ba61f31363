import type { Environment } from './environment.ts';

/** A place of a Postgres database; a password in it is not repeated. */
export function postgresUrl(env: Environment, name: string): string | undefined {
  const text = env.text(name);
  if (text === undefined) return undefined;
  if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return text;
  env.wrong(name, 'must be a URL like postgres://account:password@host:5432/database');
  return undefined;
}

/**
 * One URL of a Redis database, those of some nodes of a cluster with commas between them, or, where they may lead there, those of
 * sentinels. A password in them is not repeated.
 */
export function redisUrls(env: Environment, name: string, { sentinels = false } = {}): readonly string[] | undefined {
  const text = env.text(name);
  if (text === undefined) return undefined;
  const urls = text.split(',').map((url) => url.trim());
  if (urls.every(isRedisUrl) || (sentinels && isSentinels(urls))) return urls;
  const several = 'nodes of a cluster with commas between them';
  const ofSentinels = '; or sentinels of one primary, redis+sentinel://account:password@host:26379/primary/0';
  env.wrong(
    name,
    `must be a URL like redis://account:password@host:6379/0, or rediss:// for TLS; ${several}${sentinels ? ofSentinels : ''}`,
  );
  return undefined;
}

function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname } = new URL(text);
  return /^rediss?:$/.test(protocol) && hostname !== '' && /^(\/\d*)?$/.test(pathname);
}

/** Of one primary and one database. */
function isSentinels(urls: readonly string[]): boolean {
  const paths = urls.map((text) => {
    if (!URL.canParse(text)) return null;
    const { protocol, hostname, pathname } = new URL(text);
    const isGood = /^rediss?\+sentinel:$/.test(protocol) && hostname !== '' && /^\/[\w.-]+(\/\d*)?$/.test(pathname);
    return isGood ? `${protocol}${pathname}` : null;
  });
  return paths[0] !== null && new Set(paths).size === 1;
}
