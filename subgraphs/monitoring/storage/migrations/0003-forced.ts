import { Migration } from '@mikro-orm/migrations';

/** Who forced the release of a prediction, if a tester did. */
export class ForcedMigration extends Migration {
  override up(): void {
    this.addSql('alter table prediction add column forced text');
  }
}
