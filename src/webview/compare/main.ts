import {
  readComparison,
  type Comparison,
  type CompareWords,
  type FromCompareView,
  type ToCompareView,
} from '../../protocol/compareView';
import { CompareView } from './compareView';

const api = acquireVsCodeApi<Comparison>();
const root = document.getElementById('view')!;
const words = JSON.parse(root.dataset['words']!) as CompareWords;
const post = (message: FromCompareView): void => api.postMessage(message);
const view = new CompareView(root, words, post);

window.addEventListener('message', ({ data }: MessageEvent<ToCompareView>) => {
  api.setState(data.comparison);
  view.show(data.comparison);
});
// What was shown before the page was hidden is there at once; the editor may know more.
const saved = readComparison(api.getState());
if (saved) view.show(saved);
post({ type: 'ready' });
