/**
 * Bundles Headlight into dist/: extension.js, engine.js, cli.js and webview/<view>.js (with its .css).
 *
 *   node scripts/build.mjs [--production] [--watch]
 *
 * --production minifies and leaves the source maps out; --watch builds again at every change.
 */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { thirdPartyLicences } from './licences.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * `@xenova/transformers` serves us as a tokenizer only. What it would load for images and for running
 * models is taken out, so that tokenizing needs neither sharp nor an ONNX Runtime of its own.
 * Our own import of onnxruntime-node is not touched.
 * @type {esbuild.Plugin}
 */
const tokenizerOnly = {
  name: 'tokenizer-only',
  setup(build) {
    const importedByTransformers = /[\\/]node_modules[\\/]@(xenova|huggingface)[\\/]/;
    build.onResolve({ filter: /^(sharp|onnxruntime-node|onnxruntime-web)(\/.*)?$/ }, ({ path, importer }) =>
      importedByTransformers.test(importer) ? { path, namespace: 'unused' } : undefined,
    );
    // Truthy, as transformers.js refuses to start without an image library.
    build.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));

    // transformers.js 4 requires onnxruntime-node by hand, out of the bundler's sight. Of it the
    // tokenizers need the Tensor class alone, which the file imports from onnxruntime-common too.
    build.onLoad({ filter: /[\\/]transformers\.node\.mjs$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const runtime = 'requireFromHere("onnxruntime-node")';
      if (!source.includes(runtime))
        throw new Error(`${path} no longer holds ${runtime}: see scripts/build.mjs`);
      return { contents: source.replace(runtime, '{ Tensor, InferenceSession: {} }') };
    });
  },
};

/**
 * `@huggingface/hub` serves us for the Hub's routes only: what it would cut files for uploads with is taken out.
 * @type {esbuild.Plugin}
 */
const noUploads = {
  name: 'no-uploads',
  setup(build) {
    build.onResolve({ filter: /^@huggingface\/xetchunk-wasm$/ }, ({ path }) => ({
      path,
      namespace: 'no-uploads',
    }));
    build.onLoad({ filter: /.*/, namespace: 'no-uploads' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * The bundles by esbuild's options.
 * @param {{ production: boolean }} options
 * @returns {esbuild.BuildOptions[]}
 */
function bundles({ production }) {
  /** @type {esbuild.BuildOptions} */
  const common = {
    absWorkingDir: root,
    bundle: true,
    minify: production,
    sourcemap: production ? false : 'linked',
    target: 'es2022',
    charset: 'utf8',
    logLevel: 'warning',
    legalComments: 'none',
  };
  /** @type {esbuild.BuildOptions} */
  const node = {
    ...common,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    plugins: [tokenizerOnly, noUploads],
    // transformers.node.mjs asks for its own address once; the bundle is CommonJS and has none.
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  };
  return [
    {
      ...common,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      entryPoints: ['src/extension.ts'],
      outfile: 'dist/extension.js',
      plugins: [noUploads],
      external: ['vscode'],
    },
    {
      ...node,
      entryPoints: ['src/engine/main.ts'],
      outfile: 'dist/engine.js',
      external: ['onnxruntime-node'],
    },
    {
      ...node,
      entryPoints: ['src/cli.ts'],
      outfile: 'dist/cli.js',
      external: ['onnxruntime-node'],
      banner: { js: `#!/usr/bin/env node\n${node.banner?.js}` },
    },
    {
      ...common,
      platform: 'browser',
      format: 'iife',
      entryPoints: webviews(),
      outdir: 'dist/webview',
    },
  ];
}

/** Each folder src/webview/<view> with a main.ts is one panel's page. */
function webviews() {
  const folder = join(root, 'src/webview');
  const views = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'main.ts')))
    .map((entry) => ({ in: `src/webview/${entry.name}/main.ts`, out: entry.name }));
  if (views.length === 0) throw new Error('no panel to build: src/webview/<view>/main.ts is missing');
  return views;
}

/** @param {esbuild.BuildOptions[]} builds */
function demandEntries(builds) {
  const missing = builds
    .flatMap(({ entryPoints }) => /** @type {(string | { in: string })[]} */ (entryPoints))
    .map((entry) => (typeof entry === 'string' ? entry : entry.in))
    .filter((path) => !existsSync(join(root, path)));
  if (missing.length > 0) throw new Error(`no such entry: ${missing.join(', ')}`);
}

async function main() {
  const { values } = parseArgs({
    options: { production: { type: 'boolean', default: false }, watch: { type: 'boolean', default: false } },
  });
  const builds = bundles(values);
  demandEntries(builds);
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  if (values.watch) {
    for (const options of builds) {
      const context = await esbuild.context({ ...options, logLevel: 'info' });
      await context.watch();
    }
    console.log('Watching for changes; Ctrl+C ends it.');
    return;
  }
  const results = await Promise.all(builds.map((options) => esbuild.build({ ...options, metafile: true })));
  const licences = thirdPartyLicences(
    results.map(({ metafile }) => metafile),
    ['onnxruntime-node', 'onnxruntime-common'],
  );
  writeFileSync(join(root, 'dist/THIRD-PARTY-LICENCES.txt'), licences);
  for (const { metafile } of results)
    for (const [path, { bytes }] of Object.entries(metafile.outputs))
      if (!path.endsWith('.map'))
        console.log(`${path.padEnd(32)} ${(bytes / 1024).toFixed(0).padStart(6)} kB`);
}

try {
  await main();
} catch (error) {
  // esbuild has already printed what is wrong in the sources, with the place.
  const reported = error instanceof Error && 'errors' in error;
  if (!reported) console.error(`Build failed: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
