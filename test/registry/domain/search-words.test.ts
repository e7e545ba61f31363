import { describe, expect, it } from 'vitest';
import { highlightsOf } from '../../../subgraphs/registry/domain/catalogue/highlight.ts';
import { searchKey, searchWords, termsIn } from '../../../subgraphs/registry/domain/catalogue/search-words.ts';

describe('the words of a text', () => {
  it.each([
    ['user_txn@2/amount_24h', 'usertxn user txn 2 amount24h amount 24h'],
    ['cardPaymentsEU', 'cardpaymentseu card payments eu'],
    ['HTTPServer2Go', 'httpserver2go http server2 go'],
    ['sepa-direct_debits', 'sepadirectdebits sepa direct debits'],
    ['Ærø, Łódź & Straße', 'aero lodz strasse'],
    ['İstanbul ISPARTA', 'istanbul isparta'],
    ['Mu\u0308ller', 'muller'],
    ['ﬁne ①', 'fine 1'],
    ['मात्रा और 한국어', 'मात्रा और 한국어'],
    ['__ -- !?', ''],
    ['', ''],
  ])('of "%s" are "%s"', (text, words) => expect(searchWords(text)).toBe(words));

  it('are the same for each way of writing a name, but for the name run together', () => {
    expect(termsIn('fraudScore')).toEqual([{ words: ['fraud', 'score'], joined: 'fraudscore' }]);
    expect(['fraudScore', 'fraud_score', 'Fraud-Score', 'FRAUD SCORE'].map(searchKey)).toEqual(
      Array(4).fill('fraud score'),
    );
  });
});

describe('what is shown of a hit', () => {
  const stems = new Map([
    ['queries', 'queri'],
    ['query', 'queri'],
  ]);
  const shown = (text: string, field: string) => highlightsOf(text, [field], (word) => stems.get(word));

  it.each([
    ['muller', 'Frau Müller', ['Frau **Müller**']],
    ['payments eu', 'cardPaymentsEU', ['card**PaymentsEU**']],
    ['usertxn', 'user_txn@2', ['**user_txn**@2']],
    ['action', 'transactions', ['**transactions**']],
    ['queries', 'each query', ['each **query**']],
    ['nothing', 'each query', []],
    ['!', 'wow!', []],
  ])('of "%s" in "%s"', (text, field, expected) => expect(shown(text, field)).toEqual(expected));

  it('is cut off far away from the hit', () =>
    expect(shown('hit', `${'a '.repeat(50)}hit${' b'.repeat(50)}`)).toEqual([
      `…${'a '.repeat(20)}**hit**${' b'.repeat(20)}…`,
    ]));
});
