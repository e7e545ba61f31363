import type { JSX } from 'preact';
import { setQuery, useLocation } from '../../app/location.ts';
import { idOf, idParts, nameOf } from '../../app/ids.ts';
import { useQuery } from '../../graph/query.ts';
import { Facts } from '../../ui/facts.tsx';
import { AssetLink, Digest } from '../../ui/id.tsx';
import { bytes, count } from '../../ui/numbers.ts';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { Typed } from '../../ui/typed.tsx';
import { words } from '../../ui/state.tsx';
import { contractLines, differences, type ContractOf } from './contract-diff.ts';
import { OtherContract, VersionContract } from './operations.ts';

/** What the file takes and gives; against another version, the differences first. */
export function ContractPanel({ id }: { readonly id: string; readonly serving?: string | undefined }): JSX.Element {
  const against = useLocation().query.get('against') ?? '';
  const query = useQuery(VersionContract, { id });
  const other = useQuery(OtherContract, against === '' ? null : { id: idOf('model-version', against) });
  return (
    <Panel
      title="Contract"
      note="read from the ONNX file, never typed in"
      query={query}
      of={(data) => data.modelVersion}
    >
      {(version) => (
        <>
          <Facts
            of={[
              ['Reads', version.featureService && <AssetLink id={version.featureService.id} />],
              [
                'Trained on',
                version.trainingSet && (
                  <>
                    <AssetLink id={version.trainingSet.id} />{' '}
                    <span class="muted">
                      {count(version.trainingSet.rowCount)} rows, values {words(version.trainingSet.knownAt)}
                    </span>
                  </>
                ),
              ],
              ['File', <Digest key="digest" sha256={version.digest} />],
              ['Size', bytes(version.sizeBytes)],
            ]}
          />
          <Against id={id} against={against} />
          {against !== '' && other.data?.modelVersion ? (
            <Differences of={version} from={other.data.modelVersion} />
          ) : (
            <Lines of={version} />
          )}
          {against !== '' && other.data && !other.data.modelVersion && (
            <p class="notice warn">There is no version {against}.</p>
          )}
        </>
      )}
    </Panel>
  );
}

function Against({ id, against }: { readonly id: string; readonly against: string }): JSX.Element {
  const [model = '', number = ''] = idParts(id).tail.split('@');
  const others = Array.from({ length: Number(number) + 10 }, (_, at) => at + 1).filter(
    (one) => one !== Number(number) && one >= Number(number) - 20 && one < Number(number),
  );
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <label>
        Compare with
        <Typed
          value={against}
          list="versions"
          placeholder={`${nameOf(id).split('@')[0]}@1`}
          take={(text) => setQuery({ against: text })}
        />
      </label>
      <datalist id="versions">
        {others.map((one) => (
          <option key={one} value={`${model}@${one}`} />
        ))}
      </datalist>
    </form>
  );
}

const Lines = ({ of }: { readonly of: ContractOf }): JSX.Element => (
  <Table
    caption="What the file takes and gives"
    rows={contractLines(of)}
    keyOf={({ name }) => name}
    columns={[
      { title: 'What', cell: ({ name }) => name },
      { title: 'Value', cell: ({ value }) => <code>{value}</code> },
    ]}
  />
);

function Differences({ of, from }: { readonly of: ContractOf; readonly from: ContractOf }): JSX.Element {
  const { different, equal } = differences(from, of);
  return (
    <>
      {different.length > 0 && (
        <Table
          caption="What is different"
          rows={different}
          keyOf={({ name }) => name}
          columns={[
            { title: 'What', cell: ({ name }) => name },
            { title: nameOf(from.id), cell: ({ before }) => <code>{before ?? '–'}</code> },
            { title: nameOf(of.id), cell: ({ after }) => <code>{after ?? '–'}</code> },
          ]}
        />
      )}
      <p class="small muted">
        {different.length === 0 ? 'Nothing is different: ' : ''}
        {equal} equal lines are left out.
      </p>
    </>
  );
}
