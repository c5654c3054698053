import ts from 'typescript';

/** One module that a source file names, in whatever form: import, export from, require, import(), import type. */
export interface ModuleUse {
  /** The specifier as written; undefined where it is computed and cannot be checked. */
  readonly specifier: string | undefined;
  /** Counted from 1. */
  readonly line: number;
}

/** Every module that a TypeScript or JavaScript text names. Text in strings and comments does not count. */
export function moduleUses(text: string, fileName = 'virtual.ts'): ModuleUse[] {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.ES2022, false);
  const uses: ModuleUse[] = source.typeReferenceDirectives.map(({ fileName: specifier, pos }) => ({
    specifier,
    line: lineAt(source, pos),
  }));
  const add = (node: ts.Node, specifier: ts.Node | undefined): void => {
    const literal = specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : undefined;
    uses.push({ specifier: literal, line: lineAt(source, node.getStart(source)) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node, node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node, node.expression);
    else if (ts.isImportTypeNode(node)) {
      add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    } else if (ts.isCallExpression(node) && isLoading(node.expression)) add(node, node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return uses;
}

function isLoading(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  if (ts.isIdentifier(callee)) return callee.text === 'require';
  return (
    ts.isPropertyAccessExpression(callee) &&
    ts.isIdentifier(callee.expression) &&
    callee.expression.text === 'require' &&
    callee.name.text === 'resolve'
  );
}

const lineAt = (source: ts.SourceFile, position: number): number =>
  source.getLineAndCharacterOfPosition(position).line + 1;
