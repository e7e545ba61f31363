import { Migration } from '@mikro-orm/migrations';

/** The registry holds the webhooks of all subgraphs' events; it reads the feeds itself, so a webhook has no place in one. */
export class Webhooks extends Migration {
  override up(): void {
    this.addSql('alter table webhook drop column cursor');
    this.addSql('alter table webhook add column position bigint generated always as identity');
    this.addSql(`alter table webhook add column description text not null default ''`);
    this.addSql(`alter table webhook add column created_by text not null default ''`);
    this.addSql('alter table webhook add column previous_secret text');
    this.addSql('alter table webhook add column previous_secret_until timestamptz(3)');
    this.addSql('create unique index webhook_place on webhook (project, position)');
    this.addSql(`alter table webhook_delivery add column type text not null default ''`);
    this.addSql('alter table webhook_delivery add column revision int not null default 1');
    this.addSql('create index webhook_delivery_place on webhook_delivery (webhook, position)');
  }
}
