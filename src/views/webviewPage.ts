import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** What a panel shows: a bundle of `dist/webview/` with its style sheet of `media/`, both of one name. */
export interface WebviewPage {
  readonly name: string;
  readonly title: string;
  /** The page's strings, which its code finds as JSON in the `data-words` of `<main id="view">`. */
  readonly words: object;
}

/**
 * Puts a page into a panel's webview. Nothing is allowed but its own script and style: no network, no inline code.
 * @param root the extension's own folder
 */
export function showPage(
  panel: vscode.WebviewPanel,
  root: string,
  { name, title, words }: WebviewPage,
): void {
  const { webview } = panel;
  const at = (...parts: string[]): vscode.Uri => vscode.Uri.joinPath(vscode.Uri.file(root), ...parts);
  webview.options = { enableScripts: true, localResourceRoots: [at('dist', 'webview'), at('media')] };
  panel.iconPath = at('media', 'icon.png');
  const nonce = randomBytes(16).toString('base64');
  const script = webview.asWebviewUri(at('dist', 'webview', `${name}.js`)).toString();
  const style = webview.asWebviewUri(at('media', `${name}.css`)).toString();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource}`;
  webview.html = `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${attribute(title)}</title>
  <link rel="stylesheet" href="${style}">
</head>
<body>
  <main id="view" data-words="${attribute(JSON.stringify(words))}"></main>
  <script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

/** `text` as the value of an HTML attribute in double quotes. */
function attribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}
