import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { validated } from '../../../../schema/validated.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import { alertUrn } from '../../domain/ids.ts';
import { lockAlert, saveAcknowledgement } from '../../storage/alert/alert.ts';
import type { MonitoringDeps } from '../deps.ts';

export interface AcknowledgeInput {
  readonly alert: string;
  readonly comment: string;
  readonly forSeconds?: number | null;
}

const Commented = z.object({ comment: z.string().min(1).max(2_000) });
const MOST_SECONDS = 7 * 86_400;

/** Who is on an alert: while somebody is, its ladder is not climbed. */
export class Acknowledging {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  /** Says that the caller is on it; who said so last is. Throws FAILED_PRECONDITION for an alert that has ended. */
  acknowledge(context: RequestContext, input: AcknowledgeInput): Promise<Changed<Alert>> {
    const { comment } = validated(Commented, input);
    const { forSeconds } = input;
    if (typeof forSeconds === 'number' && (forSeconds < 1 || forSeconds > MOST_SECONDS)) {
      const message = `forSeconds: ${forSeconds} is out of range; allowed: 1 to ${MOST_SECONDS}`;
      throw new DomainError('INVALID_INPUT', message, { field: 'forSeconds' });
    }
    return this.#change(context, 'acknowledge', input.alert, (at) => ({
      by: context.actor.subject,
      at,
      until: typeof forSeconds === 'number' ? new Date(at.getTime() + forSeconds * 1_000) : null,
      comment,
    }));
  }

  /** Takes it back: the ladder is climbed again. */
  withdraw(context: RequestContext, alert: string): Promise<Changed<Alert>> {
    return this.#change(context, 'withdraw-acknowledgement', alert, () => null);
  }

  #change(
    context: RequestContext,
    verb: string,
    id: string,
    decide: (at: Date) => Alert['acknowledgement'],
  ): Promise<Changed<Alert>> {
    const { project, ...key } = alertUrn.parse(context.actor.project, id, 'alert');
    const subject = alertUrn.format({ project, ...key });
    return change(this.#deps, context, { action: `alert.${verb}`, subject }, async (em, at) => {
      const before = await lockAlert(em, project, key);
      if (!before) throw new DomainError('NOT_FOUND', `alert: there is no ${subject}`, { field: 'alert' });
      if (before.endedAt !== null) {
        throw new DomainError('FAILED_PRECONDITION', `alert: it is ${before.status}; allowed: PENDING or FIRING`, {
          field: 'alert',
        });
      }
      const alert: Alert = { ...before, acknowledgement: decide(at) };
      if (before.acknowledgement === null && alert.acknowledgement === null) return { value: before, unchanged: true };
      await saveAcknowledgement(em, alert);
      return { value: alert, before, reason: alert.acknowledgement?.comment, events: [] };
    });
  }
}
