import { DomainError, ERROR_STATUS, type ErrorCode } from '../../core/errors.ts';
import type { SubgraphName } from '../../schema/nouns.ts';
import type { SubgraphResult } from './subgraph.ts';

const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERROR_STATUS, code);

/** What a peer refused is refused here in the same words; what it could not do makes it unavailable. */
export function throwRefusal({ errors }: SubgraphResult, peer: SubgraphName): void {
  const [error] = errors ?? [];
  if (!error) return;
  const { code, ...details } = error.extensions ?? {};
  if (isCode(code)) throw new DomainError(code, error.message, details);
  throw new DomainError('SUBGRAPH_UNAVAILABLE', `the ${peer} subgraph could not do this`, { subgraph: peer });
}
