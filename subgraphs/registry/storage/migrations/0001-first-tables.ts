import { Migration } from '@mikro-orm/migrations';
import { plumbingSql } from '../../../shared/database/plumbing-tables.ts';
import { checkpointSql } from '../audit/checkpoint.ts';
import { assetSql } from '../catalogue/asset.ts';
import { assetNoteSql } from '../catalogue/asset-note.ts';
import { savedSearchSql } from '../catalogue/saved-search.ts';
import { lineageEventSql } from '../openlineage/lineage-event.ts';
import { lineageNounSql } from '../openlineage/lineage-noun.ts';
import { breakGlassSql } from '../governance/break-glass.ts';
import { presetImportSql } from '../governance/preset-import.ts';
import { reminderSql } from '../governance/reminder.ts';
import { standingApprovalSql } from '../governance/standing-approval.ts';
import { tierPolicySql } from '../governance/tier-policy.ts';
import { approvalStepSql } from '../version/approval-step.ts';
import { deploymentSql } from '../serving/deployment.ts';
import { endpointSql } from '../serving/endpoint.ts';
import { featureSnapshotSql } from '../serving/feature-snapshot.ts';
import { manifestSql } from '../serving/manifest.ts';
import { modelSql } from '../version/model.ts';
import { modelJobSql } from '../version/model-job.ts';
import { modelVersionSql } from '../version/model-version.ts';
import { releaseSql } from '../serving/release.ts';
import { trafficRecordSql } from '../serving/traffic-record.ts';
import { uploadSql } from '../version/upload.ts';
import { enrolmentTokenSql } from '../node/enrolment-token.ts';
import { droppedBlobSql } from '../tracking/dropped-blob.ts';
import { loggedModelSql } from '../tracking/logged-model.ts';
import { runArtifactSql } from '../tracking/run-artifact.ts';
import { runGroupSql } from '../tracking/run-group.ts';
import { trainingRunSql } from '../tracking/training-run.ts';
import { registeredModelSql } from '../version/registered-model.ts';
import { nodeKeySql } from '../node/node-key.ts';
import { webhookDeliverySql } from '../webhook/webhook-delivery.ts';
import { webhookSql } from '../webhook/webhook.ts';

export class FirstTables extends Migration {
  override up(): void {
    const tables = [
      plumbingSql,
      uploadSql,
      modelSql,
      modelVersionSql,
      approvalStepSql,
      tierPolicySql,
      presetImportSql,
      breakGlassSql,
      standingApprovalSql,
      reminderSql,
      modelJobSql,
      endpointSql,
      deploymentSql,
      releaseSql,
      trafficRecordSql,
      manifestSql,
      featureSnapshotSql,
      assetSql,
      assetNoteSql,
      savedSearchSql,
      lineageEventSql,
      lineageNounSql,
      webhookSql,
      webhookDeliverySql,
      checkpointSql,
      nodeKeySql,
      enrolmentTokenSql,
      runGroupSql,
      trainingRunSql,
      runArtifactSql,
      droppedBlobSql,
      loggedModelSql,
      registeredModelSql,
    ];
    for (const sql of tables.flat()) this.addSql(sql);
  }
}
