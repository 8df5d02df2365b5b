import { endOfExtent } from '../extent';
import type { Filter } from './filter';

/** Ends with the sentence, line or paragraph. */
export const withinExtent: Filter = (suggestion, { before, extent }) =>
  suggestion.slice(0, endOfExtent(before, suggestion, extent) ?? suggestion.length);
