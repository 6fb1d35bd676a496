/** A command and the words that can follow it. */
export interface Node {
  /** `server drain`; empty for the program itself. */
  readonly path: string;
  readonly words: readonly Word[];
  readonly options: readonly Word[];
  /** The names that its arguments are completed with: services, servers, switches. */
  readonly kinds: readonly string[];
  readonly hasFiles: boolean;
}

export interface Word {
  readonly word: string;
  readonly about: string;
}

/** The script of each shell. */
export const SHELLS = { bash, zsh, fish } as const;
export type Shell = keyof typeof SHELLS;

/** The branches of a shell's `case`: all commands, to find the one at the cursor; and what is set for each. */
function casesOf(nodes: readonly Node[], setsOf: (node: Node) => readonly string[], between: string) {
  const paths = nodes.map(({ path }) => `'${path}'`).filter(path => path !== "''");
  const cases = nodes.map(node => `    '${node.path}') ${setsOf(node).join(between)} ;;`);
  return { anyPath: paths.join(' | '), cases: cases.join('\n') };
}

function bash(nodes: readonly Node[]): string {
  const list = (words: readonly Word[]) => words.map(({ word }) => word).join(' ');
  const names = (kind: string) => ` $("\${COMP_WORDS[0]}" completion names ${kind} 2>/dev/null)`;
  const setsOf = ({ words, options, kinds, hasFiles }: Node) => [
    `words="${list(words)}${kinds.map(names).join('')}"`,
    `options="${list(options)}"`,
    ...(hasFiles ? ['files=1'] : []),
  ];
  const { anyPath, cases } = casesOf(nodes, setsOf, ' ');
  return `# bash completion of vipflow: source <(vipflow completion bash)
_vipflow() {
  local word path='' words='' options='' files='' cur="\${COMP_WORDS[COMP_CWORD]}" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "\${path:+$path }$word" in
    ${anyPath}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${cases}
  esac
  if [[ "$cur" == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$cur"))
  elif [[ -n "$files" ]]; then COMPREPLY=($(compgen -f -W "$words" -- "$cur"))
  else COMPREPLY=($(compgen -W "$words" -- "$cur"))
  fi
}
complete -F _vipflow vipflow ./vipflow`;
}

function zsh(nodes: readonly Node[]): string {
  const list = (words: readonly Word[]) =>
    words.map(({ word, about }) => quoted(about === '' ? word : `${word}:${about}`)).join(' ');
  const setsOf = ({ words, options, kinds, hasFiles }: Node) => [
    `list=(${list(words)})`,
    `options=(${list(options)})`,
    ...kinds.map(kind => `names=(\${(f)"$($words[1] completion names ${kind} 2>/dev/null)"})`),
    ...(hasFiles ? ['files=1'] : []),
  ];
  const { anyPath, cases } = casesOf(nodes, setsOf, '; ');
  return `#compdef vipflow
# zsh completion of vipflow: vipflow completion zsh > ~/.zfunc/_vipflow
_vipflow() {
  local place='' files='' i
  local -a list options names
  for ((i = 2; i < CURRENT; i++)); do
    case "\${place:+$place }\${words[i]}" in
    ${anyPath}) place="\${place:+$place }\${words[i]}" ;;
    esac
  done
  case "$place" in
${cases}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then _describe option options
  else
    (( \${#list} )) && _describe command list
    (( \${#names} )) && compadd -a names
    [[ -n "$files" ]] && _files
  fi
}
if [[ "$funcstack[1]" == _vipflow ]]; then _vipflow "$@"; else compdef _vipflow vipflow; fi`;
}

function fish(nodes: readonly Node[]): string {
  const aboutText = (text: string) => (text === '' ? '' : ` -d ${quoted(text)}`);
  const lines = nodes.flatMap(({ path, words, options, kinds }) => {
    const when = `-n '__vipflow_at ${path}'`;
    return [
      ...words.map(({ word, about }) => `complete -c vipflow -f ${when} -a ${quoted(word)}${aboutText(about)}`),
      ...options
        .filter(({ word }) => word.startsWith('--'))
        .map(({ word, about }) => `complete -c vipflow ${when} -l ${word.slice(2)}${aboutText(about)}`),
      ...kinds.map(kind => `complete -c vipflow -f ${when} -a '(vipflow completion names ${kind} 2>/dev/null)'`),
    ];
  });
  const paths = nodes.map(({ path }) => path).filter(path => path !== '');
  return `# fish completion of vipflow: vipflow completion fish > ~/.config/fish/completions/vipflow.fish
set -g __vipflow_paths ${paths.map(quoted).join(' ')}
function __vipflow_at
  set -l place
  for word in (commandline -opc)[2..-1]
    contains -- (string join ' ' $place $word) $__vipflow_paths; and set place $place $word
  end
  test (string join ' ' $place) = (string join ' ' $argv)
end
${lines.join('\n')}`;
}

/** A text in single quotes, which all three shells read alike. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}
