import 'uplot/dist/uPlot.min.css';
import './style/page.css';
import './style/picture.css';
import './style/parts.css';
import { render } from 'preact';
import { Api } from './api.ts';
import { App } from './app.tsx';
import { Store } from './store.ts';

const store = new Store(new Api());
store.start();
render(<App store={store} />, document.getElementById('page')!);
