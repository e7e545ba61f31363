import type { EntityManager } from '@mikro-orm/postgresql';
import { msOf } from '../ms-of.ts';

/** What is known of a token: never the token itself. */
export interface EnrolmentToken {
  readonly sha256: string;
  readonly project: string;
  readonly node: string;
  readonly issuedBy: string;
  readonly expiresAt: Date;
  /** The digest of the key that was enrolled with it; null while none was. */
  readonly keySha256: string | null;
}

export const enrolmentTokenSql: readonly string[] = [
  `create table enrolment_token (
     sha256 text primary key,
     project text not null,
     node text not null,
     issued_by text not null,
     issued_at timestamptz(3) not null,
     expires_at timestamptz(3) not null,
     key_sha256 text
   )`,
  'create index enrolment_token_node on enrolment_token (project, node)',
];

/** Adds a token; those of the node that nobody used are good no more. */
export async function replaceToken(
  em: EntityManager,
  { sha256, project, node, issuedBy, expiresAt }: EnrolmentToken,
  issuedAt: Date,
): Promise<void> {
  await dropUnusedTokens(em, project, node);
  await em.execute(
    `insert into enrolment_token (sha256, project, node, issued_by, issued_at, expires_at) values (?, ?, ?, ?, ?, ?)`,
    [sha256, project, node, issuedBy, issuedAt, expiresAt],
  );
}

/** How many there were. */
export async function dropUnusedTokens(em: EntityManager, project: string, node: string): Promise<number> {
  const rows = await em.execute<unknown[]>(
    'delete from enrolment_token where project = ? and node = ? and key_sha256 is null returning sha256',
    [project, node],
  );
  return rows.length;
}

/** Reads a token and holds its row until the transaction ends. */
export async function lockToken(em: EntityManager, sha256: string): Promise<EnrolmentToken | undefined> {
  const [row] = await em.execute<(Omit<EnrolmentToken, 'expiresAt'> & { readonly expiresAtMs: number })[]>(
    `select sha256, project, node, issued_by as "issuedBy", ${msOf('expires_at')} as "expiresAtMs",
       key_sha256 as "keySha256" from enrolment_token where sha256 = ? for update`,
    [sha256],
  );
  if (!row) return undefined;
  const { expiresAtMs, ...rest } = row;
  return { ...rest, expiresAt: new Date(expiresAtMs) };
}

export async function useToken(em: EntityManager, sha256: string, keySha256: string): Promise<void> {
  await em.execute('update enrolment_token set key_sha256 = ? where sha256 = ?', [keySha256, sha256]);
}
