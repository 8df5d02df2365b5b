/**
 * Sets everything up and opens VS Code on a sample workspace, with Headlight loaded from its sources.
 *
 *   npm start                 the desktop VS Code if there is one, else VS Code in the browser
 *   npm start -- --browser    VS Code in the browser in any case
 *   npm start -- --tour       does the four tasks by itself, with screenshots in .out/tour/
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setUpCodeServer } from './setup/codeServer.mjs';
import { findProgram } from './setup/command.mjs';
import { setUpDependencies } from './setup/dependencies.mjs';
import { out, root } from './setup/paths.mjs';
import { setUpBrowser } from './setup/programs.mjs';
import { startServer, workbenchUrl } from './vscode/server.mjs';

/**
 * Runs Node on some arguments, as part of this program's output.
 * @param {string[]} args
 * @returns {Promise<number>} its exit code
 */
function node(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** A fresh copy of the sample, so that trying things out leaves the repository clean. */
function copySample() {
  const folder = join(out, 'sample');
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, 'media/sample'), folder, { recursive: true });
  return { folder, file: join(folder, 'welcome.md') };
}

/** The desktop VS Code on the PATH; inside a remote terminal that `code` is only a messenger. */
function findDesktop() {
  return process.env.VSCODE_IPC_HOOK_CLI ? undefined : findProgram(['code', 'codium', 'cursor']);
}

/**
 * Opens a new window of the user's own VS Code and waits until it is closed.
 * @param {string} program
 * @returns {Promise<number>}
 */
async function openDesktop(program) {
  const { folder, file } = copySample();
  console.log(`Opening ${program} on ${folder}; this command ends when you close the window.`);
  return new Promise((resolve, reject) => {
    const args = ['--new-window', '--wait', `--extensionDevelopmentPath=${root}`, folder, file];
    const child = spawn(program, args, { stdio: 'inherit', shell: process.platform === 'win32' });
    child.on('error', (error) => reject(new Error(`${program} can't be started: ${error.message}`)));
    child.on('close', (code) => resolve(code ?? 0));
  });
}

/**
 * Serves VS Code to a browser until Ctrl+C.
 * @returns {Promise<number>}
 */
async function openInBrowser() {
  const codeServer = await setUpCodeServer();
  if (!codeServer.developsByAddress)
    throw new Error(`code-server ${codeServer.version} serves the tests only: unset HEADLIGHT_CODE_SERVER.`);
  const { folder, file } = copySample();
  // Short, as VS Code puts sockets in it, whose paths may not be long.
  const dataDir = mkdtempSync(join(tmpdir(), 'headlight-'));
  try {
    const server = await startServer({ codeServer, dataDir });
    const interrupted = new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
    });
    const address = workbenchUrl(server, { folder, file, extension: root });
    const opener = findOpener();
    console.log(`\nVS Code with Headlight runs at\n\n  ${address}\n`);
    console.log(
      `${opener ? 'Opening it in your browser' : 'Open it in a browser on this machine'}. Ctrl+C ends it.`,
    );
    if (opener) {
      const child = spawn(opener, [address], { stdio: 'ignore', detached: true });
      child.on('error', () => {}).unref(); // the address has been printed
    }
    const signal = await Promise.race([interrupted, server.end]);
    if (!signal) throw new Error(`VS Code's server ended by itself:\n${server.log()}`);
    await server.stop();
    return 0;
  } finally {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The program that opens an address, where there is a display to see it on. */
function findOpener() {
  if (process.platform === 'darwin') return findProgram(['open']);
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return DISPLAY || WAYLAND_DISPLAY ? findProgram(['xdg-open']) : undefined;
}

/** @returns {Promise<number>} the exit code */
async function main() {
  const { values: options } = parseArgs({
    options: { browser: { type: 'boolean', default: false }, tour: { type: 'boolean', default: false } },
  });
  await setUpDependencies();
  if ((await node(['scripts/build.mjs'])) !== 0) return 1;
  if (options.tour) {
    await setUpCodeServer();
    await setUpBrowser();
    copySample();
    return node(['--import', 'tsx', 'test/e2e/tour.ts']);
  }
  const desktop = options.browser ? undefined : findDesktop();
  return desktop ? openDesktop(desktop) : openInBrowser();
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
