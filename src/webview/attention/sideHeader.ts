import type { AttentionPicture } from '../../protocol/view';
import type { ViewOptions } from '../../protocol/viewState';
import type { ViewWords } from '../../protocol/viewWords';
import { button, Choice } from './controls';
import { element } from './dom';
import { filled } from './text/pieces';

/** What a side shows: model, sizes, which window of a long text, and what was left out. */
export class SideHeader {
  readonly root = element('header');
  private readonly title = element('h1');
  private readonly facts = element('p', { class: 'facts' });
  private readonly window = element('p', { class: 'window notice', role: 'status' });
  private readonly windowText = element('span');
  private readonly shaping = element('p', { class: 'shaping notice', role: 'status' });
  private readonly notice = element('p', { class: 'message notice', role: 'status' });
  private readonly noticeText = element('span');
  private readonly stop: HTMLButtonElement;
  private readonly part: Choice<AttentionPicture['part']>;
  private readonly before: HTMLButtonElement;
  private readonly after: HTMLButtonElement;
  private picture: AttentionPicture | undefined;

  /**
   * @param onLook called with the window and part that the user wants to see
   * @param onStop called when the user doesn't want to wait for the text to be read
   */
  constructor(
    private readonly words: ViewWords,
    onLook: (window: number, part: AttentionPicture['part'] | undefined) => void,
    onStop: () => void,
  ) {
    const step = (by: number) => (): void => {
      if (this.picture) onLook(this.picture.window.index + by, this.picture.source.part);
    };
    this.before = button('←', { title: words.windowBefore, onClick: step(-1) });
    this.after = button('→', { title: words.windowAfter, onClick: step(1) });
    this.window.append(this.windowText, ' ', this.before, this.after);
    this.stop = button(words.cancel, { onClick: onStop });
    this.notice.append(this.noticeText, ' ', this.stop);
    this.part = new Choice(words.part, [], (part) => onLook(this.picture?.window.index ?? 0, part));
    this.root.append(this.title, this.facts, this.part.root, this.window, this.shaping, this.notice);
    this.clear();
  }

  show(picture: AttentionPicture): void {
    const { words } = this;
    const { layers, heads, tokens, keyTokens, causal, window, part, parts, source } = picture;
    this.picture = picture;
    this.title.textContent = filled(words.title, picture.modelName);
    const crosses = part === 'cross';
    const sees = crosses ? words.crossing : causal ? words.causal : words.bidirectional;
    const length = crosses ? `${tokens.length} × ${keyTokens.length}` : tokens.length;
    this.facts.textContent = `${filled(words.size, layers, heads, length)} · ${sees}`;
    this.window.hidden = window.count < 2;
    const { start } = source;
    this.windowText.textContent = filled(
      words.window,
      window.index + 1,
      window.count,
      start + window.start,
      start + window.end,
    );
    this.before.disabled = window.index === 0;
    this.after.disabled = window.index === window.count - 1;
    this.part.hidden = parts.length < 2;
    this.part.setOptions(parts.map((name) => [name, words.parts[name]]));
    this.part.value = part;
    this.say('');
  }

  /** Says what isn't as the model computed it. */
  setOptions({ withoutSink, withoutSpecial, words: merged }: ViewOptions): void {
    const { words } = this;
    const first = this.picture?.keyTokens[0]?.text ?? '';
    const removed = [
      ...(withoutSink ? [filled(words.withoutFirst, first)] : []),
      ...(withoutSpecial ? [words.withoutSpecials] : []),
    ];
    const lines = [
      ...(removed.length > 0 ? [filled(words.leftOut, removed.join(', '))] : []),
      ...(merged ? [words.merged] : []),
    ];
    this.shaping.textContent = lines.join(' ');
    this.shaping.hidden = lines.length === 0;
  }

  /** Says that the text is being read, which can be stopped; nothing moves, for that would slow the reading. */
  wait(): void {
    this.say(this.words.reading);
    this.stop.hidden = false;
  }

  say(message: string, problem = false): void {
    this.noticeText.textContent = message;
    this.notice.classList.toggle('problem', problem);
    this.notice.hidden = message === '';
    this.stop.hidden = true;
  }

  clear(): void {
    this.picture = undefined;
    this.title.textContent = '';
    this.facts.textContent = '';
    this.window.hidden = true;
    this.shaping.hidden = true;
    this.part.hidden = true;
    this.say('');
  }
}
