import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup/paths.mjs';

/**
 * The licences of what ships beside our own code, as one text.
 * @param {import('esbuild').Metafile[]} metafiles of the bundles: they name the packages inside
 * @param {string[]} others packages that ship outside of the bundles
 */
export function thirdPartyLicences(metafiles, others) {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const bundled = inputs.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set([...bundled, ...others])]
    .sort()
    .map(licenceOf)
    .join(`\n${'='.repeat(80)}\n\n`);
}

/** @param {string} name of an installed package */
function licenceOf(name) {
  const folder = join(root, 'node_modules', name);
  const { name: realName, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const texts = files.map((file) => `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`);
  return `${realName} ${version}, licence: ${license}\n${texts.join('')}`;
}
