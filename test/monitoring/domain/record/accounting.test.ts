import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountBetween,
  addAccounts,
  closeAccount,
  EMPTY_ACCOUNT,
  isBalanced,
} from '../../../../subgraphs/monitoring/domain/record/accounting.ts';

const counts = (changes = {}) => ({ answered: 0, queued: 0, acked: 0, sampledOut: 0, dropped: {}, ...changes });

describe('the account of a node', () => {
  it('closes when every answer is stored, queued, dropped or sampled out', () => {
    const account = closeAccount(
      counts({ answered: 100, acked: 60, queued: 20, sampledOut: 15, dropped: { QUEUE_FULL: 3, REJECTED: 2 } }),
      60,
    );
    expect(account).toMatchObject({ stored: 60, queued: 20, dropped: 5, sampledOut: 15, difference: 0 });
    expect(isBalanced(account)).toBe(true);
  });

  it('counts a record whose acknowledgement was still on the way as stored', () => {
    const account = closeAccount(counts({ answered: 100, acked: 60, queued: 40 }), 75);
    expect(account).toMatchObject({ stored: 75, queued: 25, difference: 0, sinceHeartbeat: 0 });
  });

  it('keeps apart what is newer than the heartbeat', () => {
    const account = closeAccount(counts({ answered: 100, acked: 60, queued: 40 }), 130);
    expect(account).toMatchObject({ stored: 100, queued: 0, difference: 0, sinceHeartbeat: 30 });
  });

  it('does not close when acknowledged records are gone, and says how many', () => {
    const account = closeAccount(counts({ answered: 100, acked: 100 }), 90);
    expect(account).toMatchObject({ difference: 10, reasons: [{ code: 'ACKED_NOT_STORED', count: 10 }] });
    expect(isBalanced(account)).toBe(false);
  });

  it("does not close when the node's own counts differ", () => {
    const account = closeAccount(counts({ answered: 100, acked: 90 }), 90);
    expect(account).toMatchObject({ difference: 10, reasons: [{ code: 'NODE_COUNTS_DIFFER', count: 10 }] });
    expect(isBalanced(closeAccount(counts({ answered: 90, acked: 100 }), 90))).toBe(false);
  });

  it('is the sum of its parts, and the difference of its days', () => {
    const account = fc
      .record({
        stored: fc.nat(50),
        lost: fc.nat(5),
        queued: fc.nat(9),
        sampledOut: fc.nat(9),
        FULL: fc.nat(9),
        hidden: fc.nat(3),
      })
      .map(({ stored, lost, queued, sampledOut, FULL, hidden }) => {
        const acked = stored + lost;
        return closeAccount(
          counts({
            answered: acked + queued + sampledOut + FULL + hidden,
            acked,
            queued,
            sampledOut,
            dropped: { FULL },
          }),
          stored,
        );
      });
    fc.assert(
      fc.property(account, account, (a, b) => {
        expect(a.answered).toBe(a.stored + a.queued + a.dropped + a.sampledOut + a.difference);
        expect(accountBetween(a, addAccounts(a, b))).toEqual({
          ...b,
          droppedByReason: b.dropped ? b.droppedByReason : {},
        });
        expect(addAccounts(EMPTY_ACCOUNT, a).difference).toBe(a.difference);
      }),
    );
  });
});
