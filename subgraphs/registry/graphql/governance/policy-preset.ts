import { GraphQLJSON } from 'graphql-scalars';
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { CONTROL_KINDS, type Control, type ControlKind } from '../../domain/governance/control.ts';
import {
  answerOf,
  CLAUSE_ANSWERS,
  controlsOf,
  type Clause,
  type ClauseAnswer,
  type PresetImport,
} from '../../domain/governance/policy-preset.ts';
import type { RiskTier } from '../../domain/governance/tier-policy.ts';
import type { PresetGap, PresetView } from '../../operations/governance/policy-presets.ts';
import { READ } from '../access.ts';
import { RiskTierEnum } from '../version/model-version.ts';

const ControlKindEnum = graphqlEnum(
  'ControlKind',
  CONTROL_KINDS,
  'RULE: a rule refuses. GATE: a validation computes it. RECORD: it is kept, and the query shows it.',
);
const ClauseAnswerEnum = graphqlEnum(
  'ClauseAnswer',
  CLAUSE_ANSWERS,
  'ANSWERED: by the controls. PARTLY: with what is left to the company. NOT_ANSWERED: nothing here does.',
);

@ObjectType('PolicyControl', { description: 'What answers a clause, and the query that shows it.' })
@Access(READ)
export class PolicyControlType implements Control {
  @Field(() => ControlKindEnum, { description: 'What it is.' })
  kind!: ControlKind;

  @Field(() => String, { description: 'The rule (G1), the beginning of the gate’s name, or the field of the graph.' })
  name!: string;

  @Field(() => String, { description: 'What it does.' })
  does!: string;

  @Field(() => String, {
    description:
      'The query that shows its evidence: `$id` is a model version, `$deployment` a deployment, `$prediction` an answer.',
  })
  evidence!: string;
}

@ObjectType('PolicyClause', { description: 'One thing that a regulator asks for, in our words.' })
@Access(READ)
export class PolicyClauseType {
  @Field(() => String, { description: 'Its name in the preset; not a number of the text.' })
  readonly name: string;

  @Field(() => String, { description: 'What is asked for.' })
  readonly asks: string;

  @Field(() => ClauseAnswerEnum, { description: 'Whether it is answered here.' })
  readonly answer: ClauseAnswer;

  @Field(() => String, { nullable: true, description: 'What nothing here answers; null where nothing is left.' })
  readonly left: string | null;

  @Field(() => [PolicyControlType], { description: 'What answers it.' })
  readonly controls: readonly PolicyControlType[];

  constructor(clause: Clause) {
    this.name = clause.name;
    this.asks = clause.asks;
    this.answer = answerOf(clause);
    this.left = clause.left;
    this.controls = controlsOf(clause);
  }
}

@ObjectType('PolicyPresetGap', { description: 'What a risk tier asks for less than a preset.' })
@Access(READ)
export class PolicyPresetGapType implements PresetGap {
  @Field(() => RiskTierEnum, { description: 'The tier.' })
  tier!: RiskTier;

  @Field(() => String, { description: 'The setting of its policy.' })
  path!: string;

  @Field(() => GraphQLJSON, { nullable: true, description: 'As it is.' })
  before!: unknown;

  @Field(() => GraphQLJSON, { nullable: true, description: 'As it is after the import.' })
  after!: unknown;
}

@ObjectType('PolicyPresetImport', { description: 'Since when a project holds to a preset.' })
@Access(READ)
export class PolicyPresetImportType {
  @Field(() => String, { description: 'Who imported it.' })
  by!: string;

  @Field(() => Date, { description: 'When.' })
  at!: Date;

  @Field(() => String, { description: 'Why.' })
  reason!: string;
}

@ObjectType('PolicyPreset', {
  description: 'What a regulator asks for, as tier policies to import, and which control answers which clause.',
})
@Access(READ)
export class PolicyPresetType {
  @Field(() => ID, { description: 'tiffin:<project>:policy-preset:<name>' })
  readonly id: string;

  @Field(() => String, { description: 'RBI, SEBI or DPDP.' })
  readonly name: string;

  @Field(() => String, { description: 'The text that it stands for.' })
  readonly title: string;

  @Field(() => String, { description: 'How that text stood, and how it was read; it is no legal advice.' })
  readonly source: string;

  @Field(() => [PolicyClauseType], { description: 'What the text asks for.' })
  readonly clauses: readonly PolicyClauseType[];

  @Field(() => PolicyPresetImportType, { nullable: true, description: 'Null: it was not imported.' })
  readonly imported: PresetImport | null;

  @Field(() => [PolicyPresetGapType], {
    description: 'What the import changes; empty where each tier asks for as much already.',
  })
  readonly gaps: readonly PresetGap[];

  constructor({ id, preset, imported, gaps }: PresetView) {
    this.id = id;
    this.name = preset.name;
    this.title = preset.title;
    this.source = preset.source;
    this.clauses = preset.clauses.map((clause) => new PolicyClauseType(clause));
    this.imported = imported;
    this.gaps = gaps;
  }
}

@ObjectType({ description: 'A preset after its import.' })
@Access(READ)
export class PolicyPresetPayload {
  @Field(() => PolicyPresetType, { description: 'The preset; it has no gaps now.' })
  readonly policyPreset: PolicyPresetType;

  constructor(view: PresetView) {
    this.policyPreset = new PolicyPresetType(view);
  }
}

@InputType({ description: 'The preset that the project is to hold to.' })
export class ImportPolicyPresetInput {
  @Field(() => ID, { description: 'Its id, whole or short: RBI.' })
  id!: string;

  @Field(() => String, { description: 'Why, as the decision of the board; it stays on record.' })
  reason!: string;
}
