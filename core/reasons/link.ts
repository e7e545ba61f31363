/** What makes a score of a margin. */
export const LINKS = ['NONE', 'LOGISTIC', 'SOFTMAX', 'OTHER'] as const;
export type Link = (typeof LINKS)[number];

/** The score that a margin gives, `others` being the margins of all classes with their own at `index`. */
export type ScoreOfMargin = (margin: number, others: readonly number[], index: number) => number;

const logistic = (margin: number): number => 1 / (1 + Math.exp(-margin));

function softmax(margin: number, others: readonly number[], index: number): number {
  const most = others.reduce((left, other, i) => (i === index ? left : Math.max(left, other)), margin);
  const rest = others.reduce((sum, other, i) => (i === index ? sum : sum + Math.exp(other - most)), 0);
  const own = Math.exp(margin - most);
  return own / (own + rest);
}

/** Undefined for what is not known here. */
export const SCORE_OF: Readonly<Record<Link, ScoreOfMargin | undefined>> = {
  NONE: (margin) => margin,
  LOGISTIC: logistic,
  SOFTMAX: softmax,
  OTHER: undefined,
};
