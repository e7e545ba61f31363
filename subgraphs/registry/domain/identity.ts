/** Who acts, and for whom: a key or a service may act for a person. */
export interface Doer {
  readonly subject: string;
  readonly kind: 'user' | 'machine' | 'service';
  readonly roles: readonly string[];
  readonly onBehalfOf?: string;
}

/** Every name under which one doer counts, so that acting through somebody else hides nobody. */
export const namesOf = ({ subject, onBehalfOf }: Pick<Doer, 'subject' | 'onBehalfOf'>): readonly string[] =>
  onBehalfOf === undefined ? [subject] : [subject, onBehalfOf];

export const withMaker = (makers: readonly string[], doer: Doer): readonly string[] => [
  ...new Set([...makers, ...namesOf(doer)]),
];
