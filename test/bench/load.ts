import { readdirSync, readFileSync } from 'node:fs';
import { request, type Agent } from 'node:http';
import { RawConnection, requestBytes } from './raw-connection.ts';

export interface Window {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the server and the processes that it started, for one request; null where the platform does not tell. */
  readonly cpuMs: number | null;
  /** CPU time of who asks, in parts of one processor: near 1, it measures itself. */
  readonly askerShare: number;
}

export interface Target {
  readonly url: string;
  readonly pid: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Posts the body of a target; gives the text of the answer, and fails where that is not 200. */
export function send(agent: Agent, target: Target): Promise<string> {
  const { url, body, headers } = target;
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(body));
    const sent = request(
      url,
      { agent, method: 'POST', headers: { ...headers, 'content-length': length } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (text += chunk));
        answer.on('end', () =>
          answer.statusCode === 200 ? resolve(text) : reject(new Error(`${answer.statusCode}: ${text}`)),
        );
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // A server may close a connection that it keeps at the very moment at which it is used again.
      if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(send(agent, target));
      else reject(error);
    });
    sent.end(body);
  });
}

interface ProcessStat {
  readonly parent: number;
  /** Clock ticks are hundredths of a second on every Linux that we know. */
  readonly cpuMs: number;
}

function statOf(pid: number): ProcessStat | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), cpuMs: (Number(fields[11]) + Number(fields[12])) * 10 };
  } catch {
    return null;
  }
}

/** A process and all that it started: some servers answer in processes of theirs. */
function familyOf(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  try {
    for (const name of readdirSync('/proc')) {
      const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
      if (stat) parents.set(Number(name), stat.parent);
    }
  } catch {
    return [pid];
  }
  const family = [pid];
  for (const one of family) for (const [child, parent] of parents) if (parent === one) family.push(child);
  return family;
}

/** What a process and all that it started have taken so far; null where the platform does not tell. */
export function cpuMsOf(pid: number): number | null {
  let sum = 0;
  for (const one of familyOf(pid)) {
    const stat = statOf(one);
    if (!stat) return null;
    sum += stat.cpuMs;
  }
  return sum;
}

/** Asks over `connections` kept-alive connections, each as soon as the one before is answered, for `durationMs`. */
export async function measure(target: Target, connections: number, durationMs: number): Promise<Window> {
  const bytes = requestBytes(target.url, target.headers, target.body);
  const asking = Array.from({ length: connections }, () => new RawConnection(target.url, bytes));
  const latencies: number[] = [];
  const cpuBefore = cpuMsOf(target.pid);
  const ownBefore = process.cpuUsage();
  const start = performance.now();
  await Promise.all(
    asking.map(async (connection) => {
      for (let before = start; before - start < durationMs;) {
        // oxlint-disable-next-line no-await-in-loop -- each as soon as the one before is answered
        await connection.ask();
        const now = performance.now();
        latencies.push(now - before);
        before = now;
      }
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  const cpuAfter = cpuMsOf(target.pid);
  const own = process.cpuUsage(ownBefore);
  for (const connection of asking) connection.close();
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    requests: sorted.length,
    seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuMs: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / sorted.length,
    askerShare: (own.user + own.system) / 1e6 / seconds,
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
