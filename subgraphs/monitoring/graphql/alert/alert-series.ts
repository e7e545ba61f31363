import { Field, Float, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { AlertSeries } from '../../domain/alert/alert.ts';
import { READ } from '../access.ts';
import { AlertLabelType, alertLabels } from './alert-label.ts';
import { connectionOf } from '../connection.ts';

@ObjectType('AlertSeries', { description: 'Where one series of a rule stands.' })
@Access(READ)
export class AlertSeriesType {
  @Field(() => String, { description: 'Of its labels, as Prometheus writes it.' })
  readonly fingerprint: string;

  @Field(() => [AlertLabelType], { description: 'What tells it from the others.' })
  readonly labels: readonly AlertLabelType[];

  @Field(() => String, { description: 'inactive, pending, firing, or resolved just now.' })
  readonly state: string;

  @Field(() => Float, { nullable: true, description: 'What was seen last; null where there was no data.' })
  readonly value: number | null;

  @Field(() => Float, { description: 'Rows behind the value of a signal.' })
  readonly rows: number;

  @Field(() => Date, { nullable: true, description: 'When it last had data.' })
  readonly seenAt: Date | null;

  constructor({ fingerprint, labels, state, value, n, seenAt }: AlertSeries) {
    this.fingerprint = fingerprint;
    this.labels = alertLabels(labels);
    this.state = state.status;
    this.value = value;
    this.rows = n;
    this.seenAt = seenAt;
  }
}

export const AlertSeriesConnection = connectionOf('AlertSeries', () => AlertSeriesType);
