import catalogue from '../../models/catalogue.json';
import type { FamilyName, Task } from '../core/families';

/** A model that is offered by name; everything about its files is asked of the Hub when it is wanted. */
export interface OfferedModel {
  /** A repository on the Hub; `models/README.md` says which files it was seen to have. */
  readonly id: string;
  readonly title: string;
  readonly family: FamilyName;
  /** What it was made for; it may be able to do more. */
  readonly tasks: readonly Task[];
  readonly language: string;
  /** The languages that its card names, where it counts more than these. */
  readonly namedLanguages?: string;
  /** About this many. */
  readonly parameters: number;
  /** Most tokens it can read at once. */
  readonly window: number;
  /** SPDX's identifier in lower case, as on the Hub; left out where none is named. */
  readonly licence?: string;
  /** True where only weights for PyTorch are there, so that they have to be converted first. */
  readonly needsConversion?: true;
}

export const offeredModels = catalogue.models as readonly OfferedModel[];
