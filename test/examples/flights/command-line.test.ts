import { describe, expect, it } from 'vitest';
import { HELP, readCommandLine } from '../../../examples/flights/command-line.ts';

describe('the command line of the flights', () => {
  it('asks the servers of dev mode unless told otherwise', () => {
    const { command, help, setting } = readCommandLine(['setup'], {});
    expect({ command, help }).toEqual({ command: 'setup', help: false });
    expect(setting()).toMatchObject({
      dataDir: '.tiffin',
      folder: '.tiffin/examples/flights',
      yes: false,
      connection: {
        graphUrl: 'http://127.0.0.1:4000',
        edgeUrl: 'http://127.0.0.1:4100',
        key: 'tiffin-dev',
        tokens: {},
      },
    });
  });

  it('takes an option before a variable', () => {
    const variables = {
      TIFFIN_DATA_DIR: '/data',
      TIFFIN_GRAPH_URL: 'http://graph',
      TIFFIN_KEY: 'a key',
      TIFFIN_TOKEN: 'maker',
      TIFFIN_APPROVER_TOKEN: 'checker',
    };
    expect(readCommandLine(['setup'], variables).setting()).toMatchObject({
      folder: '/data/examples/flights',
      connection: { graphUrl: 'http://graph', key: 'a key', tokens: { developer: 'maker', approver: 'checker' } },
    });
    const given = ['replay', '--data', 'd', '--graph', 'https://g', '--edge', 'http://e', '--key', 'k', '--days', '3'];
    expect(readCommandLine(given, variables).setting()).toMatchObject({
      folder: 'd',
      connection: { graphUrl: 'https://g', edgeUrl: 'http://e', key: 'k' },
      replay: { days: '3' },
    });
  });

  it('has two people approve beforehand what a retraining makes, unless told otherwise', () => {
    const variables = { TIFFIN_COMMITTEE_TOKEN: 'second' };
    const { standing, connection } = readCommandLine(['adapt'], variables).setting();
    expect([standing, connection.tokens]).toEqual([true, { committee: 'second' }]);
    expect(readCommandLine(['adapt', '--no-standing'], {}).setting().standing).toBe(false);
  });

  it('says everything that is wrong at once, and knows its options', () => {
    const { setting } = readCommandLine(['setup', '--graph', 'here', '--edge', 'there'], {});
    expect(setting).toThrow(/TIFFIN_GRAPH_URL: must be an http or https URL, not "here"[^]*TIFFIN_EDGE_URL/);
    expect(() => readCommandLine(['setup', '--wrong'], {})).toThrow("Unknown option '--wrong'");
  });

  it('tells of every option in its help', () => {
    for (const name of [
      'data',
      'readme',
      'graph',
      'edge',
      'key',
      'yes',
      'help',
      'from',
      'to',
      'days',
      'speed',
      'share',
      'no-standing',
    ])
      expect(HELP).toContain(`--${name}`);
  });
});
