import { Field, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import { holds } from '../../domain/governance/gates-hold.ts';
import type { Validated } from '../../operations/version/approvals.ts';
import type { Registered } from '../../operations/version/model-versions.ts';
import { READ, WRITE } from '../access.ts';
import { GateType } from './gate.ts';
import { ModelJobType } from './model-job.ts';
import { ModelVersionType } from './model-version.ts';

@ObjectType({ description: 'A registered version, or how far its registration is.' })
@Access(WRITE)
export class RegisterModelVersionPayload extends ChangedPayload {
  @Field(() => ModelVersionType, { nullable: true, description: 'The version; null while it is being registered.' })
  @Access(READ)
  readonly modelVersion: ModelVersionType | null;

  @Field(() => ModelJobType, { description: 'How its registration stands: ask `modelJob` for it while it is RUNNING.' })
  @Access(READ)
  readonly registration: ModelJobType;

  constructor({ job, version }: Registered) {
    super(job.eventCursor);
    this.modelVersion = version && new ModelVersionType(version);
    this.registration = new ModelJobType(job);
  }
}

@ObjectType({ description: 'What validation found, or how far it is.' })
@Access(WRITE)
export class ValidateModelVersionPayload extends ChangedPayload {
  @Field(() => ModelVersionType, { description: 'The version as it is now.' })
  @Access(READ)
  readonly modelVersion: ModelVersionType;

  @Field(() => ModelJobType, { description: 'How its validation stands: ask `modelJob` for it while it is RUNNING.' })
  @Access(READ)
  readonly validation: ModelJobType;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether every gate passed or was waived, and so the version became VALIDATED; null while that is not known.',
  })
  readonly passed: boolean | null;

  @Field(() => [GateType], { description: 'Every gate with its result; none while they are computed.' })
  @Access(READ)
  readonly gates: readonly GateType[];

  constructor({ job, version }: Validated) {
    super(job.eventCursor);
    this.modelVersion = new ModelVersionType(version);
    this.validation = new ModelJobType(job);
    this.passed = job.state === 'SUCCEEDED' ? job.gates.every(holds) : null;
    this.gates = job.gates;
  }
}
