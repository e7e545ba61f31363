import { Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import type { Evaluation } from '../../domain/alert/alert-rule.ts';
import type { AlertPreset } from '../../domain/notify/preset.ts';
import type { ImportAlertRulesInput as Wanted } from '../../operations/alert/rule-files.ts';
import { READ, WRITE } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { AlertPresetEnum, EvaluationEnum } from '../enums.ts';
import { ReportLineType } from './report.ts';

@InputType('ImportAlertRulesInput', { description: 'Rules from elsewhere: a file, or a preset.' })
export class ImportAlertRulesInput implements Wanted {
  @Field(() => String, { nullable: true, description: 'A rule file as Prometheus takes it.' })
  readonly rules?: string | null;

  @Field(() => AlertPresetEnum, { nullable: true, description: 'A file that comes with the product.' })
  readonly preset?: AlertPreset | null;

  @Field(() => EvaluationEnum, { defaultValue: 'AUTOMATIC', description: 'Who evaluates the rules.' })
  readonly evaluation!: Evaluation;

  @Field(() => Boolean, { defaultValue: false, description: 'Only says what would come of it.' })
  readonly dryRun!: boolean;
}

@ObjectType('ImportAlertRulesPayload', { description: 'What came of a file.' })
@Access(READ)
export class ImportAlertRulesPayload {
  @Field(() => [ReportLineType], { description: 'Line by line, in the order of the file.' })
  readonly report!: readonly ReportLineType[];
}

@Resolver()
export class RuleFileResolver {
  @Mutation(() => ImportAlertRulesPayload, {
    description:
      'Makes or changes rules by a file of Prometheus, each that is of the subset, and says line by line what not.',
  })
  @Access(WRITE)
  async importAlertRules(
    @Input(() => ImportAlertRulesInput, 'The file.') input: ImportAlertRulesInput,
    @Ctx() context: MonitoringContext,
  ): Promise<ImportAlertRulesPayload> {
    return { report: await context.monitoring.ruleFiles.import(context, input) };
  }
}
