import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import type { Changed } from '../../../shared/operations/change.ts';
import { WRITE, READ } from '../access.ts';
import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Access } from '../../../shared/auth/access.ts';
import { APPROVAL_STATES, type ApprovalState } from '../../domain/version/approval.ts';
import { GOLDEN_ORIGINS, type GoldenOrigin } from '../../domain/version/golden.ts';
import { RISK_TIERS, type RiskTier } from '../../domain/governance/tier-policy.ts';
import { versionUrn } from '../../domain/ids.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';
import { BUMPS, type Bump } from '../../domain/version/version-number.ts';
import { EngineProofType } from './engine-proof.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';

export const ApprovalStateEnum = graphqlEnum(
  'ApprovalState',
  APPROVAL_STATES,
  'Where a model version stands in its approval life. What it does in traffic is its roles.',
);

export const GoldenOriginEnum = graphqlEnum(
  'GoldenOrigin',
  GOLDEN_ORIGINS,
  'Who gave the golden rows: the submitter, or the model itself where none were given.',
);

export const BumpEnum = graphqlEnum('VersionBump', BUMPS, 'Which part of a version number was raised.');

export const RiskTierEnum = graphqlEnum(
  'RiskTier',
  RISK_TIERS,
  'How much harm a wrong answer can do. It decides which gates there are and how many people approve.',
);

@ObjectType('ComputedMetric', {
  description: 'A number about a model, computed from its evaluation file by the registry.',
})
@Access(READ)
export class ComputedMetricType {
  @Field(() => String, { description: 'Its name: accuracy, rocAuc, brier, mae, …' })
  name!: string;

  @Field(() => Float, { description: 'The number.' })
  value!: number;

  @Field(() => Int, { description: 'How many rows it was computed from.' })
  n!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Lower end of its 95 % interval, where there is a formula for one.',
  })
  lower!: number | null;

  @Field(() => Float, { nullable: true, description: 'Upper end of its 95 % interval.' })
  upper!: number | null;
}

@ObjectType('Tensor', { description: 'A named tensor that a model takes or gives, as its ONNX file declares it.' })
@Access(READ)
export class TensorType {
  @Field(() => String, { description: 'Its name in the file.' })
  name!: string;

  @Field(() => String, { description: 'The type of its values: float32, int64, string, …' })
  dtype!: string;

  @Field(() => [Int], { description: 'Its dimensions; -1 stands for a free one.' })
  shape!: number[];
}

@ObjectType('ModelVersion', {
  description: 'One immutable model file with its contract, golden rows and approval life.',
})
@Directive('@key(fields: "id")')
@Access(READ)
export class ModelVersionType {
  @Field(() => ID, { description: 'tiffin:<project>:model-version:<model>@<number>' })
  readonly id: string;

  @Field(() => Int, { description: 'Counts the versions of the model: 1, 2, 3, …' })
  readonly number: number;

  @Field(() => String, { description: 'MAJOR.MINOR.PATCH.BUILD, the smallest legal step from the version before.' })
  readonly version: string;

  @Field(() => BumpEnum, { nullable: true, description: 'The step from the version before; null for the first one.' })
  readonly bump: Bump | null;

  @Field(() => [String], { description: 'Why the step is that wide.' })
  readonly bumpReasons: readonly string[];

  @Field(() => ApprovalStateEnum, { description: 'Where it stands in its approval life.' })
  readonly state: ApprovalState;

  @Field(() => String, { description: 'SHA-256 of the bytes that serve (class probabilities as a plain tensor).' })
  readonly digest: string;

  @Field(() => String, { description: 'SHA-256 of the bytes as they were uploaded.' })
  readonly sourceDigest: string;

  @Field(() => Int, { description: 'Size of the bytes that serve.' })
  readonly sizeBytes: number;

  @Field(() => [TensorType], { description: 'What the model takes.' })
  readonly inputs: readonly TensorType[];

  @Field(() => [TensorType], { description: 'What the model gives.' })
  readonly outputs: readonly TensorType[];

  @Field(() => GraphQLJSON, { description: 'Class labels by output, where the file names them.' })
  readonly classLabels: unknown;

  @Field(() => [String], { description: 'The operators that the file uses.' })
  readonly operators: readonly string[];

  @Field(() => String, { description: 'What wrote the file, if it says so.' })
  readonly producer: string;

  @Field(() => Int, { description: 'How many golden rows every engine must reproduce before it serves.' })
  readonly goldenRows: number;

  @Field(() => GoldenOriginEnum, { description: 'Who gave the golden rows.' })
  readonly goldenOrigin: GoldenOrigin;

  @Field(() => [EngineProofType], {
    description: 'Which engines of the nodes answer as the model must; none before its first validation.',
  })
  readonly proofs: readonly EngineProofType[];

  @Field(() => String, { nullable: true, description: 'The algorithm, as declared.' })
  readonly algorithm: string | null;

  @Field(() => GraphQLJSON, { description: 'The hyper-parameters, as declared.' })
  readonly hyperParameters: unknown;

  @Field(() => String, { nullable: true, description: 'The commit of the training code, as declared.' })
  readonly codeCommit: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the evaluation file.' })
  readonly evaluation: string | null;

  @Field(() => GraphQLJSON, {
    description: 'Metrics as the submitter typed them: claims, on which nothing is decided.',
  })
  readonly claimedMetrics: unknown;

  @Field(() => [ComputedMetricType], {
    description:
      'Metrics that the registry computed from the evaluation file with the registered model, at the newest validation; none for a file that it cannot recompute.',
  })
  readonly metrics: readonly ComputedMetricType[];

  @Field(() => String, {
    nullable: true,
    description: 'SHA-256 of all that the newest validation found, kept as a blob.',
  })
  readonly evidence: string | null;

  @Field(() => RiskTierEnum, { description: 'How much harm a wrong answer can do.' })
  readonly riskTier: RiskTier;

  @Field(() => Date, {
    nullable: true,
    description:
      'By when it must have been validated and approved again; afterwards it takes no new traffic (rule G4).',
  })
  readonly revalidateBy: Date | null;

  @Field(() => String, { nullable: true, description: 'What it is made for, as declared.' })
  readonly purpose: string | null;

  @Field(() => String, { nullable: true, description: 'Who is to use it for what, as declared.' })
  readonly intendedUse: string | null;

  @Field(() => String, { nullable: true, description: 'Where it must not be used and what it cannot do, as declared.' })
  readonly limits: string | null;

  @Field(() => String, { nullable: true, description: 'Its model card, as Markdown.' })
  readonly card: string | null;

  @Field(() => String, { nullable: true, description: 'The number of the business that it is to move, as declared.' })
  readonly businessMetric: string | null;

  @Field(() => Boolean, { description: 'Whether others than the organisation made it, as declared.' })
  readonly thirdParty: boolean;

  @Field(() => String, { description: 'What it is, in words.' })
  readonly description: string;

  @Field(() => String, { nullable: true, description: 'Who answers for it.' })
  readonly owner: string | null;

  @Field(() => [String], { description: 'Labels; they never move traffic.' })
  readonly tags: readonly string[];

  @Field(() => [String], {
    description: 'Everybody who uploaded, registered, edited or submitted it: none may approve it.',
  })
  readonly makers: readonly string[];

  @Field(() => Date, { description: 'When it was registered.' })
  readonly createdAt: Date;

  readonly source: ModelVersion;

  constructor(version: ModelVersion) {
    this.id = versionUrn.format(version);
    this.number = version.number;
    this.version = version.version;
    this.bump = version.bump as Bump | null;
    this.bumpReasons = version.bumpReasons;
    this.state = version.state;
    this.digest = version.digest;
    this.sourceDigest = version.sourceDigest;
    this.sizeBytes = version.sizeBytes;
    this.inputs = version.contract.inputs;
    this.outputs = version.contract.outputs;
    this.classLabels = version.classLabels;
    this.operators = version.operators;
    this.producer = version.producer;
    this.goldenRows = version.goldenRows;
    this.goldenOrigin = version.goldenOrigin;
    this.proofs = version.proofs;
    this.algorithm = version.algorithm;
    this.hyperParameters = version.hyperParameters;
    this.codeCommit = version.codeCommit;
    this.evaluation = version.evaluation;
    this.claimedMetrics = version.claimedMetrics;
    this.metrics = version.metrics;
    this.evidence = version.evidence;
    this.riskTier = version.riskTier;
    this.revalidateBy = version.revalidateBy;
    this.purpose = version.purpose;
    this.intendedUse = version.intendedUse;
    this.limits = version.limits;
    this.card = version.card;
    this.businessMetric = version.businessMetric;
    this.thirdParty = version.thirdParty;
    this.description = version.description;
    this.owner = version.owner;
    this.tags = version.tags;
    this.makers = version.makers;
    this.createdAt = version.createdAt;
    this.source = version;
  }
}

@ObjectType({ description: 'A version after a change.' })
@Access(WRITE)
export class ModelVersionPayload extends ChangedPayload {
  @Field(() => ModelVersionType, { description: 'The version as it is now.' })
  @Access(READ)
  readonly modelVersion: ModelVersionType;

  constructor({ value, eventCursor }: Changed<ModelVersion>) {
    super(eventCursor);
    this.modelVersion = new ModelVersionType(value);
  }
}
