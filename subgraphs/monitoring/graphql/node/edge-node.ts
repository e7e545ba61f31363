import { ArgsType, Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import type { EdgeNode, NodeDeployment } from '../../domain/node/edge-node.ts';
import type { DetectorReport } from '../../../../schema/telemetry.ts';
import type { Trust } from '../../domain/trust.ts';
import { edgeNodeUrn } from '../../domain/ids.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection.ts';
import { DetectorStateEnum, TrustEnum } from '../enums.ts';
import { DeploymentType, ModelVersionType } from '../references.ts';

@ObjectType('NodeDetector', {
  description: 'How a detector of a recipe stands on a node, as its newest heartbeat says.',
})
@Access(READ)
export class NodeDetectorType {
  @Field(() => String, { description: 'Its name in the recipe.' })
  readonly name!: string;

  @Field(() => DetectorStateEnum, { description: 'How it stands.' })
  readonly state!: DetectorReport['state'];

  @Field(() => Date, { description: 'Since when.' })
  readonly since!: Date;

  @Field(() => Float, {
    nullable: true,
    description: 'What it measured over its latest answers: a share, or a PSI; null while there were too few.',
  })
  readonly figure!: number | null;

  @Field(() => Float, { description: 'Above it the detector trips.' })
  readonly limit!: number;

  @Field(() => Int, { description: 'How many answers it has seen, up to those that it looks at.' })
  readonly answers!: number;
}

@ObjectType('NodeFeatureReads', { description: 'How fresh the features were that a release read on a node.' })
@Access(READ)
export class NodeFeatureReadsType {
  @Field(() => Int, { description: 'Values that it asked the store for in the minute before the heartbeat.' })
  readonly read!: number;

  @Field(() => Int, {
    description: 'Of these, those that were too old, not found or not read in time; also where a default stood in.',
  })
  readonly stale!: number;
}

@ObjectType('NodeRelease', { description: 'A release that a node can answer with.' })
@Access(READ)
export class NodeReleaseType {
  @Field(() => String, { description: 'SHA-256 of the release.' })
  readonly release!: string;

  @Field(() => [ModelVersionType], { description: 'The model versions that it runs.' })
  readonly modelVersions!: readonly ModelVersionType[];

  @Field(() => Float, {
    nullable: true,
    description: "99th percentile of its models' warm runs on the node, in milliseconds; null where it does not say.",
  })
  readonly p99Ms!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "Requests with a server's key, of the minute before the heartbeat, that it gave no answer to for a reason of the node's: they leave no record. Null where the node does not say.",
  })
  readonly unanswered!: number | null;

  @Field(() => [NodeDetectorType], { description: 'How the detectors of its recipe stand; empty where it has none.' })
  readonly detectors!: readonly NodeDetectorType[];

  @Field(() => NodeFeatureReadsType, {
    nullable: true,
    description:
      "The features that it read for requests with a server's key, in that minute. A release that holds a split and answers nobody reads them for up to ten requests a second. Null where the node does not say.",
  })
  readonly features!: NodeFeatureReadsType | null;
}

@ObjectType('NodeMemory', { description: 'What the process of a node uses of the memory that it may use.' })
@Access(READ)
export class NodeMemoryType {
  @Field(() => Float, { description: 'Bytes that it holds.' })
  readonly usedBytes!: number;

  @Field(() => Float, { description: 'Bytes that it may use: the limit of its container, or all of its machine.' })
  readonly limitBytes!: number;
}

@ObjectType('NodeDeployment', { description: 'What a node serves of one deployment, as it says itself.' })
@Access(READ)
export class NodeDeploymentType {
  @Field(() => DeploymentType, { nullable: true, description: 'The deployment.' })
  readonly deployment: DeploymentType;

  @Field(() => [NodeReleaseType], { description: 'The releases it can answer with.' })
  readonly serving: readonly NodeReleaseType[];

  @Field(() => String, {
    nullable: true,
    description: "Why it does not honour the newest manifest's entry; null where it does.",
  })
  readonly refused: string | null;

  constructor({ deployment, serving, refused }: NodeDeployment) {
    this.deployment = new DeploymentType(deployment);
    this.serving = serving.map((one) => ({
      release: one.release,
      p99Ms: one.p99Ms ?? null,
      unanswered: one.unanswered ?? null,
      features: one.features ?? null,
      detectors: (one.detectors ?? []).map((detector) => ({ ...detector, since: new Date(detector.since) })),
      modelVersions: one.modelVersions.map((id) => new ModelVersionType(id)),
    }));
    this.refused = refused;
  }
}

@ObjectType('EdgeNode', { description: 'A running edge, known by its heartbeats.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class EdgeNodeType {
  @Field(() => ID, { description: 'tiffin:<project>:edge-node:<name>.' })
  readonly id: string;

  @Field(() => String, { description: 'The name it gives itself.' })
  readonly name: string;

  @Field(() => TrustEnum, { description: 'Whether it is enrolled or a device.' })
  readonly trust: Trust;

  @Field(() => String, { description: 'What it runs on.' })
  readonly runtime: string;

  @Field(() => Date, { description: 'When its first heartbeat arrived.' })
  readonly firstSeenAt: Date;

  @Field(() => Date, { description: 'When its newest heartbeat arrived.' })
  readonly lastSeenAt: Date;

  @Field(() => Date, { description: 'When it wrote that heartbeat, by its own clock.' })
  readonly reportedAt: Date;

  @Field(() => Float, {
    description:
      "How many milliseconds its clock is ahead of the control plane's: what it found itself, else what its heartbeat shows, the way here included.",
  })
  readonly clockSkewMs: number;

  @Field(() => Float, { description: 'Revision of the manifest that it holds.' })
  readonly manifestRevision: number;

  @Field(() => Float, { description: 'Milliseconds since that manifest was confirmed.' })
  readonly manifestAgeMs: number;

  @Field(() => Boolean, { description: 'Whether it goes on with a manifest that has expired.' })
  readonly stale: boolean;

  @Field(() => NodeMemoryType, {
    nullable: true,
    description: 'Its memory, as its newest heartbeat says; null where its platform does not say.',
  })
  readonly memory: NodeMemoryType | null;

  @Field(() => [NodeDeploymentType], { description: 'What it serves.' })
  readonly serving: readonly NodeDeploymentType[];

  readonly known: EdgeNode;

  constructor(known: EdgeNode) {
    this.known = known;
    this.id = edgeNodeUrn.format({ project: known.project, name: known.node });
    this.name = known.node;
    this.trust = known.trust;
    this.runtime = known.runtime;
    this.firstSeenAt = known.firstSeenAt;
    this.lastSeenAt = known.receivedAt;
    this.reportedAt = known.nodeTime;
    this.clockSkewMs = known.clockSkewMs;
    this.manifestRevision = known.manifestRevision;
    this.manifestAgeMs = known.manifestAgeMs;
    this.stale = known.stale;
    this.memory = known.memory;
    this.serving = known.deployments.map((deployment) => new NodeDeploymentType(deployment));
  }
}

export const EdgeNodeConnection = connectionOf('EdgeNode', () => EdgeNodeType);

@ArgsType()
export class EdgeNodeArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only nodes that report this deployment.' })
  readonly deployment?: string | null;
}
