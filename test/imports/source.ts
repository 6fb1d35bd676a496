import ts from 'typescript';
import { GLOBALS, type Permission, permissionOfImport } from './permissions.ts';
import { Scopes } from './scopes.ts';

/** One import: static, dynamic, `require`d, re-exported, or of a type. */
export interface Import {
  readonly name: string;
  /** It is erased: nothing is loaded. */
  readonly isType: boolean;
}

/** One place where a file touches the outside. */
export interface Use {
  readonly permission: Permission;
  readonly what: string;
  readonly line: number;
}

/** What one source file asks of others. */
export interface Source {
  readonly imports: readonly Import[];
  readonly uses: readonly Use[];
}

/** Reads a source as the compiler does: comments and strings are no code, and a name declared in the file is no global. */
export function readSource(file: string, text: string): Source {
  return new SourceReader(ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true)).read();
}

const GLOBAL_OBJECTS = ['globalThis', 'global', 'window', 'self'];

class SourceReader {
  readonly #source: ts.SourceFile;
  readonly #scopes: Scopes;
  readonly #imports: Import[] = [];
  readonly #uses: Use[] = [];

  constructor(source: ts.SourceFile) {
    this.#source = source;
    this.#scopes = new Scopes(source);
  }

  read(): Source {
    this.#visit(this.#source);
    return { imports: this.#imports, uses: this.#uses };
  }

  #visit(node: ts.Node): void {
    if (ts.isImportDeclaration(node)) {
      const isType = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      this.#import(node.moduleSpecifier, isType, namesOf(node));
    } else if (ts.isExportDeclaration(node)) this.#import(node.moduleSpecifier, node.isTypeOnly, namesOf(node));
    else if (ts.isExternalModuleReference(node)) this.#import(node.expression, false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) this.#import(node.argument.literal, true);
    else if (ts.isCallExpression(node) && this.#loads(node)) this.#load(node);
    else if (ts.isIdentifier(node) && isReference(node)) this.#reference(node.text, node);
    ts.forEachChild(node, child => this.#visit(child));
  }

  #import(specifier: ts.Node | undefined, isType: boolean, names?: readonly string[]): void {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const { text: name } = specifier;
    this.#imports.push({ name, isType });
    const permission = isType ? undefined : permissionOfImport(name, names);
    if (permission !== undefined) this.#use(permission, name, specifier);
  }

  /** `import(...)`, `require(...)` and `require.resolve(...)`, also a `require` that `createRequire` made. */
  #loads({ expression }: ts.CallExpression): boolean {
    const callee = ts.isPropertyAccessExpression(expression) ? expression.expression : expression;
    return expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
  }

  /** Code whose name is known only when it runs can be any code. */
  #load(call: ts.CallExpression): void {
    const [name] = call.arguments;
    if (name !== undefined && ts.isStringLiteralLike(name)) this.#import(name, false);
    else this.#use('code', call.expression.getText(this.#source), call);
  }

  /** A name in an expression: `name`, or `globalThis.name`, that stands at `node`. */
  #reference(name: string, node: ts.Node): void {
    if (ts.isIdentifier(node) && !this.#scopes.isGlobal(name, node)) return;
    const member = memberOf(node);
    if (GLOBAL_OBJECTS.includes(name)) {
      // What holds the global object as a value has everything.
      if (member === undefined) this.#use('code', name, node);
      else this.#reference(member, node.parent);
      return;
    }
    const permission = name === 'Date' ? permissionOfDate(node, member) : permissionOf(name, member);
    if (permission !== undefined) this.#use(permission, member === undefined ? name : `${name}.${member}`, node);
  }

  #use(permission: Permission, what: string, node: ts.Node): void {
    const { line } = this.#source.getLineAndCharacterOfPosition(node.getStart(this.#source));
    this.#uses.push({ permission, what, line: line + 1 });
  }
}

/** The names that a declaration takes out of a module; undefined: everything, or only its effects. */
function namesOf(node: ts.ImportDeclaration | ts.ExportDeclaration): readonly string[] | undefined {
  const clause = ts.isImportDeclaration(node) ? node.importClause : undefined;
  const named = ts.isExportDeclaration(node) ? node.exportClause : clause?.namedBindings;
  if (clause?.name !== undefined || named === undefined) return undefined;
  if (!ts.isNamedImports(named) && !ts.isNamedExports(named)) return undefined;
  return named.elements.filter(({ isTypeOnly }) => !isTypeOnly).map(({ propertyName, name }) => (propertyName ?? name).text);
}

function permissionOf(name: string, member: string | undefined): Permission | undefined {
  const rule = GLOBALS.get(name);
  if (rule === undefined || typeof rule === 'string') return rule;
  const key = member ?? '';
  return key in rule || key === '' ? rule[key] : rule['*'];
}

/** A date of given numbers is no clock: `new Date(ms)`, `Date.parse(text)`, `x instanceof Date`. */
function permissionOfDate(node: ts.Node, member: string | undefined): Permission | undefined {
  const { parent } = node;
  if (member !== undefined) return member === 'now' ? 'clock' : undefined;
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) return undefined;
  const [first] = ts.isNewExpression(parent) ? (parent.arguments ?? []) : [];
  return first === undefined || ts.isSpreadElement(first) ? 'clock' : undefined;
}

/** `x` of `name.x` and of `name['x']`. */
function memberOf(node: ts.Node): string | undefined {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node) return parent.name.text;
  if (!ts.isElementAccessExpression(parent) || parent.expression !== node) return undefined;
  return ts.isStringLiteralLike(parent.argumentExpression) ? parent.argumentExpression.text : undefined;
}

/** Whether an identifier stands for a value: it is neither the name of a member or a declaration, nor part of a type. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  const { name, propertyName, label } = parent as { name?: ts.Node; propertyName?: ts.Node; label?: ts.Node };
  if (name === node || propertyName === node || label === node) return false;
  return !isInType(node);
}

function isInType(node: ts.Node): boolean {
  for (let at = node; at !== undefined && !ts.isStatement(at); at = at.parent)
    if (ts.isTypeNode(at) && !(ts.isExpressionWithTypeArguments(at) && isExtended(at))) return true;
  return false;
}

/** `class X extends Y`: Y is a value. */
function isExtended({ parent }: ts.ExpressionWithTypeArguments): boolean {
  return ts.isHeritageClause(parent) && parent.token === ts.SyntaxKind.ExtendsKeyword && ts.isClassLike(parent.parent);
}
