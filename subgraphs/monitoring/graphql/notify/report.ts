import { Field, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { ReportLine } from '../../operations/notify/report.ts';
import { READ } from '../access.ts';
import { ReportOutcomeEnum } from '../enums.ts';

@ObjectType('ReportLine', { description: 'What became of one thing in a file.' })
@Access(READ)
export class ReportLineType implements ReportLine {
  @Field(() => Int, { description: 'Its line.' })
  readonly line!: number;

  @Field(() => ReportOutcomeEnum, { description: 'What became of it.' })
  readonly outcome!: ReportLine['outcome'];

  @Field(() => String, { description: 'What it is, and why.' })
  readonly message!: string;
}
