import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup/paths.mjs';

/** Packages that transformers.js carries inside its own file, where the bundler doesn't see them. */
const inlined = ['@huggingface/jinja', '@huggingface/tokenizers', 'onnxruntime-common', 'onnxruntime-web'];

const licences = join(root, 'scripts/licences');
/** The texts of packages that come without their licence. @type {Record<string, string[]>} */
const texts = {
  'onnxruntime-common': [join(licences, 'onnxruntime.txt')],
  'onnxruntime-node': [join(licences, 'onnxruntime.txt')],
  'onnxruntime-web': [join(licences, 'onnxruntime.txt')],
  '@bufbuild/protobuf': [
    // The Apache licence is the same text in every package.
    join(root, 'node_modules/@xenova/transformers/LICENSE'),
    join(licences, 'bsd-3-clause-google.txt'),
  ],
};

/**
 * The licences of what ships beside our own code, as one text.
 * @param {import('esbuild').Metafile[]} metafiles of the bundles: they name the packages inside
 * @param {string[]} others packages that ship outside of the bundles
 */
export function thirdPartyLicences(metafiles, others) {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const bundled = inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set([...bundled, ...inlined, ...others])]
    .sort()
    .map(licenceOf)
    .join(`\n${'='.repeat(80)}\n\n`);
}

/**
 * @param {string} name of an installed package
 * @throws Error when its licence's text isn't to be found
 */
function licenceOf(name) {
  const folder = join(root, 'node_modules', name);
  const { name: realName, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const own = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const files = own.length > 0 ? own.map((file) => join(folder, file)) : texts[name];
  if (!files)
    throw new Error(
      `${name} ships without the text of its licence (${license}): add it to scripts/licences.mjs`,
    );
  const content = files.map((file) => `\n${readFileSync(file, 'utf8').trim()}\n`);
  return `${realName} ${version}, licence: ${license}\n${content.join('')}`;
}
