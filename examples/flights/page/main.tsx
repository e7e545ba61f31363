import { render } from 'preact';
import './styles/tokens.css';
import './styles/page.css';
import './styles/parts.css';
import { App } from './app.tsx';
import { applyTheme } from './theme.ts';

const root = document.getElementById('page');
if (!root) throw new Error('index.html has no element "page"');
applyTheme();
render(<App />, root);
