#!/usr/bin/env node
/**
 * Stands in for the desktop `code` where there is none: takes those of its flags that
 * @vscode/test-electron gives it, runs the tests in code-server with Chromium as the window, and ends
 * with the tests' exit code.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { setUpCodeServer } from '../setup/codeServer.mjs';
import { developExtension, launchBrowser } from './browser.mjs';
import { startServer, workbenchUrl } from './server.mjs';

const timeoutMs = Number(process.env.HEADLIGHT_HOST_TIMEOUT_MS) || 10 * 60_000;

/** What the workbench says of itself and not of the tests. */
const noise =
  /^(Creating a socket|Resolv(ing|ed) connection|Re(solving|solved) connection|Updating additional|\[Service Worker|ChatSessionStore|connect ECONNREFUSED 127\.0\.0\.1:9|Loading development extension|Request to .*package\.nls\.json|Error while fetching the extension under development|%c)/;

const args = process.argv.slice(2);

/**
 * The values of a flag.
 * @param {string} name
 */
function flag(name) {
  const prefix = `--${name}=`;
  return args.filter((arg) => arg.startsWith(prefix)).map((arg) => arg.slice(prefix.length));
}

/** @param {string} path or file URL */
const toPath = (path) => (path.startsWith('file:') ? fileURLToPath(path) : resolve(path));

/**
 * Runs the tests in a window.
 * @returns {Promise<number>} the exit code
 */
async function main() {
  const folder = args.find((arg) => !arg.startsWith('-')) ?? flag('folder-uri')[0];
  const [dataDir = mkdtempSync(join(tmpdir(), 'headlight-vscode-'))] = flag('user-data-dir');
  const server = await startServer({
    codeServer: await setUpCodeServer(),
    dataDir: resolve(dataDir),
    extensionsDir: flag('extensions-dir').map(toPath)[0],
    workspaceTrust: !args.includes('--disable-workspace-trust'),
  });
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    return await new Promise((resolve, reject) => {
      setTimeout(
        () => reject(new Error(`the tests did not end in ${timeoutMs / 1000} s`)),
        timeoutMs,
      ).unref();
      page.on('crash', () => reject(new Error('the window crashed')));
      void server.end.then(() => reject(new Error(`the server ended:\n${server.log()}`)));
      open().catch(reject);

      async function open() {
        // VS Code's window calls these two where tests run in it.
        await page.exposeFunction('codeAutomationExit', resolve);
        await page.exposeFunction(
          'codeAutomationLog',
          (/** @type {string} */ _type, /** @type {unknown[]} */ line) => {
            const text = format(...line);
            if (!noise.test(text)) console.log(text);
          },
        );
        await developExtension(page, server, {
          extensions: flag('extensionDevelopmentPath').map(toPath),
          tests: flag('extensionTestsPath').map(toPath)[0],
        });
        await page.goto(workbenchUrl(server, { folder: folder ? toPath(folder) : undefined }));
      }
    });
  } finally {
    await browser.close();
    await server.stop();
  }
}

// Whoever started this holds the other end; it must not be outlived.
process.stdin.on('end', () => process.exit(1)).resume();

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(`VS Code's stand-in: ${error.message}`);
    process.exit(1);
  },
);
