import { ArgsType, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { shareOf, type IncidentFigures } from '../../domain/incident/figures.ts';
import { READ } from '../access.ts';

@ObjectType('IncidentFigures', {
  description: 'What became of the incidents that began in a time, and of their alerts.',
})
@Access(READ)
export class IncidentFiguresType {
  @Field(() => Int, { description: 'Incidents that are part of no other.' })
  readonly incidents: number;

  @Field(() => Int, { description: 'Their alerts.' })
  readonly alerts: number;

  @Field(() => Int, { description: 'Incidents of which a person said what they were: the false share rests on these.' })
  readonly judged: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Which part of the alerts were of false alarms; null without alerts.',
  })
  readonly falseShare: number | null;

  @Field(() => Float, { nullable: true, description: 'Which part of the alerts were in an incident with others.' })
  readonly correlatedShare: number | null;

  @Field(() => Float, { nullable: true, description: 'Which part of the alerts went up a ladder.' })
  readonly escalatedShare: number | null;

  @Field(() => Float, { nullable: true, description: 'From the start until somebody was on it, on average.' })
  readonly meanMinutesToAcknowledge: number | null;

  @Field(() => Float, { nullable: true, description: 'The same of the incident in the middle.' })
  readonly medianMinutesToAcknowledge: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'From the start until the end, on average, of those that have ended.',
  })
  readonly meanMinutesToResolve: number | null;

  @Field(() => Float, { nullable: true, description: 'The same of the incident in the middle.' })
  readonly medianMinutesToResolve: number | null;

  constructor(figures: IncidentFigures) {
    this.incidents = figures.incidents;
    this.alerts = figures.alerts;
    this.judged = figures.judged;
    this.falseShare = shareOf(figures.falseAlerts, figures);
    this.correlatedShare = shareOf(figures.correlatedAlerts, figures);
    this.escalatedShare = shareOf(figures.escalatedAlerts, figures);
    this.meanMinutesToAcknowledge = figures.meanMinutesToAcknowledge;
    this.medianMinutesToAcknowledge = figures.medianMinutesToAcknowledge;
    this.meanMinutesToResolve = figures.meanMinutesToResolve;
    this.medianMinutesToResolve = figures.medianMinutesToResolve;
  }
}

@ArgsType()
export class IncidentFiguresArgs {
  @Field(() => Date, { description: 'Incidents that began since then.' })
  readonly from!: Date;

  @Field(() => Date, { description: 'And before then; at most 366 days later.' })
  readonly to!: Date;

  @Field(() => ID, { nullable: true, description: 'Only incidents with an alert about this deployment.' })
  readonly deployment?: string | null;
}
