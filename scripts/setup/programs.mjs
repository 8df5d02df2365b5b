/**
 * The programs that Headlight's tests and its browser mode need from the system.
 */
import { findProgram, isProgram, run } from './command.mjs';

const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * Debian's packages by the program that shows that they are there.
 * @type {Record<string, string[]>}
 */
const packages = {
  chromium: chromiumNames,
  ripgrep: ['rg'],
  python3: ['python3'],
  make: ['make'],
  'g++': ['g++', 'c++'],
};

/**
 * Sees to it that programs are there: installs the missing ones where that is possible (as root, with
 * apt-get), else says in one line what to install.
 * @param {(keyof typeof packages)[]} wanted names of Debian packages
 */
export async function setUpPrograms(wanted) {
  const missing = wanted.filter((name) => !findProgram(packages[name] ?? []));
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!findProgram(['apt-get']))
    throw new Error(`These programs are needed: ${missing.join(', ')}. Please install them.`);
  if (process.getuid?.() !== 0) throw new Error(`These packages are needed; please run: sudo ${command}`);
  console.log(`Installing ${missing.join(', ')} (apt-get) …`);
  const [program = '', ...args] = command.split(' ');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run(program, args, { env });
  } catch {
    // A machine that never looked at its package lists has none yet.
    await run(program, ['update'], { env });
    await run(program, args, { env });
  }
}

/**
 * The browser that the tests drive: the one that CHROMIUM names, else the system's Chromium or Chrome.
 * @returns {Promise<string>} its path
 */
export async function setUpBrowser() {
  const named = process.env.CHROMIUM;
  if (named) {
    if (isProgram(named)) return named;
    throw new Error(`CHROMIUM names ${named}, which is not a program.`);
  }
  const installed =
    findProgram(chromiumNames) ??
    [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ].find(isProgram);
  if (installed) return installed;
  await setUpPrograms(['chromium']);
  const path = findProgram(chromiumNames);
  if (!path)
    throw new Error('No Chromium or Chrome was found. Install one, or name it by the variable CHROMIUM.');
  return path;
}
