import { startOfRepetition } from '../repetition';
import type { Filter } from './filter';

/** Ends before the model begins to go in circles, or where it says again what was just written. */
export const noRepetition: Filter = (suggestion, { before }) =>
  suggestion.slice(0, startOfRepetition(before, suggestion) ?? suggestion.length);
