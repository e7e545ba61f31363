/** Looks of the page, in light and dark; system fonts alone. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1c2024;--soft:#60646c;--line:#dfe2e6;--back:#fff;--panel:#f6f7f9;--get:#0b6e4f;--post:#1f5fbf}
@media (prefers-color-scheme:dark){:root{--ink:#e6e8eb;--soft:#a0a6b0;--line:#33383f;--back:#15181c;--panel:#1d2126;--get:#5bd0a5;--post:#8db8ff}}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:var(--back);font:16px/1.5 system-ui,sans-serif}
main,header{max-width:58rem;margin:0 auto;padding:1.5rem 1rem}
h1{margin:0;font-size:1.6rem}h2{margin:2.2rem 0 .6rem;font-size:1.1rem}
p{margin:.4rem 0}.soft{color:var(--soft)}
code,pre,textarea,input{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
pre{margin:.4rem 0;padding:.7rem;overflow:auto;background:var(--panel);border:1px solid var(--line);border-radius:6px}
details{border:1px solid var(--line);border-radius:8px;margin:.5rem 0;background:var(--back)}
details>*:not(summary){margin-left:1rem;margin-right:1rem}details>*:last-child{margin-bottom:1rem}
summary{padding:.6rem 1rem;cursor:pointer;display:flex;gap:.8rem;align-items:baseline;flex-wrap:wrap}
summary:focus-visible,button:focus-visible,input:focus-visible,textarea:focus-visible{outline:2px solid var(--post);outline-offset:2px}
.method{font:600 12px ui-monospace,monospace;min-width:3rem}.GET{color:var(--get)}.POST{color:var(--post)}
.scope{margin-left:auto;font-size:.8rem;color:var(--soft)}
table{border-collapse:collapse;width:calc(100% - 2rem);font-size:.9rem;overflow-wrap:anywhere}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-top:1px solid var(--line)}
label{display:block;margin:.5rem 0 .2rem;font-size:.85rem;color:var(--soft)}
input,textarea{width:100%;padding:.5rem;color:inherit;background:var(--panel);border:1px solid var(--line);border-radius:6px}
textarea{min-height:8rem;resize:vertical}
button{margin:.6rem 0 0;padding:.45rem 1rem;font:inherit;color:#fff;background:#1f5fbf;border:0;border-radius:6px;cursor:pointer}
`;
