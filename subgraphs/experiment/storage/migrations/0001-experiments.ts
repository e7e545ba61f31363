import { Migration } from '@mikro-orm/migrations';
import { plumbingSql } from '../../../shared/database/plumbing-tables.ts';
import { experimentSql } from '../experiment.ts';
import { unitSql } from '../unit.ts';

export class Experiments extends Migration {
  override up(): void {
    for (const sql of [...plumbingSql, ...experimentSql, ...unitSql]) this.addSql(sql);
  }
}
