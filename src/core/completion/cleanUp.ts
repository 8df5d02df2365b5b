import { blankAfter } from './filters/blankAfter';
import { blankBefore } from './filters/blankBefore';
import type { Filter, Surroundings } from './filters/filter';
import { indentation } from './filters/indentation';
import { noRepetition } from './filters/noRepetition';
import { noSuffix } from './filters/noSuffix';
import { readable } from './filters/readable';
import { wholeWords } from './filters/wholeWords';
import { withinExtent } from './filters/withinExtent';
import { worthShowing } from './filters/worthShowing';

/** In this order: what ends a suggestion goes before what changes it. */
const filters: readonly Filter[] = [
  readable,
  blankBefore,
  withinExtent,
  wholeWords,
  noRepetition,
  indentation,
  noSuffix,
  blankAfter,
  worthShowing,
];

/** What of a model's completion is suggested; empty for nothing. */
export function cleanUp(completion: string, where: Surroundings): string {
  return filters.reduce(
    (text, filter) => (text === '' ? '' : filter(text, where)),
    completion.replace(/\r\n?/g, '\n'),
  );
}
