import * as fs from 'node:fs';
import * as path from 'node:path';
import ts from 'typescript';
import { templateOf } from '../../../src/core/message';

/** The project's folder. */
export const root = path.join(__dirname, '../../..');

/** A string of the source that a user sees. */
export interface ShownString {
  readonly text: string;
  /** Where it stands: file and line. */
  readonly place: string;
}

/**
 * Every string that `vscode.l10n.t` is called with below src/, also where it goes by the name `t`, and the template of
 * every message, which a literal tagged `say` makes.
 */
export function shownStrings(): { strings: ShownString[]; unreadable: string[] } {
  const strings: ShownString[] = [];
  const unreadable: string[] = [];
  for (const file of sources(path.join(root, 'src'))) {
    const content = fs.readFileSync(file, 'utf8');
    if (!content.includes('l10n') && !content.includes('say`')) continue;
    const source = ts.createSourceFile(file, content, ts.ScriptTarget.Latest, true);
    const placeOf = (node: ts.Node): string =>
      `${path.relative(root, file)}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`;
    const visit = (node: ts.Node): void => {
      if (ts.isTaggedTemplateExpression(node) && node.tag.getText(source) === 'say')
        strings.push({ text: templateOf(partsOf(node.template)), place: placeOf(node) });
      if (ts.isCallExpression(node) && /(^|l10n\.)t$/.test(node.expression.getText(source))) {
        const place = placeOf(node);
        const texts = textsOf(node.arguments[0]);
        if (texts) strings.push(...texts.map((text) => ({ text, place })));
        else unreadable.push(place);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { strings, unreadable };
}

/** The text of a template literal, without its values. */
function partsOf(template: ts.TemplateLiteral): string[] {
  return ts.isNoSubstitutionTemplateLiteral(template)
    ? [template.text]
    : [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)];
}

/** The strings that an argument may be; undefined for one that is put together when it runs. */
function textsOf(node: ts.Node | undefined): string[] | undefined {
  if (!node) return undefined;
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const left = textsOf(node.left);
    const right = textsOf(node.right);
    return left && right && left.flatMap((start) => right.map((end) => start + end));
  }
  if (ts.isConditionalExpression(node)) {
    const whenTrue = textsOf(node.whenTrue);
    const whenFalse = textsOf(node.whenFalse);
    return whenTrue && whenFalse && [...whenTrue, ...whenFalse];
  }
  return undefined;
}

function sources(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
}
