/** What went wrong, in words for whoever ran the command. */
export class CallError extends Error {
  override readonly name = 'CallError';
}

export interface Call extends RequestInit {
  /** Whether the same call may be made twice: then one that was cut off is made again. */
  readonly repeatable: boolean;
}

const TRIES = 5;
const FIRST_WAIT_MS = 200;
const TIMEOUT_MS = 60_000;
const SHOWN = 200;

/** One HTTP call that was answered, whatever the answer. Throws CallError where nobody answers. */
export async function call(url: string, { repeatable, ...init }: Call): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (answer.status !== 503 || !repeatable || attempt === TRIES) return answer;
    } catch (error) {
      if (!repeatable || attempt === TRIES) throw new CallError(whyNot(url, error));
    }
    await new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS * 2 ** (attempt - 1)));
  }
}

function whyNot(url: string, error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message || cause.name : String(cause);
  return `${new URL(url).origin} does not answer (${why}). Do the servers run? "npm start" starts them`;
}

/** The body of an answer that must be good; else a CallError with what the server says. */
export async function answered(what: string, answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  throw new CallError(`${what}: ${answer.status} ${messageOf(await answer.text())}`);
}

/** What a problem says, or the beginning of whatever else came. */
export function messageOf(text: string): string {
  try {
    const { detail, title } = JSON.parse(text) as { readonly detail?: string; readonly title?: string };
    return detail ?? title ?? text.slice(0, SHOWN);
  } catch {
    return text.slice(0, SHOWN);
  }
}
