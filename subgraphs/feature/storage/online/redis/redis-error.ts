import { DomainError } from '../../../../../core/errors.ts';

const CANNOT_BE_REACHED = 'online store: Redis cannot be reached';

/** What each first word of Redis’ refusals means to a caller. */
const REFUSALS: Readonly<Record<string, string>> = {
  OOM: 'online store: Redis is full (maxmemory)',
  LOST: 'online store: Redis lost what it held, and is being filled again from the log',
  READONLY: 'online store: Redis is a replica that takes no writes',
  LOADING: 'online store: Redis is reading its data from the disk',
  MASTERDOWN: 'online store: Redis is a replica without its primary',
  MISCONF: 'online store: Redis cannot write its data to the disk',
  NOAUTH: 'online store: Redis asks for a password; REDIS_URL has none, or another',
  WRONGPASS: 'online store: Redis does not know the account of REDIS_URL',
  NOPERM: 'online store: the account of REDIS_URL may not do this in Redis',
  CLUSTERDOWN: 'online store: Redis Cluster has no server for some of its slots',
  TRYAGAIN: 'online store: Redis Cluster is moving the slot to another server',
  ASK: 'online store: Redis Cluster is moving the slot to another server',
  MOVED: 'online store: Redis Cluster has moved the slot to another server',
};

/**
 * An error of Redis, or of the way to it, as a caller is told of it; a refusal that no state of Redis explains is a bug of
 * ours. The command is left out: it holds values.
 */
export function redisErrorOf(error: unknown): Error {
  if (error instanceof DomainError) return error;
  if (!(error instanceof Error)) return new Error(String(error));
  const [word = ''] = error.message.split(' ');
  const refusal = REFUSALS[word];
  if (refusal === undefined && error.name === 'ReplyError') return new Error(`Redis: ${error.message}`);
  const code = word === 'OOM' ? 'STORAGE_FULL' : 'UNAVAILABLE';
  const said = new DomainError(code, refusal ?? CANNOT_BE_REACHED);
  said.cause = error.message;
  return said;
}
