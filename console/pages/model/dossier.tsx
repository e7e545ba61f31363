import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { nameOf } from '../../app/ids.ts';
import { ask } from '../../graph/ask.ts';
import type { Problem } from '../../graph/problem.ts';
import { refetchAll } from '../../graph/query.ts';
import { announce } from '../../ui/announce.tsx';
import { Section } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problems.tsx';
import { VersionDossier } from './operations.ts';

/** The auditor’s page on a version, as a file. That it was read is on record, so it is asked for by a person alone. */
export function Dossier({ id }: { readonly id: string }): JSX.Element {
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [isRunning, setRunning] = useState(false);
  const save = async (): Promise<void> => {
    if (isRunning) return;
    setRunning(true);
    const { data, problems: found } = await ask(VersionDossier, { id });
    setRunning(false);
    setProblems(found);
    const html = data?.modelVersion?.dossier;
    if (html === undefined) return;
    saveFile(`dossier-${nameOf(id)}.html`, html);
    announce(`the dossier of ${nameOf(id)} is saved`);
    refetchAll();
  };
  return (
    <Section title="Dossier">
      <button type="button" aria-disabled={isRunning} onClick={() => void save()}>
        {isRunning ? 'Working…' : 'Save its dossier'}
      </button>
      <p class="small muted">
        Who made and approved it, on what evidence, what served when, and the proof: a page that prints. That you read
        it is on record.
      </p>
      {problems.map((problem) => (
        <ProblemNotice key={problem.code + problem.path.join('.')} problem={problem} retry={() => void save()} />
      ))}
    </Section>
  );
}

function saveFile(name: string, html: string): void {
  const url = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
