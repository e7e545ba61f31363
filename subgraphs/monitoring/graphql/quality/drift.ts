import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { AnsweringLayer } from '../../../../schema/telemetry.ts';
import { Access } from '../../../shared/auth/access.ts';
import type { DriftBins, FeatureDrift } from '../../domain/quality/drift.ts';
import type { DriftPreset, Severity } from '../../domain/quality/drift-severity.ts';
import type { PredictionWindow } from '../../domain/prediction-window.ts';
import type { Trust } from '../../domain/trust.ts';
import type { DriftReport } from '../../operations/quality/drift.ts';
import { READ } from '../access.ts';
import { NamedCountType, namedCounts } from '../count.ts';
import { AnsweringLayerEnum, DriftKindEnum, DriftPresetEnum, DriftSeverityEnum, TrustEnum } from '../enums.ts';
import { DeploymentType } from '../references.ts';
import { TimeWindowInput } from '../time-window.ts';

@ObjectType('DriftBins', { description: 'Counts of both windows in the same bins, ready to draw over each other.' })
@Access(READ)
export class DriftBinsType {
  @Field(() => [Float], {
    description:
      'Interior edges of a numeric feature; each bin holds its left edge, and the first and the last are open.',
  })
  readonly edges!: readonly number[];

  @Field(() => [String], {
    description:
      'One label per bin of a categorical feature; of a numeric one that of a last bin for values that are no numbers, where there are any.',
  })
  readonly categories!: readonly string[];

  @Field(() => [Float], { description: "The reference's counts." })
  readonly reference!: readonly number[];

  @Field(() => [Float], { description: "The current window's counts." })
  readonly current!: readonly number[];
}

@ObjectType('FeatureDrift', { description: 'How one feature, one input or the score differs between two windows.' })
@Access(READ)
export class FeatureDriftType {
  @Field(() => String, { description: 'Name of the feature or input, or "score".' })
  readonly name: string;

  @Field(() => DriftKindEnum, { description: 'How it was compared.' })
  readonly kind: string;

  @Field(() => DriftSeverityEnum, { description: 'How strongly it has moved.' })
  readonly severity: Severity;

  @Field(() => Float, { description: 'Values of the reference window; missing ones are not among them.' })
  readonly referenceCount: number;

  @Field(() => Float, { description: 'Values of the current window; missing ones are not among them.' })
  readonly currentCount: number;

  @Field(() => [NamedCountType], { description: 'Rows of the reference window by status of the value.' })
  readonly referenceStatuses: readonly NamedCountType[];

  @Field(() => [NamedCountType], { description: 'Rows of the current window by status of the value.' })
  readonly currentStatuses: readonly NamedCountType[];

  @Field(() => Float, {
    nullable: true,
    description: 'Population stability index over bins of the reference; null without values.',
  })
  readonly psi: number | null;

  @Field(() => Float, { nullable: true, description: 'What PSI is on average without any drift, at these counts.' })
  readonly psiNullLevel: number | null;

  @Field(() => Float, { nullable: true, description: 'p of the chi-square test over the same bins.' })
  readonly binnedP: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Jensen–Shannon distance (natural logarithm) over the same bins.',
  })
  readonly jensenShannon: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Kolmogorov–Smirnov distance of the raw values; null for categories.',
  })
  readonly ksD: number | null;

  @Field(() => Float, { nullable: true, description: 'p of the Kolmogorov–Smirnov test.' })
  readonly ksP: number | null;

  @Field(() => String, { nullable: true, description: 'How that p was computed: exact or limit.' })
  readonly ksMethod: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'p of the feature, corrected over all features of the report (Benjamini–Hochberg).',
  })
  readonly adjustedP: number | null;

  @Field(() => DriftBinsType, { description: 'What the distances were computed from.' })
  readonly bins: DriftBins;

  constructor(drift: FeatureDrift) {
    this.name = drift.name;
    this.kind = drift.kind;
    this.severity = drift.severity;
    this.referenceCount = drift.referenceCount;
    this.currentCount = drift.currentCount;
    this.referenceStatuses = namedCounts(drift.referenceStatuses);
    this.currentStatuses = namedCounts(drift.currentStatuses);
    this.psi = drift.psi;
    this.psiNullLevel = drift.psiNullLevel;
    this.binnedP = drift.binnedP;
    this.jensenShannon = drift.jensenShannon;
    this.ksD = drift.ks?.d ?? null;
    this.ksP = drift.ks?.p ?? null;
    this.ksMethod = drift.ks?.method ?? null;
    this.adjustedP = drift.adjustedP;
    this.bins = drift.bins;
  }
}

@ObjectType('DriftWindow', { description: 'One side of a drift report.' })
@Access(READ)
export class DriftWindowType {
  @Field(() => DeploymentType, { nullable: true, description: 'Whose predictions they are.' })
  readonly deployment: DeploymentType;

  @Field(() => Date, { description: 'Where the window begins.' })
  readonly from: Date;

  @Field(() => Date, { description: 'Where it ends; this instant is no longer in it.' })
  readonly to: Date;

  @Field(() => Float, { description: 'Predictions in the window.' })
  readonly predictions: number;

  @Field(() => Float, { description: 'Predictions that were read: fewer where a large window was sampled by id.' })
  readonly used: number;

  /** What the resolver of `mix` counts; not part of the schema. */
  readonly window: PredictionWindow;

  constructor(window: PredictionWindow & { readonly rows: number; readonly used: number }) {
    this.window = window;
    this.deployment = new DeploymentType(window.deployment);
    this.from = window.from;
    this.to = window.to;
    this.predictions = window.rows;
    this.used = window.used;
  }
}

@ObjectType('DriftReport', { description: 'Two windows of stored predictions, compared.' })
@Access(READ)
export class DriftReportType {
  @Field(() => DriftWindowType, { description: 'What it is held against; the bins are its own.' })
  readonly reference: DriftWindowType;

  @Field(() => DriftWindowType, { description: 'What is judged.' })
  readonly current: DriftWindowType;

  @Field(() => DriftPresetEnum, { description: 'How severity was judged.' })
  readonly preset: DriftPreset;

  @Field(() => DriftSeverityEnum, { description: 'The worst of the score and all features.' })
  readonly severity: Severity;

  @Field(() => FeatureDriftType, { description: 'The score.' })
  readonly score: FeatureDriftType;

  @Field(() => [FeatureDriftType], { description: 'The features and inputs, by name.' })
  readonly features: readonly FeatureDriftType[];

  constructor(report: DriftReport) {
    this.reference = new DriftWindowType(report.reference);
    this.current = new DriftWindowType(report.current);
    this.preset = report.preset;
    this.severity = report.severity;
    this.score = new FeatureDriftType(report.score);
    this.features = report.features.map((feature) => new FeatureDriftType(feature));
  }
}

@InputType('DriftReportInput', { description: 'Which windows to compare, and how.' })
export class DriftReportInput {
  @Field(() => ID, { description: 'The deployment that is judged.' })
  readonly deployment!: string;

  @Field(() => TimeWindowInput, { description: 'The window to hold it against.' })
  readonly reference!: TimeWindowInput;

  @Field(() => ID, { nullable: true, description: 'Another deployment whose window is the reference.' })
  readonly referenceDeployment?: string | null;

  @Field(() => TimeWindowInput, { description: 'The window to judge.' })
  readonly current!: TimeWindowInput;

  @Field(() => [String], {
    nullable: true,
    description:
      'Only these: features as `view__feature`, inputs by their names. Else all features that were logged, and all inputs that are numbers.',
  })
  readonly features?: readonly string[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'In the current window only answers of releases that run this model version, and its own score.',
  })
  readonly modelVersion?: string | null;

  @Field(() => String, { nullable: true, description: 'In the current window only answers in this arm.' })
  readonly arm?: string | null;

  @Field(() => AnsweringLayerEnum, {
    nullable: true,
    description: 'In both windows only answers that this layer of traffic decided.',
  })
  readonly layer?: AnsweringLayer | null;

  @Field(() => String, {
    nullable: true,
    description: 'In both windows only answers of this segment of a VARIANT layer, as `country=DE`.',
  })
  readonly variant?: string | null;

  @Field(() => TrustEnum, { defaultValue: 'server', description: 'Records of enrolled nodes, or those of devices.' })
  readonly trust!: Trust;

  @Field(() => DriftPresetEnum, { defaultValue: 'BY_EFFECT', description: 'How to judge severity.' })
  readonly preset!: DriftPreset;
}

@InputType('DriftSeriesInput', { description: 'Which parts of a time to compare with one reference.' })
export class DriftSeriesInput {
  @Field(() => ID, { description: 'The deployment that is judged.' })
  readonly deployment!: string;

  @Field(() => TimeWindowInput, { description: 'The window to hold each part against.' })
  readonly reference!: TimeWindowInput;

  @Field(() => Date, { description: 'Where the first part begins.' })
  readonly from!: Date;

  @Field(() => Date, { description: 'Where the last part ends; this instant is no longer in it.' })
  readonly to!: Date;

  @Field(() => Int, { description: 'How long a part is, in hours: 24 is a day.' })
  readonly windowHours!: number;

  @Field(() => TrustEnum, { defaultValue: 'server', description: 'Records of enrolled nodes, or those of devices.' })
  readonly trust!: Trust;
}
