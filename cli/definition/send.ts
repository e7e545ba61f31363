import { ClientError } from '../../client/client-error.ts';
import type { Graph } from '../../client/graph.ts';
import { exitCodeOf } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import {
  ApplyAlertDefinitions,
  ApplyFeatureDefinitions,
  ApplyMeasurementDefinitions,
  ApplyServingDefinitions,
  type DefinitionChangeFieldsFragment,
} from '../operations.ts';
import { DEFINITION_KINDS, type DefinitionGroup } from '../../schema/definition-kinds.ts';
import type { WrittenDefinition } from './written.ts';

export type DefinitionChange = DefinitionChangeFieldsFragment;

export interface Sent {
  readonly eventCursor: string | null;
  readonly changes: readonly DefinitionChange[];
}

export interface SendOptions {
  readonly dryRun: boolean;
  readonly expected?: readonly { readonly subject: string; readonly fingerprint: string | null }[];
  /** An eventCursor that has to be known first. */
  readonly after?: string | null;
}

/** Sends the definitions of one group; a refusal names the line of the file that it is about. */
export async function send(
  graph: Graph,
  group: DefinitionGroup,
  definitions: readonly WrittenDefinition[],
  { dryRun, expected, after }: SendOptions,
): Promise<Sent> {
  const lists: Record<string, WrittenDefinition[]> = {};
  for (const one of definitions) (lists[DEFINITION_KINDS[one.kind].list] ??= []).push(one);
  const input = {
    ...Object.fromEntries(Object.entries(lists).map(([list, all]) => [list, all.map((one) => one.input)])),
    ...(expected && { expected }),
    dryRun,
  };
  try {
    // What the definitions hold is the server's to check: it says what is wrong, and what is allowed.
    if (group === 'features') {
      return await graph.field(ApplyFeatureDefinitions, { input });
    }
    if (group === 'measurements') {
      return await graph.field(ApplyMeasurementDefinitions, { input });
    }
    const following = { ...input, ...(after && { after }) };
    return group === 'serving'
      ? await graph.field(ApplyServingDefinitions, { input: following })
      : await graph.field(ApplyAlertDefinitions, { input: following });
  } catch (error) {
    throw placed(error, lists);
  }
}

/** `featureViews.1.features.0.dtype`, or `input.featureViews[1].features[0].dtype` where GraphQL itself refuses. */
const PLACE = /(?:input\.)?(\w+)(?:\.|\[)(\d+)\]?((?:\.\w+|\[\d+\])*)/;

const UNKNOWN_FIELD = /Field "(\w+)" is not defined by type "\w+"\.?/;

type Lists = Readonly<Partial<Record<string, readonly WrittenDefinition[]>>>;

/** Where the field of an error was written, for errors that name one. */
export function placeOfError(error: ClientError, lists: Lists): { place: string; path: readonly string[] } | undefined {
  const [, list = '', index, rest = ''] =
    PLACE.exec(error.field ?? /"(input\.[^"]+)"/.exec(error.message)?.[1] ?? '') ?? [];
  const definition = lists[list]?.[Number(index)];
  const [, unknown] = UNKNOWN_FIELD.exec(error.message) ?? [];
  const path = [...rest.split(/[.[\]]+/).filter((step) => step !== ''), ...(unknown === undefined ? [] : [unknown])];
  return definition && { place: definition.placeOf(path), path: [list, String(index), ...path] };
}

function placed(error: unknown, lists: Lists): unknown {
  if (!(error instanceof ClientError)) return error;
  const found = placeOfError(error, lists);
  if (!found) return error;
  const [list, index] = found.path;
  const message = error.message
    // What GraphQL says of a value in front of this repeats the whole definition.
    .replace(/^apply\w+: (Variable "\$input" got invalid value .*? at "input\.[^"]+"; )?/is, '')
    .replace(`${list}.${index}.`, '')
    .replace(/ \(\w+\)$/, '')
    .replace(UNKNOWN_FIELD, '$1: is no field of this definition');
  const hint = UNKNOWN_FIELD.test(error.message)
    ? 'a file for another version of Tiffin? `tiffin export` writes definitions in the words of this install'
    : undefined;
  return new Failure(`${found.place}: ${message}`, exitCodeOf(error.code), {
    code: error.code,
    ...(hint !== undefined && { hint }),
  });
}
