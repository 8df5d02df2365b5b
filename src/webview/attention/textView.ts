import type { AttentionPicture, ViewWords } from '../../protocol/view';
import { colourOf, css, inkOn } from './colours';
import { element } from './dom';
import { filled, labelOf, piecesOf } from './pieces';
import type { Theme } from './theme';

/** The text itself, its tokens tinted by what the focused one attends to. */
export class TextView {
  readonly root = element('div', { class: 'text', role: 'listbox' });
  /** Elements by token. */
  private parts: HTMLElement[] = [];
  private picture: AttentionPicture | undefined;
  private focused = 0;

  /** @param onFocus called with the index of the token that the user chose */
  constructor(
    private readonly words: ViewWords,
    private readonly onFocus: (token: number) => void,
  ) {
    this.root.setAttribute('aria-label', words.text);
    this.root.addEventListener('click', (event) => {
      const token = this.parts.indexOf((event.target as Element).closest('[role=option]') as HTMLElement);
      if (token >= 0) this.onFocus(token);
    });
    this.root.addEventListener('keydown', (event) => {
      const last = this.parts.length - 1;
      const steps: Record<string, number> = {
        ArrowLeft: this.focused - 1,
        ArrowUp: this.focused - 1,
        ArrowRight: this.focused + 1,
        ArrowDown: this.focused + 1,
        Home: 0,
        End: last,
      };
      const next = steps[event.key];
      if (next === undefined) return;
      event.preventDefault();
      this.onFocus(Math.min(Math.max(next, 0), last));
      this.parts[this.focused]?.focus();
    });
  }

  show(picture: AttentionPicture): void {
    this.picture = picture;
    this.parts = [];
    const nodes: (Node | string)[] = [];
    for (const { text, token, added } of piecesOf(picture.source.text, picture.tokens)) {
      if (token === undefined) {
        nodes.push(text);
        continue;
      }
      const part = element(
        'span',
        { class: added ? 'token added' : 'token', role: 'option', tabindex: -1 },
        text,
      );
      this.parts[token] = part;
      nodes.push(part);
    }
    this.root.replaceChildren(...nodes);
  }

  /**
   * Tints every token by how much `token` attends to it.
   * @param row the focused token's row of the head's attention; `undefined` while it is being fetched
   */
  paint(token: number, row: Float32Array | undefined, theme: Theme): void {
    const { picture } = this;
    if (!picture) return;
    this.focused = token;
    const from = picture.tokens[token];
    this.parts.forEach((part, index) => {
      const to = picture.tokens[index];
      part.setAttribute('aria-selected', String(index === token));
      part.tabIndex = index === token ? 0 : -1;
      if (!row || !from || !to) {
        part.style.removeProperty('background-color');
        part.style.removeProperty('color');
        part.removeAttribute('title');
        part.removeAttribute('aria-label');
        return;
      }
      const weight = row[index] ?? 0;
      const colour = colourOf(theme.scale, weight);
      part.style.backgroundColor = css(colour);
      part.style.color = css(inkOn(colour));
      part.title = filled(this.words.weight, labelOf(from), labelOf(to), weight.toFixed(4));
      part.setAttribute(
        'aria-label',
        filled(this.words.attendedBy, labelOf(to), labelOf(from), weight.toFixed(4)),
      );
    });
  }
}
