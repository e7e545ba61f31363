import { Migration } from '@mikro-orm/migrations';
import { plumbingSql } from '../../../shared/database/plumbing-tables.ts';
import { decisionSql } from '../decision.ts';
import { modelSql } from '../model.ts';
import { modelVersionSql } from '../model-version.ts';
import { uploadSql } from '../upload.ts';

export class Models extends Migration {
  override up(): void {
    for (const sql of [...plumbingSql, ...uploadSql, ...modelSql, ...modelVersionSql, ...decisionSql]) this.addSql(sql);
  }
}
