/**
 * Makes a VSIX for this platform: headlight-<platform>-<version>.vsix in the project's folder.
 *
 *   npm run package
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { root } from './setup/paths.mjs';

/** The target by vsce's name, which is the platform's and the processor's. */
const target = `${process.platform}-${process.arch}`;

/**
 * Puts the runtime for this platform beside the bundles, where their `require` finds it first. vsce
 * would pack the top node_modules folder with every platform's binaries, or not at all.
 */
function addRuntime() {
  const packages = join(root, 'node_modules');
  const shipped = join(root, 'dist/node_modules');
  const binaries = `onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}`;
  const { header } = /** @type {{ header: Record<string, string> }} */ (process.report.getReport());
  const musl = process.platform === 'linux' && !header.glibcVersionRuntime;
  if (musl || !existsSync(join(packages, binaries)))
    throw new Error(
      `ONNX Runtime has no binary for ${target}${musl ? ' with musl' : ''}: no VSIX can be made here.`,
    );
  for (const path of [
    'onnxruntime-node/package.json',
    'onnxruntime-node/README.md',
    'onnxruntime-node/dist',
    binaries,
    'onnxruntime-common/package.json',
    'onnxruntime-common/README.md',
    'onnxruntime-common/dist/cjs',
  ])
    cpSync(join(packages, path), join(shipped, path), {
      recursive: true,
      filter: (source) => !/\.(map|d\.ts)$/.test(source),
    });
}

async function main() {
  execFileSync(process.execPath, ['scripts/build.mjs', '--production'], { cwd: root, stdio: 'inherit' });
  addRuntime();
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const packagePath = join(root, `${name}-${target}-${version}.vsix`);
  await createVSIX({
    cwd: root,
    target,
    packagePath,
    dependencies: false,
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
  });
  console.log(`${packagePath}: ${(statSync(packagePath).size / 1e6).toFixed(1)} MB`);
}

main().catch((error) => {
  console.error(`Packaging failed: ${error.message}`);
  process.exit(1);
});
