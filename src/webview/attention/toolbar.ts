import { headKinds } from '../../core/attention/headKinds';
import type { Comparison } from '../../protocol/view';
import type { Combination, Direction, ViewOptions } from '../../protocol/viewState';
import type { ViewWords } from '../../protocol/viewWords';
import { button, Choice, Menu, setPressed, toggle } from './controls';
import { element } from './dom';
import { scoreNames } from './overview/scores';

export type SaveForm = 'svg' | 'png' | 'copy' | 'json' | 'npy' | 'allHeads';

export interface ToolbarEvents {
  onOptions: (changed: Partial<ViewOptions>) => void;
  onCompare: (what: Comparison) => void;
  onCloseCompare: () => void;
  onSave: (form: SaveForm) => void;
}

/** What holds for all that is shown: how heads are taken together, what is left out, comparing, saving. */
export class Toolbar {
  readonly root = element('div', { class: 'toolbar', role: 'toolbar' });
  private readonly combination: Choice<Combination>;
  private readonly direction: Choice<Direction>;
  private readonly sort: Choice<string>;
  private readonly kind: Choice<string>;
  private readonly flags: Record<'withoutSink' | 'withoutSpecial' | 'words' | 'pinned', HTMLButtonElement>;
  private readonly compare: Menu;
  private readonly closeCompare: HTMLButtonElement;

  constructor(words: ViewWords, events: ToolbarEvents) {
    const change = (changed: Partial<ViewOptions>): void => events.onOptions(changed);
    this.root.setAttribute('aria-label', words.toolbar);
    this.combination = new Choice(
      words.heads,
      [
        ['head', words.oneHead],
        ['mean', words.mean],
        ['max', words.maximum],
        ['rollout', words.rollout],
      ],
      (combination) => change({ combination }),
    );
    this.direction = new Choice(
      words.colour,
      [
        ['from', words.attendsToShort],
        ['to', words.attendedByShort],
      ],
      (direction) => change({ direction }),
    );
    this.sort = new Choice(
      words.sort,
      [['', words.modelOrder], ...scoreNames.map((name) => [name, words.measureNames[name][0]] as const)],
      (sort) => change({ sort }),
    );
    this.kind = new Choice(
      words.filter,
      [['', words.allKinds], ...headKinds.map((kind) => [kind, words.kindsLong[kind]] as const)],
      (kind) => change({ kind }),
    );
    this.flags = {
      withoutSink: toggle(words.sinkToggle, {
        title: words.sinkToggleHelp,
        onChange: (withoutSink) => change({ withoutSink }),
      }),
      withoutSpecial: toggle(words.specialToggle, {
        title: words.specialToggleHelp,
        onChange: (withoutSpecial) => change({ withoutSpecial }),
      }),
      words: toggle(words.wordsToggle, {
        title: words.wordsToggleHelp,
        onChange: (merged) => change({ words: merged }),
      }),
      pinned: toggle(words.pin, { title: words.pinHelp, onChange: (pinned) => change({ pinned }) }),
    };
    const kinds: [Comparison, string][] = [
      ['model', words.compareModel],
      ['head', words.compareHead],
      ['text', words.compareText],
    ];
    this.compare = new Menu(
      words.compare,
      kinds.map(([what, label]) => ({ label, run: () => events.onCompare(what) })),
    );
    this.closeCompare = button(words.closeCompare, { onClick: () => events.onCloseCompare() });
    const forms: [SaveForm, string][] = [
      ['svg', words.saveSvg],
      ['png', words.savePng],
      ['copy', words.copyPicture],
      ['json', words.saveJson],
      ['npy', words.saveNpy],
      ['allHeads', words.saveAllHeads],
    ];
    const save = new Menu(
      words.save,
      forms.map(([form, label]) => ({ label, run: () => events.onSave(form) })),
    );
    const group = (...children: Node[]): HTMLElement => element('span', { class: 'group' }, ...children);
    const { withoutSink, withoutSpecial, words: merged, pinned } = this.flags;
    this.root.append(
      group(this.combination.root, this.direction.root),
      group(withoutSink, withoutSpecial, merged),
      group(this.sort.root, this.kind.root),
      group(pinned, this.compare.root, this.closeCompare, save.root),
    );
    this.setComparing(false);
  }

  show(options: ViewOptions): void {
    this.combination.value = options.combination;
    this.direction.value = options.direction;
    this.sort.value = options.sort;
    this.kind.value = options.kind;
    for (const name of ['withoutSink', 'withoutSpecial', 'words', 'pinned'] as const)
      setPressed(this.flags[name], options[name]);
  }

  setComparing(comparing: boolean): void {
    this.closeCompare.hidden = !comparing;
  }
}
