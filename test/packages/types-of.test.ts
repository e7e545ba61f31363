import { describe, expect, it } from 'vitest';
import { typesOf } from '../../packages/edge/generate/types-of.ts';

describe('types of the description of the edge', () => {
  it('are those of the named schemas and of all that they name', () => {
    const made = typesOf(
      {
        Other: { type: 'string', enum: ['A', "it's"] },
        Asked: {
          type: 'object',
          description: 'What is asked.',
          required: ['rows'],
          properties: {
            rows: { type: 'array', items: { anyOf: [{ $ref: '#/components/schemas/Other' }, { type: 'null' }] } },
            free: { type: 'object', additionalProperties: { type: ['number', 'null'] } },
          },
        },
        Stranger: { type: 'boolean' },
      },
      ['Asked'],
    );
    expect(made).toContain('/** What is asked. */\nexport type Asked = {');
    expect(made).toContain('  readonly rows: readonly (Other | null)[];');
    expect(made).toContain('  readonly free?: Readonly<Record<string, number | null>>;');
    expect(made).toContain(`export type Other = 'A' | "it's";`);
    expect(made).not.toContain('Stranger');
  });

  it('are not made of what no type can say', () => {
    expect(() => typesOf({ A: { not: {} } as object }, ['A'])).toThrow('no type can be made of not');
    expect(() => typesOf({ A: { type: 'date' } }, ['A'])).toThrow('"date" is no type');
    expect(() => typesOf({}, ['A'])).toThrow('there is no schema A');
  });
});
