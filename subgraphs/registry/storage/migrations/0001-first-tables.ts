import { Migration } from '@mikro-orm/migrations';
import { plumbingSql } from '../../../shared/database/plumbing-tables.ts';
import { assetSql } from '../asset.ts';
import { checkpointSql } from '../checkpoint.ts';
import { decisionSql } from '../decision.ts';
import { deploymentSql } from '../deployment.ts';
import { endpointSql } from '../endpoint.ts';
import { manifestSql } from '../manifest.ts';
import { modelSql } from '../model.ts';
import { modelVersionSql } from '../model-version.ts';
import { releaseSql } from '../release.ts';
import { trafficRecordSql } from '../traffic-record.ts';
import { uploadSql } from '../upload.ts';
import { webhookDeliverySql } from '../webhook-delivery.ts';
import { webhookSql } from '../webhook.ts';

export class FirstTables extends Migration {
  override up(): void {
    const tables = [
      plumbingSql,
      uploadSql,
      modelSql,
      modelVersionSql,
      decisionSql,
      endpointSql,
      deploymentSql,
      releaseSql,
      trafficRecordSql,
      manifestSql,
      assetSql,
      webhookSql,
      webhookDeliverySql,
      checkpointSql,
    ];
    for (const sql of tables.flat()) this.addSql(sql);
  }
}
