import type { Command } from 'commander';
import type { Io } from '../io.ts';

const BASH = `_tiffin() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(tiffin __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _tiffin tiffin`;

const ZSH = `#compdef tiffin
_tiffin() {
  local -a found
  found=("\${(@f)$(tiffin __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found
}
compdef _tiffin tiffin`;

const FISH = `complete -c tiffin -f -a '(tiffin __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`;

const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** Adds `tiffin completion <shell>`, and what its script asks. */
export function addCompletion(program: Command, io: Io): void {
  const command = program
    .command('completion')
    .description('a script that completes words: eval "$(tiffin completion bash)"');
  for (const [shell, script] of Object.entries(SCRIPTS)) {
    command
      .command(shell)
      .description(`for ${shell}`)
      .action(() => io.out(`${script}\n`));
  }
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[]) =>
      io.out(
        completions(program, words)
          .map((one) => `${one}\n`)
          .join(''),
      ),
    );
}

/** What may stand where the last of the words is being typed. */
export function completions(program: Command, words: readonly string[]): string[] {
  let command = program;
  for (const word of words.slice(0, -1)) {
    command = command.commands.find((one) => one.name() === word || one.aliases().includes(word)) ?? command;
  }
  const typed = words.at(-1) ?? '';
  const all = typed.startsWith('-')
    ? [command, program].flatMap(({ options }) => options.map(({ long }) => long ?? ''))
    : command.commands.map((one) => one.name()).filter((name) => !name.startsWith('__'));
  return [...new Set(all)].filter((one) => one.startsWith(typed) && one !== '');
}
