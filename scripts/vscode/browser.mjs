/**
 * Chromium, driven by Playwright, as the window of a VS Code server.
 */
import { chromium } from 'playwright-core';
import { setUpBrowser } from '../setup/programs.mjs';

/**
 * Starts a browser that reaches nothing but this machine.
 * @param {{ headless?: boolean }} [options]
 */
export async function launchBrowser({ headless = true } = {}) {
  return chromium.launch({
    executablePath: await setUpBrowser(),
    headless,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-features=AutofillServerCommunication,OptimizationHints,MediaRouter',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  });
}

/**
 * Makes the windows that a page opens load an extension from its sources, and a test suite in its host.
 * The address can say so only up to VS Code 1.100; so the page's own configuration is changed while the
 * workbench reads it. (Answering the page's request ourselves breaks its WebSockets.)
 * @param {import('playwright-core').Page} page
 * @param {import('./server.mjs').Server} server
 * @param {{ extensions: string[], tests?: string }} paths of folders, and of the suite's module
 */
export async function developExtension(page, server, { extensions, tests }) {
  const uri = (/** @type {string} */ path) => ({
    scheme: 'vscode-remote',
    authority: `127.0.0.1:${server.port}`,
    path,
  });
  const options = {
    extensions: extensions.map(uri),
    ...(tests ? { extensionTestsPath: uri(tests) } : {}),
  };
  await page.addInitScript((developmentOptions) => {
    const getAttribute = Element.prototype.getAttribute;
    Element.prototype.getAttribute = function (/** @type {string} */ name) {
      const value = getAttribute.call(this, name);
      if (name !== 'data-settings' || this.id !== 'vscode-workbench-web-configuration' || !value)
        return value;
      const settings = JSON.parse(value);
      return JSON.stringify({
        ...settings,
        developmentOptions: { ...settings.developmentOptions, ...developmentOptions },
      });
    };
  }, options);
}
