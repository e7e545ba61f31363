import { Migration } from '@mikro-orm/migrations';
import { plumbingSql } from '../../../shared/database/plumbing-tables.ts';
import { pairSql } from '../pair.ts';
import { studySql } from '../study.ts';
import { unitSql } from '../unit.ts';

export class Studies extends Migration {
  override up(): void {
    for (const sql of [...plumbingSql, ...studySql, ...unitSql, ...pairSql]) this.addSql(sql);
  }
}
