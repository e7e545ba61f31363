/** What a tier policy asks for, a line each; the whole of it is in `tierPolicies`. */
export function asked(policy: unknown): readonly string[] {
  const of = fieldsOf(policy);
  const { evaluation, quality, fairness, security, compatibility, performance } = mapped(of);
  const distributions = fieldsOf(compatibility['distributions']);
  return [
    `${people(of['approvals'])} approve${of['approvals'] === 1 ? 's' : ''}${
      Number(of['committee']) > 0 ? `, ${String(of['committee'])} of the committee` : ''
    }`,
    ...when(of['revalidateDays'], (days) => `validated and approved again within ${days} days`),
    ...(evaluation['recomputed'] === true
      ? [`an evaluation of ${String(evaluation['leastRows'])} rows or more that is computed again`]
      : []),
    ...listOf(quality['limits']).map((limit) => {
      const { metric, least, most } = fieldsOf(limit);
      return [
        String(metric),
        ...when(least, (value) => `at least ${value}`),
        ...when(most, (value) => `at most ${value}`),
      ].join(' ');
    }),
    ...(quality['noWorseThanChampion'] === true ? ['no worse than what serves, on the same rows'] : []),
    ...Object.entries(fieldsOf(fairness['limits'])).flatMap(([measure, limit]) =>
      when(limit, (value) => `${measure} ${measure === 'fourFifths' ? 'at least' : 'at most'} ${value}`),
    ),
    ...(listOf(security['operators']).length > 0
      ? [`only the operators ${listOf(security['operators']).join(', ')}`]
      : []),
    ...when(security['mostBytes'], (bytes) => `at most ${bytes} bytes`),
    ...when(
      distributions['mostPsi'],
      (psi) =>
        `features of the last ${String(distributions['recentDays'])} days as in the training set: PSI at most ${psi}${
          distributions['mustBeComputed'] === true ? '' : ', where it can be computed'
        }`,
    ),
    ...when(performance['mostP99Ms'], (ms) => `a row within ${ms} ms at the 99th percentile`),
    ...when(performance['leastRowsPerSecond'], (rows) => `${rows} rows a second or more`),
    ...when(performance['mostMemoryBytes'], (bytes) => `at most ${bytes} bytes of memory`),
    ...(of['explainability'] === true ? ['explained column by column'] : []),
    ...(of['triedFirst'] === true ? ['tried in a shadow, canary or experiment first'] : []),
  ];
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const when = (value: unknown, say: (text: string) => string): readonly string[] =>
  typeof value === 'number' ? [say(String(value))] : [];
const people = (n: unknown): string => (n === 1 ? 'one person' : `${String(n)} people`);

const mapped = (of: Fields) => ({
  evaluation: fieldsOf(of['evaluation']),
  quality: fieldsOf(of['quality']),
  fairness: fieldsOf(of['fairness']),
  security: fieldsOf(of['security']),
  compatibility: fieldsOf(of['compatibility']),
  performance: fieldsOf(of['performance']),
});
