import type { FromView, ToView } from '../../protocol/view';
import { readViewState, type ViewState } from '../../protocol/viewState';
import type { ViewWords } from '../../protocol/viewWords';
import { AttentionView } from './attentionView';
import { Host } from './host';
import { onThemeChange } from './theme';

const api = acquireVsCodeApi<ViewState>();
const root = document.getElementById('view')!;
const words = JSON.parse(root.dataset['words']!) as ViewWords;
const host = new Host((message) => api.postMessage(message));
const view = new AttentionView(root, words, host, {
  load: () => readViewState(api.getState()),
  save: (state) => api.setState(state),
});

window.addEventListener('message', ({ data }: MessageEvent<ToView>) => host.receive(data));
host.onNotice = (notice) => view.receive(notice);
onThemeChange(() => view.repaint());
api.postMessage({ type: 'begun' } satisfies FromView);
view.start();
