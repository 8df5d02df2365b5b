/** The attention view's strings in the user's language; `{0}`, `{1}`, ... stand for what the view puts in. */
import type { HeadKindName } from '../core/attention/headKinds';
import type { MeasureName } from '../core/attention/measures';
import type { AttentionPart, Predicted } from './engine';

/** Scores of a head that don't depend on the text, as the classes have them. */
export type CalibratedName = 'calibratedDuplicate' | 'calibratedInduction';

export interface ViewWords {
  // What is shown
  readonly title: string;
  readonly size: string;
  readonly causal: string;
  readonly bidirectional: string;
  readonly crossing: string;
  readonly reading: string;
  readonly window: string;
  readonly windowBefore: string;
  readonly windowAfter: string;
  readonly part: string;
  readonly leftOut: string;
  readonly withoutFirst: string;
  readonly withoutSpecials: string;
  readonly merged: string;
  // The toolbar
  readonly toolbar: string;
  readonly heads: string;
  readonly oneHead: string;
  readonly mean: string;
  readonly maximum: string;
  readonly rollout: string;
  readonly colour: string;
  readonly attendsToShort: string;
  readonly attendedByShort: string;
  readonly sort: string;
  readonly modelOrder: string;
  readonly filter: string;
  readonly allKinds: string;
  readonly sinkToggle: string;
  readonly sinkToggleHelp: string;
  readonly specialToggle: string;
  readonly specialToggleHelp: string;
  readonly wordsToggle: string;
  readonly wordsToggleHelp: string;
  readonly pin: string;
  readonly pinHelp: string;
  readonly compare: string;
  readonly compareModel: string;
  readonly compareHead: string;
  readonly compareText: string;
  readonly closeCompare: string;
  readonly save: string;
  readonly saveSvg: string;
  readonly savePng: string;
  readonly copyPicture: string;
  readonly saveJson: string;
  readonly saveNpy: string;
  readonly saveAllHeads: string;
  readonly copied: string;
  // Text and heads
  readonly text: string;
  readonly textHelp: string;
  readonly textHelpTo: string;
  readonly sourceText: string;
  readonly weight: string;
  readonly attendedBy: string;
  readonly attendsTo: string;
  readonly overview: string;
  readonly overviewHelp: string;
  readonly selectLayer: string;
  readonly layerAndHead: string;
  readonly meanOf: string;
  readonly maximumOf: string;
  readonly rolloutTo: string;
  readonly noSuchHead: string;
  readonly measures: string;
  readonly meanings: string;
  readonly measuring: string;
  readonly noClass: string;
  /** Of cross-attention. */
  readonly noClasses: string;
  readonly noFigure: string;
  readonly classFigure: string;
  // One matrix in detail
  readonly detail: string;
  readonly mapTab: string;
  readonly linesTab: string;
  readonly outputTab: string;
  readonly occlusionTab: string;
  readonly map: string;
  readonly mapHelp: string;
  readonly zoom: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly zoomFit: string;
  readonly from: string;
  readonly to: string;
  readonly legend: string;
  readonly linesHelp: string;
  readonly linesNote: string;
  readonly attendsMost: string;
  readonly token: string;
  readonly probability: string;
  readonly stands: string;
  readonly attention: string;
  readonly loss: string;
  readonly occlusion: string;
  readonly occlusionHelp: string;
  readonly occlusionOf: string;
  readonly occlude: string;
  readonly cancel: string;
  readonly rankCorrelation: string;
  // Names
  readonly parts: Readonly<Record<AttentionPart, string>>;
  readonly kinds: Readonly<Record<HeadKindName, string>>;
  readonly kindsLong: Readonly<Record<HeadKindName, string>>;
  readonly kindsShort: Readonly<Record<Exclude<HeadKindName, 'offset'>, string>>;
  readonly predicted: Readonly<Record<Predicted, string>>;
  readonly occlusionTarget: Readonly<Record<Predicted, string>>;
  /** Name and meaning. */
  readonly measureNames: Readonly<Record<MeasureName | CalibratedName, readonly [string, string]>>;
}
