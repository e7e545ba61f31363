import * as z from 'zod';
import { Instant, Name, Sha256, urnOfKind } from './common.ts';
import { MOST_SNAPSHOT_BYTES } from './feature-snapshot.ts';

/** Half-open shares of the bucket space [0, 1). */
const Range = z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]);

/** Which requests a split is about: a condition in CEL, and its checked form once the registry has read it. */
const Targeting = z.strictObject({ text: z.string().min(1).max(4_000), ast: z.unknown().optional() });
export type Targeting = z.infer<typeof Targeting>;

/** A slice of the units that experiments share, so that no unit is in two of them. */
const NamespaceSlice = z.strictObject({
  id: z.string().min(1).max(256),
  from: z.number().min(0).max(1),
  to: z.number().min(0).max(1),
});

/** By hash, under a lease: at most one experiment or rollout. */
const allocationLayer = (release: z.ZodString) =>
  z.strictObject({
    kind: z.literal('ALLOCATION'),
    holder: z.string().min(1),
    holderRevision: z.int().positive(),
    seed: z.string().min(1),
    hashVersion: z.union([z.literal(1), z.literal(2)]),
    /** The input field whose value is hashed. */
    unit: z.string(),
    arms: z.array(z.strictObject({ arm: z.string().min(1), release, ranges: z.array(Range) })).min(2),
    /** Left out: it is about every request. */
    targeting: Targeting.optional(),
    /** Left out: it is about every unit. */
    namespace: NamespaceSlice.optional(),
    endsAt: Instant.nullable(),
  });

/** A release that is scored beside the answers for a share of the units; nobody sees what it says. */
const shadowLayer = (release: z.ZodString) =>
  z.strictObject({
    kind: z.literal('SHADOW'),
    holder: z.string().min(1),
    holderRevision: z.int().positive(),
    seed: z.string().min(1),
    hashVersion: z.union([z.literal(1), z.literal(2)]),
    /** The input field whose value is hashed. */
    unit: z.string(),
    /** Of the units, from bucket 0 upwards: a larger share holds every smaller one. */
    share: z.number(),
    release,
    endsAt: Instant.nullable(),
  });

/** Layers of one deployment's traffic; the first that decides wins, in this order of kinds. A shadow never decides. */
const trafficLayer = (release: z.ZodString) =>
  z.discriminatedUnion('kind', [
    /** Whoever presents a signed token for one of these has it answer: see `tester-token.ts`. */
    z.strictObject({ kind: z.literal('FORCED'), releases: z.array(release).min(1).max(20) }),
    /** Stop: the recipe's fallback for the cause KILLED answers. */
    z.strictObject({ kind: z.literal('KILL'), reason: z.string() }),
    /** Units that stay on one release whatever is tried. */
    z.strictObject({ kind: z.literal('HOLDOUT'), seed: z.string(), unit: z.string(), share: z.number(), release }),
    /** By segment: an input field's value decides. */
    z.strictObject({ kind: z.literal('VARIANT'), field: z.string(), releases: z.record(z.string(), release) }),
    allocationLayer(release),
    shadowLayer(release),
    z.strictObject({ kind: z.literal('DEFAULT'), release }),
  ]);

export const TrafficLayer = trafficLayer(Sha256);
export type TrafficLayer = z.infer<typeof TrafficLayer>;

/** Layers as somebody asks for them: a release by its id or by the digest of its document. */
export const WantedTraffic = z.array(trafficLayer(z.string().min(1))).min(1);
export const WantedAllocation = allocationLayer(z.string().min(1));
export const WantedShadow = shadowLayer(z.string().min(1));
export const Traffic = z.array(TrafficLayer).min(1);
export type Traffic = z.infer<typeof Traffic>;

/** Capabilities that a node may lack; it then refuses the one deployment that asks for them. */
export const CAPABILITIES = [
  'engine:ort',
  'engine:tabular',
  'features:http',
  'traffic:1',
  'recipe:1',
  'recipe:2',
  'shadow:1',
  'forced:1',
  'array:1',
  'reasons:1',
  'rules:1',
  'segments:1',
  'targeting:1',
  'namespace:1',
  'detectors:1',
] as const;

/** Features of chosen entities for when no store can be asked: a blob in the form of `feature-snapshot.ts`. */
const ManifestSnapshot = z.strictObject({
  name: Name,
  service: urnOfKind('feature-service'),
  digest: Sha256,
  sizeBytes: z.int().positive().max(MOST_SNAPSHOT_BYTES),
});
export type ManifestSnapshot = z.infer<typeof ManifestSnapshot>;

const ManifestDeployment = z.strictObject({
  deployment: urnOfKind('deployment'),
  endpoint: z.string(),
  environment: z.string(),
  /** Raised by each change of this deployment's traffic. */
  revision: z.int().positive(),
  requires: z.array(z.string()),
  traffic: Traffic,
  /** The release to go back to without asking anybody; null for the first one. */
  previous: Sha256.nullable(),
  /** How long a node may go on with this entry after it last heard from the registry; null: for ever. */
  refuseAfterMs: z.int().positive().nullable(),
  /** A node that cannot have one of them serves all the same. */
  snapshots: z.array(ManifestSnapshot).default([]),
});
export type ManifestDeployment = z.infer<typeof ManifestDeployment>;

/** The format of manifests that is written. It says which format the releases in it may have, their own included. */
export const MANIFEST_FORMAT = 2;

/** Formats that this code reads: the present one and the one before it. */
export const READABLE_FORMATS = [1, MANIFEST_FORMAT] as const;

/** What a node serves, cut for its audience. Signed as these exact bytes; no canonical form is involved. */
export const Manifest = z.strictObject({
  format: z.literal(READABLE_FORMATS),
  audience: z.string().min(1),
  /** Grows by one with each change; a node never accepts a smaller one than it has accepted. */
  revision: z.int().positive(),
  issuedAt: Instant,
  /** Checked when a new manifest is accepted; one that is held goes on, marked stale. */
  expiresAt: Instant,
  deployments: z.array(ManifestDeployment),
});
export type Manifest = z.infer<typeof Manifest>;

/** The envelope: `payload` is the manifest's JSON in base64; each signature is Ed25519 over the decoded bytes. */
export const SignedManifest = z.strictObject({
  payload: z.base64(),
  signatures: z.array(z.strictObject({ keyId: z.string(), signature: z.base64() })).min(1),
});
export type SignedManifest = z.infer<typeof SignedManifest>;
