import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Downloads and tools of set-up, kept between runs. */
export const cache = join(root, '.cache');

/** What tests, the tour and packaging leave behind. */
export const out = join(root, '.out');
