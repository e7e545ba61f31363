import type { Node } from 'yaml';
import { durationMs } from '../../../../core/promql/duration.ts';
import type { Inhibition } from '../../domain/notify/inhibition.ts';
import { LabelMatcher, readMatcher } from '../../domain/notify/matcher.ts';
import type { EscalationStep, Route } from '../../domain/notify/route.ts';
import type { Routing } from '../../domain/notify/routing.ts';
import { ReportedFile, type ReportLine } from './report.ts';

export interface ReadRouting {
  /** Null where something was refused. */
  readonly routing: Routing | null;
  readonly report: readonly ReportLine[];
}

/** Of a whole file of Alertmanager, what is not about routes. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  global: 'mail and proxies are settings of the server; times of resolving come with each alert',
  templates: 'messages have one form; texts of alerts are annotations of their rules',
};
const TIMES = ['mute_time_intervals', 'active_time_intervals', 'time_intervals'];
const NO_TIMES = 'no intervals of time: make a silence for a maintenance window';

/** Reads routes and inhibitions as Alertmanager writes them, and says line by line what became of them. */
export function readAlertmanagerFile(text: string, known: readonly string[]): ReadRouting {
  const file = new ReportedFile(text, 'config');
  const reader = new RoutingReader(file, known);
  const routing = reader.read();
  return { routing: file.refused ? null : routing, report: file.report() };
}

class RoutingReader {
  readonly #file: ReportedFile;
  readonly #known: readonly string[];

  constructor(file: ReportedFile, known: readonly string[]) {
    this.#file = file;
    this.#known = known;
  }

  read(): Routing | null {
    const file = this.#file;
    const entries = file.entries(file.root, 'file');
    for (const [name, { key, value }] of entries) {
      if (name === 'route' || name === 'inhibit_rules') continue;
      if (name === 'receivers') this.#receivers(value);
      else if (ELSEWHERE[name] !== undefined) file.say(key, 'IGNORED', `${name}: ${ELSEWHERE[name]}`);
      else if (TIMES.includes(name)) file.say(key, 'REFUSED', `${name}: ${NO_TIMES}`);
      else file.say(key, 'REFUSED', `${name}: is not known; allowed: route, inhibit_rules`);
    }
    const root = entries.get('route')?.value;
    if (!root) {
      file.say(file.root, 'REFUSED', 'route: a file needs one');
      return null;
    }
    const route = this.#route(root, true);
    const inhibitions = file
      .items(entries.get('inhibit_rules')?.value, 'inhibit_rules')
      .map((node) => this.#inhibition(node));
    return { route, inhibitions };
  }

  /** Receivers are made apart, since they hold secrets. */
  #receivers(node: Node | null): void {
    for (const receiver of this.#file.items(node, 'receivers')) {
      const name = this.#file.text(this.#file.entries(receiver, 'receiver').get('name')?.value, 'name') ?? '';
      const there = this.#known.includes(name);
      this.#file.say(
        receiver,
        'IGNORED',
        `receiver ${name}: ${there ? 'there is one of this name' : 'make it with createReceiver'}`,
      );
    }
  }

  #route(node: Node, isRoot: boolean): Route {
    const file = this.#file;
    const entries = file.entries(node, 'route');
    const take = (name: string): Node | null => {
      const found = entries.get(name)?.value ?? null;
      entries.delete(name);
      return found;
    };
    const receiver = this.#receiver(take('receiver'));
    if (isRoot && receiver === null) file.say(node, 'REFUSED', 'route: the first route needs a receiver');
    const matchers = this.#matchers(take, '');
    if (isRoot && matchers.length > 0)
      file.say(node, 'REFUSED', 'route: the first route takes every alert; no matchers');
    const groupBy = take('group_by');
    const route: Route = {
      receiver,
      matchers,
      groupBy: groupBy && file.items(groupBy, 'group_by').flatMap((one) => file.text(one, 'group_by') ?? []),
      groupWaitMs: this.#duration(take('group_wait'), 'group_wait', 0),
      groupIntervalMs: this.#duration(take('group_interval'), 'group_interval', 1),
      repeatIntervalMs: this.#duration(take('repeat_interval'), 'repeat_interval', 1),
      continue: file.text(take('continue'), 'continue') === 'true',
      escalation: this.#escalation(take('escalate')),
      routes: file.items(take('routes'), 'routes').map((child) => this.#route(child, false)),
    };
    for (const [name, { key }] of entries) {
      file.say(key, 'REFUSED', TIMES.includes(name) ? `${name}: ${NO_TIMES}` : `${name}: is not known in a route`);
    }
    file.say(node, 'ACCEPTED', `route to ${receiver ?? 'the receiver of the route above'}`);
    return route;
  }

  #receiver(node: Node | null): string | null {
    const name = this.#file.text(node, 'receiver');
    if (name !== null && !this.#known.includes(name)) {
      this.#file.say(node, 'REFUSED', `receiver: there is no receiver "${name}"; make it with createReceiver`);
    }
    return name;
  }

  /** Ours: who is told next while nobody acknowledges. */
  #escalation(node: Node | null): readonly EscalationStep[] | null {
    if (node === null) return null;
    return this.#file.items(node, 'escalate').flatMap((step) => {
      const entries = this.#file.entries(step, 'escalate');
      const afterMs = this.#duration(entries.get('after')?.value ?? null, 'after', 1);
      const receiver = this.#receiver(entries.get('receiver')?.value ?? null);
      if (afterMs === null || receiver === null) {
        this.#file.say(step, 'REFUSED', 'escalate: each step has after and receiver');
        return [];
      }
      return [{ afterMs, receiver }];
    });
  }

  #duration(node: Node | null, what: string, leastMs: number): number | null {
    const text = this.#file.text(node, what);
    if (text === null) return null;
    const ms = text === '0' ? 0 : durationMs(text);
    if (ms !== null && ms >= leastMs) return ms;
    this.#file.say(node, 'REFUSED', `${what}: "${text}" is no duration; allowed: 30s, 5m, 4h`);
    return null;
  }

  /** `matchers`, and the older `match` and `match_re`. */
  #matchers(take: (name: string) => Node | null, prefix: string): readonly LabelMatcher[] {
    const file = this.#file;
    const list = file.items(take(`${prefix}matchers`), `${prefix}matchers`).flatMap((node) => {
      const text = file.text(node, 'matchers') ?? '';
      const matcher = readMatcher(text);
      if (!matcher)
        file.say(node, 'REFUSED', `matchers: ${text} is none; allowed: label="value", with =, !=, =~ or !~`);
      return matcher ?? [];
    });
    const older = (['match', 'match_re'] as const).flatMap((name) =>
      [...file.entries(take(prefix + name), name)].flatMap(([label, { key, value }]) => {
        const operator = name === 'match' ? '=' : '=~';
        const read = LabelMatcher.safeParse({ label, operator, value: file.text(value, name) ?? '' });
        if (!read.success) file.say(key, 'REFUSED', `${prefix}${name}: ${label} is no matcher`);
        return read.data ?? [];
      }),
    );
    return [...list, ...older];
  }

  #inhibition(node: Node): Inhibition {
    const file = this.#file;
    const entries = file.entries(node, 'inhibit_rules');
    const take = (name: string): Node | null => {
      const found = entries.get(name)?.value ?? null;
      entries.delete(name);
      return found;
    };
    const inhibition = {
      source: this.#matchers(take, 'source_'),
      target: this.#matchers(take, 'target_'),
      equal: file.items(take('equal'), 'equal').flatMap((one) => file.text(one, 'equal') ?? []),
    };
    for (const [name, { key }] of entries) file.say(key, 'REFUSED', `${name}: is not known in an inhibition`);
    if (inhibition.source.length === 0 || inhibition.target.length === 0) {
      file.say(node, 'REFUSED', 'inhibit_rules: each needs source_matchers and target_matchers');
    } else {
      file.say(node, 'ACCEPTED', 'inhibition');
    }
    return inhibition;
  }
}
