import { Migration } from '@mikro-orm/migrations';
import { plumbingSql } from '../../../shared/database/plumbing-tables.ts';
import { answerSql } from '../metric/answer.ts';
import { erasedUnitSql } from '../erasure/erased-unit.ts';
import { daySumSql } from '../experiment/day-sum.ts';
import { layersAheadSql } from '../experiment/layers-ahead.ts';
import { holdoutSql } from '../holdout/holdout.ts';
import { metricSql } from '../metric/metric.ts';
import { keptEventsSql } from '../metric/kept-events.ts';
import { unitEventSql } from '../metric/unit-event.ts';
import { pairSql } from '../shadow/pair.ts';
import { studySql } from '../study.ts';
import { unitSql } from '../experiment/unit.ts';
import { verdictSql } from '../rollout/verdict.ts';

export class Studies extends Migration {
  override up(): void {
    for (const sql of [
      ...plumbingSql,
      ...studySql,
      ...metricSql,
      ...holdoutSql,
      ...unitSql,
      ...daySumSql,
      ...unitEventSql,
      ...keptEventsSql,
      ...erasedUnitSql,
      ...pairSql,
      ...answerSql,
      ...verdictSql,
      ...layersAheadSql,
    ])
      this.addSql(sql);
  }
}
