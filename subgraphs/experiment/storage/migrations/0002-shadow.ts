import { Migration } from '@mikro-orm/migrations';
import { shadowPairSql } from '../shadow-pair.ts';
import { shadowSql } from '../shadow.ts';

export class Shadows extends Migration {
  override up(): void {
    for (const sql of [...shadowSql, ...shadowPairSql]) this.addSql(sql);
  }
}
