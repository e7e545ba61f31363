import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { Database } from '../../shared/database/database.ts';
import type { Alerting } from '../alerting.ts';
import type { Reading } from '../reading.ts';

export interface MonitoringContext extends RequestContext {
  readonly reading: Reading;
  readonly alerting: Alerting;
  readonly db: Database;
  readonly now: () => Date;
}
