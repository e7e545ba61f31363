/** A command of a walk, and what it has to print: lines, in which … stands for anything, also for lines. */
export interface WalkStep {
  readonly command: string;
  readonly exitCode: number;
  readonly shown: readonly string[];
}

export interface Walk {
  /** Files that the page shows, by their name. */
  readonly files: Readonly<Record<string, string>>;
  readonly steps: readonly WalkStep[];
}

const BLOCK = /^```(console|yaml)\n([^]*?)^```$/gm;

/** What a page of walks says: `$ command` with its output in blocks of the console, and files whose first line names them. */
export function walkIn(page: string): Walk {
  const files: Record<string, string> = {};
  const steps: WalkStep[] = [];
  for (const [, kind, text = ''] of page.matchAll(BLOCK)) {
    if (kind === 'yaml') files[/^# (\S+)\n/.exec(text)?.[1] ?? ''] = text;
    else for (const step of text.split(/^\$ /m).slice(1)) steps.push(stepOf(step));
  }
  return { files, steps };
}

function stepOf(text: string): WalkStep {
  const [line = '', ...shown] = text.trimEnd().split('\n');
  const [, command = line, code] = /^(.*?)\s+# ends with (\d+)/.exec(line) ?? [];
  return { command, exitCode: Number(code ?? 0), shown };
}

/** Whether what was printed has the lines that are shown, in their order; what … stands for may be nothing. */
export function isShown(shown: readonly string[], printed: string): boolean {
  if (shown.length === 0) return true;
  const pattern = shown.map((line) => line.split('…').map(escaped).join('[^]*?')).join('\n');
  return new RegExp(`^${pattern}`).test(printed.replaceAll('…', ''));
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
