import type { Node } from 'yaml';
import { DomainError } from '../../../../core/errors.ts';
import { durationMs } from '../../../../core/promql/duration.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { LabelInput } from '../../domain/alert/alert-rule-checks.ts';
import type { AlertRuleInput } from '../../domain/alert/alert-rule-input.ts';
import type { AlertRule, AlertSeverity, Evaluation } from '../../domain/alert/alert-rule.ts';
import { alertRuleUrn } from '../../domain/ids.ts';
import { ALERT_PRESETS, type AlertPreset } from '../../domain/notify/preset.ts';
import { findAlertRules } from '../../storage/alert/alert-rule.ts';
import type { Alerting } from './alerting.ts';
import type { MonitoringDeps } from '../deps.ts';
import { ReportedFile, type ReportLine } from '../notify/report.ts';

export interface ImportAlertRulesInput {
  /** In Prometheus's form. */
  readonly rules?: string | null;
  readonly preset?: AlertPreset | null;
  readonly evaluation: Evaluation;
  readonly dryRun: boolean;
}

const SEVERITIES: Readonly<Record<string, AlertSeverity>> = {
  critical: 'CRITICAL',
  page: 'CRITICAL',
  warning: 'WARNING',
  info: 'INFO',
};

interface Group {
  readonly intervalSeconds: number;
  readonly offsetSeconds: number;
}

/** Rules in the form of others. */
export class RuleFiles {
  readonly #deps: MonitoringDeps;
  readonly #alerting: Alerting;

  constructor(deps: MonitoringDeps, alerting: Alerting) {
    this.#deps = deps;
    this.#alerting = alerting;
  }

  /** Makes or changes the rules of a file that are of the subset, and says line by line what became of each. */
  async import(context: RequestContext, input: ImportAlertRulesInput): Promise<readonly ReportLine[]> {
    const file = new ReportedFile(textOf(input), 'rules');
    const seen = new Map<string, number>();
    for (const group of file.items(file.entries(file.root, 'file').get('groups')?.value, 'groups')) {
      const entries = file.entries(group, 'group');
      const read = groupOf(file, entries);
      for (const node of file.items(entries.get('rules')?.value, 'rules')) {
        const rule = ruleOf(file, node, read, input.evaluation);
        if (!rule) continue;
        const count = (seen.get(rule.name) ?? 0) + 1;
        seen.set(rule.name, count);
        // Prometheus lets several rules have one name.
        await this.#keep(
          context,
          file,
          node,
          count === 1 ? rule : { ...rule, name: `${rule.name}-${count}` },
          input.dryRun,
        );
      }
    }
    if (file.lines.length === 0) file.say(file.root, 'REFUSED', 'groups: there is none');
    return file.report();
  }

  async #keep(
    context: RequestContext,
    file: ReportedFile,
    node: Node,
    input: AlertRuleInput,
    dryRun: boolean,
  ): Promise<void> {
    const { project } = context.actor;
    try {
      const wanted = this.#alerting.checked(context, input);
      const [held] = await findAlertRules(this.#deps.db.em(), project, [input.name]);
      if (held && held.rule.expression === null) {
        file.say(node, 'REFUSED', `${input.name}: there is a rule of this name about a signal`);
        return;
      }
      if (held && same(held.rule, wanted)) {
        file.say(node, 'UNCHANGED', input.name);
        return;
      }
      if (!dryRun && held) {
        const change = { ...input, rule: alertRuleUrn.format(held.rule), expectedRevision: held.rule.revision };
        await this.#alerting.updateRule(context, {
          ...change,
          threshold: null,
          windowSeconds: null,
          comparison: null,
          minRows: null,
          baseline: null,
        });
      } else if (!dryRun) {
        await this.#alerting.createRule(context, input);
      }
      file.say(node, 'ACCEPTED', `${input.name}: ${held ? 'changed' : 'made'}`);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      file.say(node, 'REFUSED', `${input.name}: ${error.message}`);
    }
  }
}

function textOf({ rules, preset }: ImportAlertRulesInput): string {
  if ((typeof rules === 'string') === (typeof preset === 'string')) {
    throw new DomainError('INVALID_INPUT', 'rules: give a file or a preset, one of them', { field: 'rules' });
  }
  return rules ?? ALERT_PRESETS[preset ?? 'SOURCE'];
}

type Entries = ReturnType<ReportedFile['entries']>;

function groupOf(file: ReportedFile, entries: Entries): Group {
  for (const [name, { key }] of entries) {
    if (['name', 'rules', 'interval', 'query_offset'].includes(name)) continue;
    file.say(key, 'REFUSED', `${name}: is not known in a group`);
  }
  return {
    intervalSeconds: secondsOf(file, entries.get('interval')?.value, 'interval') ?? 60,
    offsetSeconds: secondsOf(file, entries.get('query_offset')?.value, 'query_offset') ?? 0,
  };
}

function secondsOf(file: ReportedFile, node: unknown, what: string): number | null {
  const text = file.text(node, what);
  if (text === null) return null;
  const ms = text === '0' ? 0 : durationMs(text);
  if (ms !== null && ms >= 0) return Math.ceil(ms / 1_000);
  file.say(node, 'REFUSED', `${what}: "${text}" is no duration; allowed: 30s, 5m, 1h`);
  return null;
}

const KNOWN = ['alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations', 'suppresses', 'context'];

function ruleOf(file: ReportedFile, node: Node, group: Group, evaluation: Evaluation): AlertRuleInput | null {
  const entries = file.entries(node, 'rule');
  if (entries.has('record')) {
    const name = file.text(entries.get('record')?.value, 'record');
    file.say(node, 'REFUSED', `${name}: recording rules are not kept; write the expression where it is used`);
    return null;
  }
  for (const [name, { key }] of entries) {
    if (!KNOWN.includes(name)) file.say(key, 'REFUSED', `${name}: is not known in a rule`);
  }
  const name = file.text(entries.get('alert')?.value, 'alert');
  const expression = file.text(entries.get('expr')?.value, 'expr');
  if (name === null || expression === null) {
    file.say(node, 'REFUSED', 'a rule has alert and expr');
    return null;
  }
  const labels = pairs(file, entries.get('labels')?.value, 'labels');
  const annotations = pairs(file, entries.get('annotations')?.value, 'annotations');
  const severity = labels.find((label) => label.name === 'severity')?.value ?? '';
  return {
    name,
    description: annotations.find((one) => one.name === 'description')?.value ?? '',
    expression,
    forSeconds: secondsOf(file, entries.get('for')?.value, 'for'),
    keepFiringForSeconds: secondsOf(file, entries.get('keep_firing_for')?.value, 'keep_firing_for') ?? 0,
    evaluationIntervalSeconds: Math.max(1, group.intervalSeconds),
    delaySeconds: group.offsetSeconds,
    severity: SEVERITIES[severity.toLowerCase()] ?? 'WARNING',
    noDataState: 'OK',
    evaluation,
    labels,
    annotations,
    suppresses: file
      .items(entries.get('suppresses')?.value, 'suppresses')
      .flatMap((one) => file.text(one, 'suppresses') ?? []),
    context: pairs(file, entries.get('context')?.value, 'context').map(({ name: of, value }) => ({
      name: of,
      expression: value,
    })),
  };
}

const pairs = (file: ReportedFile, node: unknown, what: string): readonly LabelInput[] =>
  [...file.entries(node, what)].map(([name, { value }]) => ({ name, value: file.text(value, what) ?? '' }));

/** Whether a rule is what a file says already. */
function same(held: AlertRule, wanted: Partial<AlertRule>): boolean {
  const settings: Partial<AlertRule> = held;
  return Object.keys(wanted).every(
    (key) => JSON.stringify(settings[key as keyof AlertRule]) === JSON.stringify(wanted[key as keyof AlertRule]),
  );
}
