import { describe, expect, it } from 'vitest';
import { HELP, readCommandLine } from '../../../examples/fraud/command-line.ts';

describe('the command line', () => {
  it('finds an install by variables, and options win', () => {
    const variables = { TIFFIN_DATA_DIR: '/srv/t', TIFFIN_GRAPH_URL: 'http://127.0.0.1:1', TIFFIN_KEY: 'k' };
    const setting = readCommandLine(['load', '--graph', 'http://127.0.0.1:2', '--rate', '9'], variables).setting();
    expect(setting).toMatchObject({
      folder: '/srv/t/examples/fraud',
      connection: { graphUrl: 'http://127.0.0.1:2', key: 'k' },
      load: { rate: '9' },
    });
  });

  it('keeps what stands behind the command', () => {
    const { command, setting } = readCommandLine(['explain', 'an-id'], {});
    expect([command, setting().operands]).toEqual(['explain', ['an-id']]);
  });

  it('says that all is synthetic', () => expect(HELP).toContain('synthetic'));

  it('refuses what there is not', () => {
    expect(() => readCommandLine(['load', '--speed', '3'], {})).toThrow("Unknown option '--speed'");
    expect(() => readCommandLine(['load'], { TIFFIN_EDGE_URL: 'nowhere' }).setting()).toThrow('TIFFIN_EDGE_URL');
  });
});
