import { createHash, randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { EnrolmentRequest } from '../../../../schema/enrolment.ts';
import type { KeyHolder } from '../../../shared/auth/key-ring.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change } from '../../../shared/operations/change.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { edgeNodeUrn } from '../../domain/ids.ts';
import { checkToken, stateOf, type NodeKey } from '../../domain/node/node-key.ts';
import { dropUnusedTokens, lockToken, replaceToken, useToken } from '../../storage/node/enrolment-token.ts';
import {
  endNodeKeys,
  insertNodeKey,
  listNodeKeys,
  lockNodeKeys,
  revokeNodeKeys,
  type StoredNodeKey,
} from '../../storage/node/node-key.ts';
import type { RegistryDeps } from '../deps.ts';

export interface IssueTokenInput {
  readonly node: string;
  readonly minutes: number;
}

export interface IssuedToken {
  readonly token: string;
  readonly node: string;
  readonly expiresAt: Date;
}

export interface RevokeInput {
  readonly node: string;
  readonly reason: string;
}

const MINUTE_MS = 60_000;
/** How long the key before is good after a rotation: requests under way, and a node that crashed before it kept the new one. */
const OVERLAP_MS = 10 * MINUTE_MS;
const TOKEN_BYTES = 24;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** How nodes come to keys of their own, and how these end. No key is ever known here, only its digest. */
export class NodeKeys {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  /** A token with which one node enrols, once. It takes the place of one that nobody used. */
  async issueToken(context: RequestContext, { node, minutes }: IssueTokenInput): Promise<IssuedToken> {
    checkToken({ node, minutes });
    const { project, subject: issuedBy } = context.actor;
    const token = `tfe_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
    const about = { action: 'enrolment-token.issue', subject: edgeNodeUrn.format({ project, name: node }) };
    const { value } = await change(this.#deps, context, about, async (em, at) => {
      const expiresAt = new Date(at.getTime() + minutes * MINUTE_MS);
      await replaceToken(em, { sha256: sha256(token), project, node, issuedBy, expiresAt, keySha256: null }, at);
      return { value: { token, node, expiresAt }, after: { node, expiresAt }, events: [] };
    });
    return value;
  }

  /**
   * Enrols the key that a node made. The same token with the same key again answers as the first time, so that an answer that
   * was lost can be asked for again; with another key it is refused. Keys that the node had before end at once.
   */
  async enrol(requestId: string | undefined, { token, node, keySha256 }: EnrolmentRequest): Promise<NodeKey> {
    const found = await this.#deps.db.transaction((em) => lockToken(em, sha256(token)));
    if (!found) throw unknownToken();
    const { project, issuedBy } = found;
    const actor = { subject: `key:node/${found.node}`, kind: 'machine', roles: [], scopes: [], project } as const;
    const context = { actor: { ...actor, onBehalfOf: issuedBy }, ...(requestId !== undefined && { requestId }) };
    const about = { action: 'node-key.enrol', subject: edgeNodeUrn.format({ project, name: found.node }) };
    const { value } = await change(this.#deps, context as RequestContext, about, async (em, at) => {
      const held = await lockToken(em, sha256(token));
      if (!held) throw unknownToken();
      if (held.node !== node) {
        throw new DomainError('INVALID_INPUT', `node: the token is for "${held.node}", not for "${node}"`, {
          field: 'node',
          allowed: [held.node],
        });
      }
      const keys = await lockNodeKeys(em, project, node);
      if (held.keySha256 !== null)
        return { value: enrolledBefore(held.keySha256, keySha256, keys, at), unchanged: true };
      if (held.expiresAt <= at) {
        throw new DomainError('UNAUTHENTICATED', `token: it was good until ${held.expiresAt.toISOString()}`, {
          field: 'token',
        });
      }
      const key = await this.#add(em, { project, node, sha256: keySha256, enrolledAt: at, enrolledBy: issuedBy }, keys);
      await endNodeKeys(em, { project, node, before: key.number, at });
      await useToken(em, held.sha256, keySha256);
      return { value: key, events: [] };
    });
    await this.#deps.enrolled.refresh();
    return value;
  }

  /** Enrols another key of the node that asks; the one before is good for a while still. The same key again changes nothing. */
  async rotate(context: RequestContext & { readonly actor: KeyHolder }, keySha256: string): Promise<NodeKey> {
    const { project, node } = context.actor;
    if (node === undefined) {
      throw new DomainError('FAILED_PRECONDITION', 'this key was not enrolled: it is rotated where it is kept', {
        allowed: ['the key of an enrolled node'],
      });
    }
    const about = { action: 'node-key.rotate', subject: edgeNodeUrn.format({ project, name: node }) };
    const { value } = await change(this.#deps, context, about, async (em, at) => {
      const keys = await lockNodeKeys(em, project, node);
      const good = keys.filter((key) => ['ACTIVE', 'ENDING'].includes(stateOf(key, at)));
      const newest = good.at(-1);
      // It may have been revoked since the request was let in.
      if (!newest) throw new DomainError('UNAUTHENTICATED', `the keys of "${node}" have ended: enrol it again`);
      if (newest.sha256 === keySha256) return { value: newest, unchanged: true };
      const { enrolledBy } = newest;
      const key = await this.#add(em, { project, node, sha256: keySha256, enrolledAt: at, enrolledBy }, keys);
      await endNodeKeys(em, { project, node, before: key.number, at: new Date(at.getTime() + OVERLAP_MS) });
      return { value: key, events: [] };
    });
    await this.#deps.enrolled.refresh();
    return value;
  }

  /** Ends all keys of a node, and its token if nobody used that. */
  async revoke(context: RequestContext, { node, reason }: RevokeInput): Promise<readonly NodeKey[]> {
    const { project, subject } = context.actor;
    if (reason.trim() === '') {
      throw new DomainError('INVALID_INPUT', 'reason: is empty; say why, it stays on record', { field: 'reason' });
    }
    const about = { action: 'node-key.revoke', subject: edgeNodeUrn.format({ project, name: node }) };
    const { value } = await change(this.#deps, context, about, async (em, at) => {
      const before = await lockNodeKeys(em, project, node);
      const good = before.filter((key) => ['ACTIVE', 'ENDING'].includes(stateOf(key, at)));
      const tokens = await dropUnusedTokens(em, project, node);
      if (good.length === 0 && tokens === 0) {
        throw new DomainError('NOT_FOUND', `node: "${node}" has no key and no token that could be revoked`, {
          field: 'node',
        });
      }
      await revokeNodeKeys(em, { project, node, at, by: subject });
      const revoked = good.map((key): NodeKey => ({ ...key, revokedAt: at, revokedBy: subject }));
      return { value: revoked, before: good, after: revoked, reason, events: [] };
    });
    await this.#deps.enrolled.refresh();
    return value;
  }

  list(
    { actor: { project } }: RequestContext,
    { node }: { readonly node: string | null },
    page: PageRequest,
  ): Promise<readonly StoredNodeKey[]> {
    return listNodeKeys(this.#deps.db, { project, node }, page);
  }

  /** How a key stands now. */
  stateOf(key: NodeKey): ReturnType<typeof stateOf> {
    return stateOf(key, this.#deps.now());
  }

  async #add(
    em: EntityManager,
    key: Pick<NodeKey, 'project' | 'node' | 'sha256' | 'enrolledAt' | 'enrolledBy'>,
    before: readonly NodeKey[],
  ): Promise<NodeKey> {
    if (before.some(({ sha256: known }) => known === key.sha256)) {
      throw new DomainError('CONFLICT', 'keySha256: the node had this key before: make a new one', {
        field: 'keySha256',
      });
    }
    const number = (before.at(-1)?.number ?? 0) + 1;
    const added: NodeKey = { ...key, number, expiresAt: null, revokedAt: null, revokedBy: null };
    await insertNodeKey(em, added);
    return added;
  }
}

const unknownToken = (): DomainError =>
  new DomainError('UNAUTHENTICATED', 'token: it is not known: ask for one with issueEnrolmentToken', {
    field: 'token',
  });

/** The key that a used token has enrolled. Throws UNAUTHENTICATED for another key, or where that one has ended. */
function enrolledBefore(enrolled: string, asked: string, keys: readonly NodeKey[], at: Date): NodeKey {
  const key = keys.find(({ sha256: known }) => known === enrolled);
  if (key && enrolled === asked && stateOf(key, at) === 'ACTIVE') return key;
  throw new DomainError('UNAUTHENTICATED', 'token: it was used before, and is good once', { field: 'token' });
}
