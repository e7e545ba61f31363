import { Migration } from '@mikro-orm/migrations';

/** Webhooks are the registry's, for the events of all subgraphs; these tables never held a row. */
export class NoWebhooks extends Migration {
  override up(): void {
    this.addSql('drop table webhook_delivery');
    this.addSql('drop table webhook');
  }
}
