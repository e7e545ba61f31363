import { DomainError } from './errors.ts';

/** Reads settings from variables and keeps a list of what is wrong, so that all of it is said at once. */
export class Environment {
  readonly #variables: Readonly<Record<string, string | undefined>>;
  readonly #problems: { readonly field: string; readonly message: string }[] = [];

  constructor(variables: Readonly<Record<string, string | undefined>>) {
    this.#variables = variables;
  }

  wrong(field: string, message: string): void {
    this.#problems.push({ field, message });
  }

  /** An empty variable counts as one that is not there. */
  text(name: string): string | undefined {
    return this.#variables[name]?.trim() || undefined;
  }

  choice<const T extends string>(name: string, allowed: readonly T[], otherwise: T): T {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const chosen = allowed.find((value) => value === text);
    if (chosen === undefined) this.wrong(name, `must be one of ${allowed.join(', ')}, not "${text}"`);
    return chosen ?? otherwise;
  }

  integer(name: string, otherwise: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    this.wrong(name, `must be a whole number from ${min} to ${max}, not "${text}"`);
    return otherwise;
  }

  flag(name: string, otherwise: boolean): boolean {
    return this.choice(name, ['true', 'false'], otherwise ? 'true' : 'false') === 'true';
  }

  url(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
    this.wrong(name, `must be an http or https URL, not "${text}"`);
    return undefined;
  }

  /** A place of a Postgres database; a password in it is not repeated. */
  postgresUrl(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return text;
    this.wrong(name, 'must be a URL like postgres://account:password@host:5432/database');
    return undefined;
  }

  /**
   * One URL of a Redis database, those of some nodes of a cluster with commas between them, or, where they may lead there, those of
   * sentinels. A password in them is not repeated.
   */
  redisUrls(name: string, { sentinels = false } = {}): readonly string[] | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const urls = text.split(',').map((url) => url.trim());
    if (urls.every(isRedisUrl) || (sentinels && isSentinels(urls))) return urls;
    const several = 'nodes of a cluster with commas between them';
    const ofSentinels = '; or sentinels of one primary, redis+sentinel://account:password@host:26379/primary/0';
    this.wrong(
      name,
      `must be a URL like redis://account:password@host:6379/0, or rediss:// for TLS; ${several}${sentinels ? ofSentinels : ''}`,
    );
    return undefined;
  }

  /** Throws INVALID_INPUT with one line per problem, if there is any. */
  throwProblems(): void {
    if (this.#problems.length === 0) return;
    const lines = this.#problems.map(({ field, message }) => `  ${field}: ${message}`);
    throw new DomainError('INVALID_INPUT', `the settings are not right:\n${lines.join('\n')}`, {
      problems: this.#problems,
    });
  }
}

function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname } = new URL(text);
  return /^rediss?:$/.test(protocol) && hostname !== '' && /^(\/\d*)?$/.test(pathname);
}

/** Of one primary and one database. */
function isSentinels(urls: readonly string[]): boolean {
  const paths = urls.map((text) => {
    if (!URL.canParse(text)) return null;
    const { protocol, hostname, pathname } = new URL(text);
    const isGood = /^rediss?\+sentinel:$/.test(protocol) && hostname !== '' && /^\/[\w.-]+(\/\d*)?$/.test(pathname);
    return isGood ? `${protocol}${pathname}` : null;
  });
  return paths[0] !== null && new Set(paths).size === 1;
}
