import type { Agreement } from '../../../../core/tensor/agreement.ts';
import type { Contract } from '../../../../schema/release.ts';
import type { ApprovalAction, ApprovalState } from './approval.ts';
import type { GoldenOrigin } from './golden.ts';

/** A model: the name under which versions follow one another. */
export interface Model {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly revision: number;
}

/** What a submitter says about a version; frozen once it is submitted. */
export interface Declaration {
  readonly algorithm: string | null;
  readonly hyperParameters: Readonly<Record<string, unknown>>;
  readonly codeCommit: string | null;
  readonly trainingSet: string | null;
  readonly featureService: string | null;
  /** SHA-256 of the evaluation file. */
  readonly evaluation: string | null;
  /** Numbers as the submitter typed them; nothing is decided by them. */
  readonly claimedMetrics: Readonly<Record<string, number>>;
}

export interface ModelVersion extends Declaration {
  readonly project: string;
  readonly model: string;
  readonly number: number;
  /** MAJOR.MINOR.PATCH.BUILD. */
  readonly version: string;
  readonly bump: string | null;
  readonly bumpReasons: readonly string[];
  readonly state: ApprovalState;
  readonly revision: number;
  /** SHA-256 of the bytes that serve: the upload's, or its copy without ZipMap. */
  readonly digest: string;
  readonly sizeBytes: number;
  /** SHA-256 of the bytes as they were uploaded. */
  readonly sourceDigest: string;
  readonly contract: Contract;
  readonly classLabels: Readonly<Record<string, readonly string[]>>;
  readonly operators: readonly string[];
  readonly opsets: Readonly<Record<string, number>>;
  readonly producer: string;
  /** SHA-256 of the golden rows' JSON. */
  readonly golden: string;
  readonly goldenOrigin: GoldenOrigin;
  readonly goldenRows: number;
  /** Empty until it is validated. */
  readonly proofs: readonly EngineProof[];
  readonly description: string;
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly makers: readonly string[];
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** How closely an engine of the nodes answers as the model must, found when the version was validated. */
export interface EngineProof {
  /** The name under which releases carry it: `ort`. */
  readonly engine: string;
  readonly version: string;
  /** OFF: no node runs the version on it. */
  readonly agreement: Agreement;
  /** The farthest that two floats lay apart, in units in the last place of float32; null where more than that differs. */
  readonly ulps: number | null;
  /** Golden rows and rows on which engines are known to differ. */
  readonly rows: number;
  /** The 99th percentile of one warm row, in milliseconds; null where it does not run. */
  readonly p99Ms: number | null;
  /** Where it differs most. */
  readonly difference: string | null;
}

export interface GateResult {
  readonly gate: string;
  readonly passed: boolean;
  readonly detail: string;
}

/** One step of a version's approval life, as it was taken. */
export interface ApprovalStep {
  readonly id: number;
  readonly project: string;
  readonly model: string;
  readonly number: number;
  readonly action: ApprovalAction;
  readonly from: ApprovalState;
  readonly to: ApprovalState;
  readonly actor: string;
  readonly onBehalfOf: string | null;
  readonly roles: readonly string[];
  readonly reason: string | null;
  readonly digestSet: string;
  readonly environments: readonly string[];
  readonly expiresAt: Date | null;
  readonly report: readonly GateResult[];
  readonly at: Date;
}
