/** What the help of a command ends with: one example or several, each a command line. */
export function examples(...lines: readonly string[]): string {
  return `\nExample${lines.length === 1 ? '' : 's'}:\n${lines.map(line => `  ${line}`).join('\n')}`;
}
