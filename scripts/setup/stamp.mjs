import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Fills a folder once: the stamp in it is written last and names what it holds, so that a half-filled
 * folder, or one that holds something else, is emptied and filled anew.
 * @param {string} folder
 * @param {string} content what the folder is to hold, such as a version
 * @param {() => Promise<void>} fill
 */
export async function fillOnce(folder, content, fill) {
  const stamp = join(folder, '.complete');
  if (readOrNothing(stamp) === content) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await fill();
  writeFileSync(stamp, content);
}

/** @param {string} path */
function readOrNothing(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
