/** A place of a text in the pictures of several models, windows and parts. */
import type { AttentionPicture } from '../../protocol/view';
import type { SideState } from '../../protocol/viewState';

/** What of a picture says which text its rows are of, and where. */
export type Placed = Pick<AttentionPicture, 'tokens' | 'target' | 'window' | 'source'>;

/** The text that the rows are of, in which the tokens' offsets are: what a decoder has written, or the text itself. */
export function rowsText({ target, source }: Placed): string {
  return target ?? source.text;
}

/** The token at an offset of the rows' text; `undefined` outside of the window. */
export function tokenAt({ tokens, target, window }: Placed, offset: number): number | undefined {
  // What is written is no longer than it is shown; the window is the source text's.
  if (target === undefined && (offset < window.start || offset >= window.end)) return undefined;
  const found = tokens.findIndex(({ end, special }) => !special && end > offset);
  return found < 0 ? undefined : found;
}

/** Where a token begins in the rows' text; special tokens are nowhere. */
export function offsetOf({ tokens }: Placed, token: number): number | undefined {
  const found = tokens[token];
  return found && !found.special ? found.start : undefined;
}

/** The token of another picture that stands where one of this picture stands; `undefined` when there is none. */
export function counterpart(from: Placed, token: number, to: Placed): number | undefined {
  if (rowsText(from) !== rowsText(to)) return undefined;
  const offset = offsetOf(from, token);
  return offset === undefined ? undefined : tokenAt(to, offset);
}

type Pictured = Placed & Pick<AttentionPicture, 'part' | 'layers' | 'heads' | 'cursor'>;

/** What is kept of what a side showed. */
export type Carried = Pick<SideState, 'head' | 'selected' | 'token' | 'zoom'>;

/**
 * What of a side's state holds for the picture that comes next: heads by layer and head, a token by its place in the
 * text, and the zoom only where the matrix has the same rows and columns.
 * @param state what was shown, if anything
 * @param former the picture that `state` is of; `undefined` where the window was loaded again since
 */
export function carriedOver(
  state: SideState | undefined,
  former: Pictured | undefined,
  next: Pictured,
): Carried {
  const { tokens, layers, heads } = next;
  const lastOfText = tokens.findLastIndex(({ special }) => !special);
  const chosen = next.cursor ?? Math.max(lastOfText, 0);
  if (!state) return { head: 0, selected: [], token: chosen };
  const sameModel = state.source.model === next.source.model;
  const samePart = former ? former.part === next.part : (state.source.part ?? next.part) === next.part;
  const sameText = state.source.text === next.source.text && state.source.window === next.source.window;
  const same = sameModel && samePart && sameText;
  const headOf = (head: number): number | undefined => {
    const width = former?.heads ?? heads;
    const [layer, column] = [Math.floor(head / width), head % width];
    return layer < layers && column < heads ? layer * heads + column : undefined;
  };
  // The cursor has gone to another window of the same text: windows share some of it, and it is not where it was.
  const cursor = sameModel && state.source.window !== next.source.window ? next.cursor : undefined;
  const token = same
    ? Math.min(state.token, tokens.length - 1)
    : (cursor ?? (former && counterpart(former, state.token, next)));
  return {
    head: headOf(state.head) ?? 0,
    selected: state.selected.flatMap((head) => headOf(head) ?? []),
    token: token ?? chosen,
    ...(same && state.zoom && { zoom: state.zoom }),
  };
}
