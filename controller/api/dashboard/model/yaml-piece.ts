/** A piece of a line of YAML, for colouring. */
export interface YamlPiece {
  readonly kind: 'key' | 'comment' | 'value';
  readonly text: string;
}

/** The pieces of one line, in order. Their texts together are the line. Only what `vipflow.yaml` has: keys, values, comments. */
export function yamlPieces(line: string): YamlPiece[] {
  const [, before = '', key = '', rest = ''] = /^(\s*(?:- )?)((?:[\w.-]+:(?=\s|$))?)(.*)$/.exec(line) ?? [];
  const comment = /(?:^|\s)#.*$/.exec(rest);
  const value = comment === null ? rest : rest.slice(0, comment.index);
  const pieces: YamlPiece[] = [
    { kind: 'value', text: before },
    { kind: 'key', text: key },
    { kind: 'value', text: value },
    { kind: 'comment', text: comment?.[0] ?? '' },
  ];
  return pieces.filter(({ text }) => text !== '');
}
