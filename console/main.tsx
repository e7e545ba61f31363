import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import { App } from './app/app.tsx';
import { applyTheme } from './app/theme.ts';

const root = document.getElementById('console');
if (!root) throw new Error('index.html has no element "console"');
applyTheme();
render(<App />, root);
