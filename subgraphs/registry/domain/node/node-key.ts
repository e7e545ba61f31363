import { DomainError } from '../../../../core/errors.ts';
import { NODE_SCOPES } from '../../../../core/scopes.ts';
import { NodeName } from '../../../../schema/enrolment.ts';
import type { StoredKey } from '../../../../schema/stored-key.ts';

/** A key that a node made for itself and enrolled; the registry knows its digest alone. */
export interface NodeKey {
  readonly project: string;
  readonly node: string;
  /** The first key of a node is 1. */
  readonly number: number;
  readonly sha256: string;
  readonly enrolledAt: Date;
  /** Who issued the token that the node came with. */
  readonly enrolledBy: string;
  /** When another key has taken its place for good; null while none has. */
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly revokedBy: string | null;
}

/** ENDING: another key has taken its place, and it is good for a while still. */
export const NODE_KEY_STATES = ['ACTIVE', 'ENDING', 'EXPIRED', 'REVOKED'] as const;
export type NodeKeyState = (typeof NODE_KEY_STATES)[number];

export function stateOf({ expiresAt, revokedAt }: NodeKey, now: Date): NodeKeyState {
  if (revokedAt !== null) return 'REVOKED';
  if (expiresAt === null) return 'ACTIVE';
  return expiresAt > now ? 'ENDING' : 'EXPIRED';
}

/** The key as the data plane looks it up: it speaks for its node alone. */
export const storedKeyOf = ({ project, node, number, sha256, expiresAt }: NodeKey): StoredKey => ({
  id: `node/${node}/${number}`,
  sha256,
  scopes: [...NODE_SCOPES],
  project,
  trust: 'server',
  node,
  ...(expiresAt !== null && { expiresAt: expiresAt.toISOString() }),
});

const MOST_MINUTES = 7 * 24 * 60;

/** Throws INVALID_INPUT that names the field. */
export function checkToken({ node, minutes }: { readonly node: string; readonly minutes: number }): void {
  const named = NodeName.safeParse(node);
  if (!named.success) {
    const allowed = named.error.issues[0]?.message ?? 'a name';
    throw new DomainError('INVALID_INPUT', `node: "${node}" is no name of a node; allowed: ${allowed}`, {
      field: 'node',
      allowed: [allowed],
    });
  }
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES) return;
  throw new DomainError('INVALID_INPUT', `minutes: ${minutes}; allowed: 1 to ${MOST_MINUTES}`, {
    field: 'minutes',
    allowed: [`1 to ${MOST_MINUTES}`],
  });
}
