import theme from 'vitepress/theme';
import './style.css';

export { theme as default };
