import ts from 'typescript';

/** The names that a source declares, by where they hold: what is left is global. */
export class Scopes {
  readonly #names = new Map<ts.Node, Set<string>>();

  constructor(source: ts.SourceFile) {
    const visit = (node: ts.Node): void => {
      this.#declare(node);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }

  /** Whether a name means the global at this place. */
  isGlobal(name: string, at: ts.Node): boolean {
    for (let node: ts.Node | undefined = at; node !== undefined; node = node.parent)
      if (this.#names.get(node)?.has(name)) return false;
    return true;
  }

  #declare(node: ts.Node): void {
    const name = declaredBy(node);
    if (name === undefined) return;
    // A function and a class are known where they stand; a variable and a parameter in what is around them.
    const scope = scopeAround(node.parent);
    const names = this.#names.get(scope) ?? new Set();
    this.#names.set(scope, names.add(name));
  }
}

/** The name of a value that a node declares. `declare` only describes what is global already. */
function declaredBy(node: ts.Node): string | undefined {
  const declares =
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isBindingElement(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isImportSpecifier(node) ||
    ts.isNamespaceImport(node) ||
    ts.isImportClause(node);
  if (!declares || node.name === undefined || !ts.isIdentifier(node.name)) return undefined;
  return isTypeOnly(node) || isAmbient(node) ? undefined : node.name.text;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportClause(node)) return node.phaseModifier === ts.SyntaxKind.TypeKeyword;
  return ts.isImportSpecifier(node) && (node.isTypeOnly || isTypeOnly(node.parent.parent));
}

function isAmbient(node: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent)
    if (ts.canHaveModifiers(at) && ts.getModifiers(at)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)) return true;
  return false;
}

function scopeAround(node: ts.Node): ts.Node {
  let at = node;
  while (!ts.isSourceFile(at) && !ts.isBlock(at) && !ts.isFunctionLike(at) && !ts.isCaseBlock(at) && !isHead(at)) at = at.parent;
  return at;
}

/** `for (const x of y)`, `catch (x)`: declares a name for what follows. */
function isHead(node: ts.Node): boolean {
  return ts.isForStatement(node) || ts.isForInStatement(node) || ts.isForOfStatement(node) || ts.isCatchClause(node);
}
