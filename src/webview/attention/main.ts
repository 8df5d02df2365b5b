import type { ToView } from '../../protocol/view';
import { readViewState, type ViewState } from '../../protocol/viewState';
import type { ViewWords } from '../../protocol/viewWords';
import { AttentionView } from './attentionView';
import { Host } from './host';
import { onThemeChange } from './theme';
import { throttled } from './throttled';

const api = acquireVsCodeApi<ViewState>();
const root = document.getElementById('view')!;
const words = JSON.parse(root.dataset['words']!) as ViewWords;
const host = new Host((message) => api.postMessage(message));
const view = new AttentionView(root, words, host, {
  load: () => readViewState(api.getState()),
  // Dragging a map changes it with each frame, and it goes to the window in a message.
  save: throttled((state: ViewState) => api.setState(state), 200),
});

window.addEventListener('message', ({ data }: MessageEvent<ToView>) => host.receive(data));
host.onNotice = (notice) => view.receive(notice);
onThemeChange(() => view.repaint());
view.start();
