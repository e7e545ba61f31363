const SCRIPT_MS = 240_000;
const SETTLED = (expression: string): string => `const done = arguments[arguments.length - 1];
Promise.resolve().then(() => (${expression})).then((value) => done({ value }), (error) => done({ error: String(error) }));`;

/** One session of a browser by the commands of W3C WebDriver. */
export class WebDriverSession {
  readonly #url: string;
  readonly #id: string;

  private constructor(url: string, id: string) {
    this.#url = url;
    this.#id = id;
  }

  static async start(url: string, capabilities: object): Promise<WebDriverSession> {
    const { sessionId } = (await ask(`${url}/session`, 'POST', {
      capabilities: { alwaysMatch: { ...capabilities, timeouts: { script: SCRIPT_MS } } },
    })) as { sessionId: string };
    return new WebDriverSession(url, sessionId);
  }

  async open(url: string): Promise<void> {
    await this.#ask('POST', '/url', { url });
  }

  async evaluate(expression: string): Promise<unknown> {
    const script = { script: SETTLED(expression), args: [] };
    const { value, error } = (await this.#ask('POST', '/execute/async', script)) as { value?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return value;
  }

  async close(): Promise<void> {
    await this.#ask('DELETE', '');
  }

  #ask(method: string, path: string, body?: object): Promise<unknown> {
    return ask(`${this.#url}/session/${this.#id}${path}`, method, body);
  }
}

async function ask(url: string, method: string, body?: object): Promise<unknown> {
  const answer = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = (await answer.json()) as { value: unknown };
  if (!answer.ok) throw new Error(`${method} ${url}: ${JSON.stringify(value)}`);
  return value;
}
