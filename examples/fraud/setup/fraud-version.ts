import type { NewVersion, VersionName } from '../../shared/setup/model-version.ts';
import { qualityOf, scoresOf, type Quality } from '../../shared/train/judged.ts';
import { columnsOf, type TrainingRows } from '../data/training-rows.ts';
import type { ModelKind } from '../decision/fields.ts';
import { goldenRowsOf, LEARNERS, type FraudModel } from '../train/fraud-model.ts';

const TITLES: Readonly<Record<ModelKind, string>> = {
  trees: 'Boosted trees over windows and the payment itself.',
  network: 'A network of two hidden layers over the same, with large numbers bent.',
  rules: 'What people know without data: points for marks that are passed.',
  forest: 'An isolation forest: what is unusual, calibrated to a probability.',
};

export const versionNameOf = (kind: ModelKind): VersionName => ({ model: `fraud-${kind}`, tag: 'first' });

/** What the version of a model is registered with, judged on rows that came after those it learned from. */
export function fraudVersion(
  model: FraudModel,
  rows: TrainingRows,
  origin: { readonly trainingSet: string; readonly service: string },
): { readonly version: NewVersion; readonly quality: Quality } {
  const { kind, onnx, score } = model;
  const evaluate = columnsOf(rows, kind);
  const scores = scoresOf(score, evaluate);
  const quality = qualityOf(evaluate.labels, scores);
  const version: NewVersion = {
    ...versionNameOf(kind),
    onnx,
    evaluation: { sample: 'the week after the training rows', labels: Array.from(evaluate.labels), scores },
    goldenRows: goldenRowsOf(model, evaluate),
    trainingSet: origin.trainingSet,
    featureService: origin.service,
    ...LEARNERS[kind],
    claimedMetrics: { auc: quality.auc, brier: quality.brier },
    description: cardOf(kind, quality),
    owner: 'fraud',
  };
  return { version, quality };
}

/** The model card: what a person who approves it should read. */
const cardOf = (kind: ModelKind, { auc, brier }: Quality): string => `# fraud-${kind}

${TITLES[kind]}

Answers, before a payment goes through: how likely is it that it will be reported as a fraud?

- **Synthetic**: learned from generated payments, and of no use for real ones
- Trained on three weeks, of honest payments one in five; scores are corrected for that
- Evaluated on the week after them: AUC ${auc.toFixed(4)}, Brier ${brier.toFixed(5)}
- Windows are those that were known when the payment was made
`;

export const APPROVAL_REASON = 'Golden rows come out, and the evaluation is on payments after those it learned from.';
