/**
 * VS Code as a server on this machine's loopback, for a browser to open.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { leashed } from './leash.mjs';

const startMs = 60_000;

/** Settings of every window that the project opens: quiet, and nothing that asks the network. */
const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.commandCenter.enabled': false,
  'workbench.editor.useModal': 'off', // VS Code 1.139 else shows settings over the window
  'files.autoSave': 'off', // the desktop's default; in the browser it is another
};

/**
 * @typedef {object} ServerOptions
 * @property {{ node: string, entry: string }} codeServer from setUpCodeServer()
 * @property {string} dataDir where the server keeps everything it writes
 * @property {string} [extensionsDir] where installed extensions lie; default: in dataDir
 * @property {Record<string, unknown>} [settings] of the user, over the quiet ones
 * @property {boolean} [workspaceTrust] whether VS Code asks if a folder is trusted (default: no)
 * @property {NodeJS.ProcessEnv} [env] added to what the extension host sees
 */

/**
 * Starts the server; it ends with this process at the latest.
 * @param {ServerOptions} options
 */
export async function startServer({
  codeServer,
  dataDir,
  extensionsDir,
  settings,
  workspaceTrust = false,
  env,
}) {
  extensionsDir ??= join(dataDir, 'extensions');
  mkdirSync(extensionsDir, { recursive: true });
  writeUserSettings(dataDir, settings);
  const config = join(dataDir, 'config.yaml');
  writeFileSync(config, 'cert: false\n');
  const port = await freePort();
  const server = leashed(
    codeServer.node,
    [
      codeServer.entry,
      `--config=${config}`,
      `--bind-addr=127.0.0.1:${port}`,
      '--auth=none',
      `--user-data-dir=${dataDir}`,
      `--extensions-dir=${extensionsDir}`,
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-getting-started-override',
      '--disable-proxy',
      '--ignore-last-opened',
      ...(workspaceTrust ? [] : ['--disable-workspace-trust']),
    ],
    serverEnvironment(dataDir, env),
  );
  let log = '';
  const collect = (/** @type {Buffer} */ chunk) => (log = (log + chunk.toString()).slice(-100_000));
  server.stdout.on('data', collect);
  server.stderr.on('data', collect);

  for (const deadline = Date.now() + startMs; !(await answers(port)); await sleep(100)) {
    if (!server.ended() && Date.now() < deadline) continue;
    await server.stop();
    throw new Error(`VS Code's server did not start:\n${log}`);
  }
  return {
    port,
    /** @type {() => string} what the server wrote, its last part */
    log: () => log,
    /** Resolves when the server has ended, for whatever reason. */
    end: server.end,
    stop: () => server.stop(),
  };
}

/**
 * Writes the user's settings, over the quiet ones.
 * @param {string} dataDir of a desktop VS Code or of the server
 * @param {Record<string, unknown>} [settings]
 */
export function writeUserSettings(dataDir, settings) {
  const folder = join(dataDir, 'User');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...quietSettings, ...settings }, null, 2));
}

/**
 * @typedef {Awaited<ReturnType<typeof startServer>>} Server
 */

/**
 * The environment of the server and so of the extension host. Nothing is written outside dataDir, and
 * the extension gallery is a port where nobody answers.
 * @param {string} dataDir
 * @param {NodeJS.ProcessEnv} [env]
 */
export function serverEnvironment(dataDir, env) {
  /** @type {NodeJS.ProcessEnv} */
  const all = {
    ...process.env,
    XDG_CONFIG_HOME: dataDir,
    XDG_DATA_HOME: dataDir,
    EXTENSIONS_GALLERY: '{"serviceUrl":"http://127.0.0.1:9/"}',
    ...env,
  };
  // Left by a VS Code whose terminal this runs in; it would make the server talk to that window.
  for (const name of Object.keys(all)) if (/^(VSCODE_|ELECTRON_RUN_AS_NODE$)/.test(name)) delete all[name];
  return all;
}

/**
 * The address of a window.
 * @param {Server} server
 * @param {{ folder?: string, file?: string, extension?: string, logLevel?: string }} what the folder to open, the
 *   file to show in it, the folder of an extension to load from its sources (VS Code 1.100 takes this from the
 *   address; newer ones don't, see `developExtension` in browser.mjs), and how much an extension logs, such as
 *   `publisher.name:debug`
 */
export function workbenchUrl(server, { folder, file, extension, logLevel }) {
  const remote = (/** @type {string} */ path) => `vscode-remote://127.0.0.1:${server.port}${path}`;
  const payload = [
    ...(extension ? [['extensionDevelopmentPath', remote(extension)]] : []),
    ...(file ? [['openFile', remote(file)]] : []),
    ...(logLevel ? [['logLevel', logLevel]] : []),
  ];
  const query = new URLSearchParams();
  if (folder) query.set('folder', folder);
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `http://127.0.0.1:${server.port}/?${query}`;
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port')),
      );
    });
  });
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function answers(port) {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/healthz' }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}
