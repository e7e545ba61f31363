import { Migration } from '@mikro-orm/migrations';

/** Traffic says who shadows it; what serves already has nobody. */
export class Shadow extends Migration {
  override up(): void {
    this.addSql(
      `update deployment set traffic = traffic || '{"shadow": null}' where not jsonb_exists(traffic, 'shadow')`,
    );
  }
}
