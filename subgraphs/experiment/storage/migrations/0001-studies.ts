import { Migration } from '@mikro-orm/migrations';
import { plumbingSql } from '../../../shared/database/plumbing-tables.ts';
import { answerSql } from '../answer.ts';
import { daySumSql } from '../day-sum.ts';
import { layersAheadSql } from '../layers-ahead.ts';
import { metricSql } from '../metric.ts';
import { pairSql } from '../pair.ts';
import { studySql } from '../study.ts';
import { unitSql } from '../unit.ts';
import { verdictSql } from '../verdict.ts';

export class Studies extends Migration {
  override up(): void {
    for (const sql of [
      ...plumbingSql,
      ...studySql,
      ...metricSql,
      ...unitSql,
      ...daySumSql,
      ...pairSql,
      ...answerSql,
      ...verdictSql,
      ...layersAheadSql,
    ])
      this.addSql(sql);
  }
}
