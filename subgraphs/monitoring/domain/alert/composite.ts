import type { Labels } from '../../../../core/promql/labels.ts';

/** A rule about what several others have in common: while it fires, they are its parts. */
export interface Composite {
  readonly rule: string;
  readonly suppresses: readonly string[];
  /** Labels that its rule gives, as against those of its series. */
  readonly declares: readonly string[];
}

/** One alert of such a rule. */
export interface CompositeAlert extends Composite {
  readonly labels: Labels;
}

interface Part {
  readonly rule: string;
  readonly labels: Labels;
}

/** What every alert is called by. */
const OURS = ['alertname', 'severity'];

/** Whether an alert is a part of a composite: its rule is named, and no label that both series have differs. */
export const isPartOf = (part: Part, { rule, suppresses, declares, labels }: CompositeAlert): boolean =>
  part.rule !== rule &&
  suppresses.includes(part.rule) &&
  Object.entries(labels).every(
    ([name, value]) => OURS.includes(name) || declares.includes(name) || (part.labels[name] ?? value) === value,
  );

/** Whether composites that fire keep an alert quiet. Two that name each other do not. */
export const isSuppressed = (part: Part, composites: readonly CompositeAlert[]): boolean =>
  composites.some(
    (composite) =>
      isPartOf(part, composite) &&
      !composites.some(({ rule, suppresses }) => rule === part.rule && suppresses.includes(composite.rule)),
  );
