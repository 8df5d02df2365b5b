import type { ViewOptions } from '../../../protocol/viewState';
import type { ViewWords } from '../../../protocol/viewWords';
import type { Host } from '../host';
import type { Side } from '../side';
import type { SaveForm } from '../toolbar';
import { drawPage } from './drawPage';
import { toJson, toNpy } from './numbers';
import { toPng } from './pixels';
import { toSvg } from './svg';

/**
 * Saves what is seen as a picture, or the matrix of each side as numbers.
 * @param content what is seen
 * @returns what to say to the user, if anything
 */
export async function saveAs(
  form: SaveForm,
  content: HTMLElement,
  sides: readonly Side[],
  options: ViewOptions,
  host: Host,
  words: ViewWords,
): Promise<string | undefined> {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const name = (ending: string, side?: Side): string =>
    `attention-${(side ?? sides[0])?.model ?? ''}${side?.name === 'b' ? '-b' : ''}${ending}`.replace(
      /[^\w.-]+/g,
      '-',
    );
  switch (form) {
    case 'svg':
      await host.request('save', { name: name('.svg'), bytes: encode(toSvg(drawPage(content))) });
      return undefined;
    case 'png': {
      const png = await toPng(drawPage(content));
      await host.request('save', { name: name('.png'), bytes: new Uint8Array(await png.arrayBuffer()) });
      return undefined;
    }
    case 'copy':
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': toPng(drawPage(content)) })]);
      return words.copied;
    default:
  }
  for (const side of sides) {
    const { matrix } = side;
    if (!matrix) continue;
    if (form === 'json')
      await host.request('save', { name: name('.json', side), bytes: encode(toJson(matrix, options)) });
    else if (form === 'npy') await host.request('save', { name: name('.npy', side), bytes: toNpy(matrix) });
    else
      await host.request('saveAllHeads', {
        side: side.name,
        name: name('-all-heads.npy', side),
        shaping: side.shaping,
      });
  }
  return undefined;
}
