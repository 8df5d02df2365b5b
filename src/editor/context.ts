import type * as vscode from 'vscode';
import type { Engine } from '../client/engineClient';
import type { AttentionPanels } from '../views/attention/attentionPanels';
import type { ComparePanels } from '../views/comparePanel';
import type { ModelsTree } from '../views/modelsTree';
import type { Proposals } from './rewrite/proposals';
import type { FlowMarks } from './flow/flowMarks';
import type { GhostText } from './ghostText/ghostText';
import type { GhostTextSwitch } from './ghostText/statusItem';
import type { LanguageHints } from './languageHints';
import type { Masks } from './masks/masks';
import type { SentimentMarks } from './sentiment/sentimentMarks';
import type { Verdicts } from './sentiment/verdicts';
import type { StatusBar } from './statusBar';
import type { SurpriseMarks } from './surprise/surpriseMarks';

/** The parts of the extension, built once by `activate` and given to every command. */
export interface Headlight {
  /** The extension's own folder. */
  readonly root: string;
  readonly engine: Engine;
  readonly log: vscode.LogOutputChannel;
  readonly status: StatusBar;
  readonly marks: SentimentMarks;
  readonly flow: FlowMarks;
  readonly rewrites: Proposals;
  readonly ghostText: GhostText;
  readonly ghostTextSwitch: GhostTextSwitch;
  readonly surprise: SurpriseMarks;
  readonly languageHints: LanguageHints;
  /** Masks as they stand in documents. */
  readonly masks: Masks;
  readonly verdicts: Verdicts;
  readonly attention: AttentionPanels;
  readonly comparisons: ComparePanels;
  readonly models: ModelsTree;
  /** The folder of the extension's own store of models. */
  readonly store: string;
  /** What commands remember for this workspace. */
  readonly memory: vscode.Memento;
  /** Where the Hub's token is kept. */
  readonly secrets: vscode.SecretStorage;
}
