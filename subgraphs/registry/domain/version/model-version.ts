import type { Agreement } from '../../../../core/tensor/agreement.ts';
import type { CompiledPlan, Contract } from '../../../../schema/release.ts';
import type { Metric } from '../evaluation/metrics.ts';
import type { RiskTier } from '../governance/tier-policy.ts';
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
  /** How much harm a wrong answer can do: it decides which gates and how many approvals there are. */
  readonly riskTier: RiskTier;
  readonly purpose: string | null;
  readonly intendedUse: string | null;
  /** Where it must not be used, and what it cannot do. */
  readonly limits: string | null;
  /** The model card, as Markdown. */
  readonly card: string | null;
  /** The number of the business that it is to move. */
  readonly businessMetric: string | null;
  /** Whether others than the organisation made it. */
  readonly thirdParty: boolean;
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
  /** Computed from the evaluation file at the newest validation; empty where it cannot be recomputed. */
  readonly metrics: readonly Metric[];
  /** SHA-256 of everything that the newest validation found. */
  readonly evidence: string | null;
  /** Which revision of its tier's policy it is held to. */
  readonly policyRevision: number;
  /** When it must have been validated and approved again; null: never, or not approved. */
  readonly revalidateBy: Date | null;
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
  /** What was run, compiled, which releases bring along; left out where the engine runs the file, or not at all. */
  readonly plan?: CompiledPlan;
}

/** What one check of a validation found, with the numbers that decided where there are any. */
export interface GateResult {
  readonly gate: string;
  readonly passed: boolean;
  readonly detail: string;
  /** What was asked, in words. */
  readonly rule?: string;
  readonly value?: number;
  readonly limit?: number | null;
  /** Rows that the value was computed from. */
  readonly n?: number;
  /** 95 % interval of the value, where there is a formula for one. */
  readonly lower?: number | null;
  readonly upper?: number | null;
  /** Of a gate that failed and was waived then: until when. */
  readonly waivedUntil?: string;
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
  /** What the approver asks of those who use it, in words. */
  readonly conditions: readonly string[];
  /** Of WAIVE: the gate. */
  readonly gate: string | null;
  /** Whether this step made the approval whole, so that its terms are those that hold. */
  readonly grants: boolean;
  readonly report: readonly GateResult[];
  /** SHA-256 of what a validation found. */
  readonly evidence: string | null;
  readonly at: Date;
}
