import type { Filter } from './filter';

/** Nothing where there is no letter or digit. */
export const worthShowing: Filter = (suggestion) => (/[\p{L}\p{N}]/u.test(suggestion) ? suggestion : '');
