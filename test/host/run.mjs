// @ts-check
/**
 * Runs the host tests in a real VS Code.
 *
 *   node test/host/run.mjs            test/host/*.test.ts, the extension loaded from its sources
 *   node test/host/run.mjs packaged   test/host/packaged/*.test.ts, the extension installed from its VSIX
 *
 * VS Code is the desktop one that HEADLIGHT_VSCODE names (the path of its program), or a downloaded one
 * where HEADLIGHT_VSCODE_DOWNLOAD names a version such as `stable` or `1.100.0`, else code-server.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  downloadAndUnzipVSCode,
  resolveCliArgsFromVSCodeExecutablePath,
  runTests,
} from '@vscode/test-electron';
import * as esbuild from 'esbuild';
import { setUpCodeServer } from '../../scripts/setup/codeServer.mjs';
import { out, root } from '../../scripts/setup/paths.mjs';
import { serverEnvironment, writeUserSettings } from '../../scripts/vscode/server.mjs';

const suite = process.argv[2] ?? 'sources';
if (suite !== 'sources' && suite !== 'packaged') {
  console.error(`Usage: node test/host/run.mjs [packaged]`);
  process.exit(2);
}
const standin = join(root, 'scripts/vscode/standin.mjs');

/** Compiles the tests; packages stay outside, as the compiled files lie below node_modules' folder. */
async function compile(/** @type {string} */ target) {
  const sources = suite === 'packaged' ? 'test/host/packaged' : 'test/host';
  const tests = readdirSync(join(root, sources)).filter((name) => name.endsWith('.test.ts'));
  if (tests.length === 0) throw new Error(`${sources} holds no test`);
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [
      'test/host/index.ts',
      ...tests.map((name) => ({ in: `${sources}/${name}`, out: `tests/${name.slice(0, -3)}` })),
    ].map((entry) => (typeof entry === 'string' ? { in: entry, out: 'index' } : entry)),
    outdir: target,
    bundle: true,
    packages: 'external',
    external: ['vscode'],
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

/** @returns {Promise<string>} the program to run */
async function vscode() {
  const { HEADLIGHT_VSCODE: named, HEADLIGHT_VSCODE_DOWNLOAD: version } = process.env;
  if (named) {
    if (!existsSync(named)) throw new Error(`HEADLIGHT_VSCODE names ${named}, which doesn't exist.`);
    return named;
  }
  return version ? downloadAndUnzipVSCode(version) : standin;
}

/**
 * Installs a VSIX with the program's own command line.
 * @param {string} program
 * @param {string} vsix
 * @param {string} dataDir
 * @param {string[]} folders flags that name the data's and the extensions' folder
 */
async function install(program, vsix, dataDir, folders) {
  let command;
  if (program === standin) {
    const { node, entry } = await setUpCodeServer();
    command = [node, entry, `--config=${join(dataDir, 'config.yaml')}`, ...folders];
  } else {
    const [cli = program] = resolveCliArgsFromVSCodeExecutablePath(program, { reuseMachineInstall: true });
    command = [cli, ...folders];
  }
  const [file = '', ...args] = [...command, '--install-extension', vsix];
  execFileSync(file, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: serverEnvironment(dataDir),
  });
}

async function main() {
  const work = join(out, 'host', suite);
  rmSync(work, { recursive: true, force: true });
  await compile(join(work, 'compiled'));

  // Short, as VS Code puts sockets in it, whose paths may not be long.
  const dataDir = mkdtempSync(join(tmpdir(), 'headlight-host-'));
  try {
    const extensionsDir = join(dataDir, 'extensions');
    const folders = [`--user-data-dir=${dataDir}`, `--extensions-dir=${extensionsDir}`];
    // On by default; what types in other tests is not to wake the engine.
    writeUserSettings(dataDir, { 'headlight.ghostText.enabled': false });
    const program = await vscode();

    /** @type {string | string[]} */
    let extensionDevelopmentPath = [root, join(root, 'test/host/languages')];
    if (suite === 'packaged') {
      await install(program, packed(), dataDir, folders);
      // Tests need some extension under development; this one does nothing.
      extensionDevelopmentPath = join(work, 'nothing');
      mkdirSync(extensionDevelopmentPath, { recursive: true });
      const nothing = { name: 'nothing', publisher: 'headlight', version: '0.0.0', engines: { vscode: '*' } };
      writeFileSync(join(extensionDevelopmentPath, 'package.json'), JSON.stringify(nothing));
    }

    const workspace = join(work, 'workspace');
    cpSync(join(root, 'media/sample'), workspace, { recursive: true });
    const result = process.env.HEADLIGHT_RESULT ?? join(work, 'result.json');
    rmSync(result, { force: true });
    await runTests({
      vscodeExecutablePath: program,
      extensionDevelopmentPath,
      extensionTestsPath: join(work, 'compiled/index.js'),
      launchArgs: [workspace, ...folders],
      extensionTestsEnv: {
        HEADLIGHT_ROOT: root,
        HEADLIGHT_HOST_TESTS: join(work, 'compiled/tests'),
        HEADLIGHT_REPORTER: join(root, 'scripts/test/reporter.cjs'),
        HEADLIGHT_RESULT: result,
      },
    });
    // VS Code ends with 0 also when its extension host died in the middle of the tests.
    if (!existsSync(result))
      throw new Error('no result was written: the extension host died before the tests ended');
    if (JSON.parse(readFileSync(result, 'utf8')).failed > 0) throw new Error('tests failed');
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** The VSIX that `npm run package` made. */
function packed() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const path = join(root, `headlight-${process.platform}-${process.arch}-${version}.vsix`);
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run package`);
  return path;
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(`Host tests: ${error.message}`);
    process.exit(1);
  },
);
