import { Migration } from '@mikro-orm/migrations';

/** Loads that leave the online store as it was at an instant. */
export class OnlineAt extends Migration {
  override up(): void {
    this.addSql('alter table segment add column online_at timestamptz(3) null');
    this.addSql('alter table materialization add column online_at timestamptz(3) null');
  }
}
