import { verifyAudit, type AuditVerdict } from '../../shared/audit/verify-audit.ts';
import type { Database } from '../../shared/database/database.ts';
import type { PageRequest } from '../../shared/paging.ts';
import { listAudit } from '../storage/audit-record.ts';
import type { Request } from './deps.ts';

export type StoredAudit = Awaited<ReturnType<typeof listAudit>>[number];

/** What was done in the registry, by whom, and the proof that the record is whole. */
export class Audit {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  records({ actor }: Request, subject: string | null, page: PageRequest): Promise<readonly StoredAudit[]> {
    return listAudit(this.#db, actor.project, subject, page);
  }

  verify({ actor }: Request): Promise<AuditVerdict> {
    return verifyAudit(this.#db, actor.project);
  }
}
