import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { Interval } from '../../../../core/statistics/interval.ts';
import { Access } from '../../../shared/auth/access.ts';
import type { GuardrailState } from '../../domain/metric/guardrail.ts';
import { judge, type VerdictRecord } from '../../domain/rollout/rollout-verdict.ts';
import type { CheckState, SwitchCheck, SwitchCheckName } from '../../domain/rollout/switch-check.ts';
import type { Finding, Verdict, VerdictWord } from '../../domain/rollout/verdict-words.ts';
import { READ } from '../access.ts';
import { ConfidenceIntervalType } from '../confidence-interval.ts';
import { connectionOf } from '../connection.ts';
import { CheckStateEnum, GuardrailStateEnum, SwitchCheckEnum, VerdictEnum } from './rollout-enums.ts';

@ObjectType('GuardrailFinding', { description: 'What one guardrail has shown in one step.' })
@Access(READ)
export class GuardrailFindingType {
  @Field(() => String, { description: 'The metric that guards.' })
  readonly guardrail!: string;

  @Field(() => Int, { description: 'The step; those that are over are looked back at, since outcomes come late.' })
  readonly step!: number;

  @Field(() => String, { nullable: true, description: 'Within which value of its segment; null: over all units.' })
  readonly segment!: string | null;

  @Field(() => GuardrailStateEnum, { description: 'What it comes to.' })
  readonly state!: GuardrailState;

  @Field(() => Float, { nullable: true, description: "The control's value; null without data." })
  readonly control!: number | null;

  @Field(() => Float, { nullable: true, description: "The candidate's value; null without data." })
  readonly candidate!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'By how much the candidate is worse; below 0 it is better. Of a QUANTILE: its share above the ceiling.',
  })
  readonly worse!: number | null;

  @Field(() => Float, { nullable: true, description: 'How much of that is accepted.' })
  readonly accepted!: number | null;

  @Field(() => ConfidenceIntervalType, {
    nullable: true,
    description: 'Where `worse` lies, however often one looks: each bound alone holds with 1 − alpha.',
  })
  readonly bounds!: Interval | null;

  @Field(() => Float, { description: 'p of harm, valid at any look, over all guardrails, segments and steps (Holm).' })
  readonly pHarm!: number;

  @Field(() => Float, { description: 'p of "it does not hold", valid at any look.' })
  readonly pHeld!: number;

  constructor({ pHarmAdjusted, ...finding }: Finding) {
    this.guardrail = finding.guardrail;
    this.step = finding.step;
    this.segment = finding.segment;
    this.state = finding.state;
    this.control = finding.control;
    this.candidate = finding.candidate;
    this.worse = finding.worse;
    this.accepted = finding.accepted;
    this.bounds = finding.bounds;
    this.pHarm = pHarmAdjusted;
    this.pHeld = finding.pHeld;
  }
}

@ObjectType('SwitchCheckResult', { description: 'What one check of a blue-green switch has found.' })
@Access(READ)
export class SwitchCheckResultType {
  @Field(() => SwitchCheckEnum, { description: 'What it looks at.' })
  readonly check!: SwitchCheckName;

  @Field(() => String, { nullable: true, description: 'The node that it is about; null: the answers of all.' })
  readonly node!: string | null;

  @Field(() => CheckStateEnum, { description: 'What it comes to.' })
  readonly state!: CheckState;

  @Field(() => Float, { nullable: true, description: 'What was found; null where that is no number.' })
  readonly value!: number | null;

  @Field(() => Float, { nullable: true, description: 'How much is allowed.' })
  readonly limit!: number | null;

  @Field(() => String, { description: 'The same in words.' })
  readonly detail!: string;
}

@ObjectType('RolloutEvaluation', { description: 'What a rollout would be judged at this moment.' })
@Access(READ)
export class RolloutEvaluationType {
  @Field(() => VerdictEnum, { description: 'What it comes to.' })
  readonly verdict: VerdictWord;

  @Field(() => [String], { description: 'Why, in words.' })
  readonly reasons: readonly string[];

  @Field(() => Float, { nullable: true, description: 'Units of each arm that are missing, as far as one can tell.' })
  readonly missing: number | null;

  @Field(() => String, { nullable: true, description: 'About when they are there, as traffic goes now.' })
  readonly about: string | null;

  @Field(() => [GuardrailFindingType], { description: 'Each guardrail in each step so far.' })
  readonly findings: readonly GuardrailFindingType[];

  @Field(() => [SwitchCheckResultType], { description: 'Of a blue-green switch: each check, node by node.' })
  readonly checks: readonly SwitchCheck[];

  constructor({ word, reasons, missing, about, findings, checks }: Verdict) {
    this.checks = checks;
    this.verdict = word;
    this.reasons = reasons;
    this.missing = missing;
    this.about = about;
    this.findings = findings.map((finding) => new GuardrailFindingType(finding));
  }
}

@ObjectType('RolloutVerdict', {
  description: 'A verdict as it was given, with all that it rests on. It never changes.',
})
@Access(READ)
export class RolloutVerdictType {
  @Field(() => ID, { description: 'Its id: the cause under which the registry moved the traffic, if it did.' })
  readonly id: string;

  @Field(() => Int, { description: 'Counts the verdicts of one rollout.' })
  readonly number: number;

  @Field(() => Date, { description: 'When it was given.' })
  readonly at: Date;

  @Field(() => Int, { description: 'The step that it judges.' })
  readonly step: number;

  @Field(() => VerdictEnum, { description: 'What it came to.' })
  readonly verdict: VerdictWord;

  @Field(() => [String], { description: 'Why, in words.' })
  readonly reasons: readonly string[];

  @Field(() => String, { description: 'All that it rests on, as JSON: from this alone it can be given again.' })
  readonly evidence: string;

  readonly #record: VerdictRecord;
  #again: Verdict | undefined;

  @Field(() => Boolean, { description: 'Whether the same verdict follows once more from its evidence.' })
  replays(): boolean {
    const { word, move, reasons } = this.#replayed();
    const { word: was, move: moved, reasons: said } = this.#record;
    return word === was && move === moved && JSON.stringify(reasons) === JSON.stringify(said);
  }

  @Field(() => [GuardrailFindingType], { description: 'Each guardrail in each step until then.' })
  findings(): readonly GuardrailFindingType[] {
    return this.#replayed().findings.map((finding) => new GuardrailFindingType(finding));
  }

  @Field(() => [SwitchCheckResultType], { description: 'Of a blue-green switch: each check, node by node.' })
  checks(): readonly SwitchCheck[] {
    return this.#replayed().checks;
  }

  #replayed(): Verdict {
    return (this.#again ??= judge(this.#record.evidence));
  }

  constructor(record: VerdictRecord) {
    this.#record = record;
    this.id = record.id;
    this.number = record.number;
    this.at = record.at;
    this.step = record.step;
    this.verdict = record.word;
    this.reasons = record.reasons;
    this.evidence = JSON.stringify(record.evidence);
  }
}

export const RolloutVerdictConnection = connectionOf('RolloutVerdict', () => RolloutVerdictType);
export type RolloutVerdictPage = InstanceType<typeof RolloutVerdictConnection>;
