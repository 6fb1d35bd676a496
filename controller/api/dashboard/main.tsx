import 'uplot/dist/uPlot.min.css';
import './style/base.css';
import './style/controls.css';
import './style/bar.css';
import './style/page.css';
import './style/picture.css';
import './style/services.css';
import './style/charts.css';
import './style/decisions.css';
import './style/views.css';
import './style/dialogs.css';
import { render } from 'preact';
import { Api } from './api.ts';
import { App } from './app.tsx';
import { Store } from './store.ts';

const store = new Store(new Api());
store.start();
render(<App store={store} />, document.getElementById('page')!);
