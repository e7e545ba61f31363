import { Migration } from '@mikro-orm/migrations';
import { checkpointSql } from '../audit/checkpoint.ts';

export class Checkpoints extends Migration {
  override up(): void {
    for (const sql of checkpointSql) this.addSql(sql);
  }
}
