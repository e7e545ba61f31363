/** What a server says of something that went wrong. Codes decide what is shown; the sentence is the server’s own. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  /** Where in the answer: `["deployment", "alerts"]`. */
  readonly path: readonly (string | number)[];
  readonly allowed: readonly string[];
  /** Who has what was asked for, where somebody has. */
  readonly holder: string | undefined;
  /** The part of the install that is away, where that is why. */
  readonly subgraph: string | undefined;
  readonly requestId: string | undefined;
}

interface GraphError {
  readonly message?: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export function problemOf({ message, path = [], extensions = {} }: GraphError, requestId: string | undefined): Problem {
  const { code, allowed, holder, subgraph } = extensions;
  return {
    code: text(code) ?? 'INTERNAL_SERVER_ERROR',
    message: message ?? 'the server did not say why',
    path,
    allowed: Array.isArray(allowed) ? allowed.map(String) : [],
    holder: text(holder),
    subgraph: text(subgraph),
    requestId,
  };
}

/** Nobody answered: the gateway is away, or the network is. */
export const unreachable = (): Problem => ({
  code: 'UNREACHABLE',
  message: 'the gateway does not answer',
  path: [],
  allowed: [],
  holder: undefined,
  subgraph: undefined,
  requestId: undefined,
});

const AWAY = ['SUBGRAPH_UNAVAILABLE', 'UNAVAILABLE', 'TIMEOUT', 'UNREACHABLE'];

/** Whether the same question may be answered later, without anybody changing anything. */
export const isAway = ({ code }: Problem): boolean => AWAY.includes(code);

/** Whether a whole part of the install is away, or all of it: what it keeps from being shown is told once for the page. */
export const isOfPage = (problem: Problem): boolean =>
  problem.code === 'UNREACHABLE' || (isAway(problem) && problem.subgraph !== undefined);

/** A part that is away says so once, however many questions it left open. */
export const onePerPart = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(
    problems.map((problem) => [
      isOfPage(problem) ? `away ${problem.subgraph}` : `${problem.code} ${problem.path.join('.')}`,
      problem,
    ]),
  ).values(),
];
