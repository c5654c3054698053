import { themedPictureStyle } from './picture-style';

const themes = {
  light:
    '--ground:#fff;--ink:#1f2933;--soft:#52606d;--line:#d3dae1;--raised:#f5f7fa;--accent:#1d5fa8;--open:#bcdcf7;--perhaps:#f4dd9a;--good:#2f7d38;--bad:#c22f2f;--doubt:#8a6d1c',
  dark: '--ground:#12171e;--ink:#e8ecf1;--soft:#a3b0bd;--line:#323d49;--raised:#1a212a;--accent:#7fb8f0;--open:#1f4f7d;--perhaps:#6b5416;--good:#6cc476;--bad:#f08080;--doubt:#d8b85a',
};

/** Style of the page. A root without data-theme, before the script or without it, is as the reader prefers. */
export const pageStyle = [
  `:root{${themes.light}}`,
  `@media (prefers-color-scheme:dark){:root{${themes.dark}}}`,
  `:root[data-theme=light]{${themes.light};color-scheme:light}`,
  `:root[data-theme=dark]{${themes.dark};color-scheme:dark}`,
  '*{box-sizing:border-box}',
  'body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}',
  'header{display:flex;align-items:baseline;gap:16px;padding:14px 24px;border-bottom:1px solid var(--line);flex-wrap:wrap}',
  'h1{font-size:20px;margin:0;overflow-wrap:anywhere}h2{font-size:17px;margin:0 0 8px}h3{font-size:15px;margin:12px 0 6px}',
  'summary h2{display:inline}',
  'main{padding:18px 24px;display:grid;gap:26px;grid-template-columns:minmax(0,1fr)}',
  '.soft{color:var(--soft)}',
  'button,input,select{font:inherit;color:inherit;background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:4px 10px}',
  '#theme{margin-left:auto;cursor:pointer}',
  ':focus-visible{outline:2px solid var(--accent);outline-offset:1px}',
  'code,pre,.cell{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px}',
  '.drawing{overflow:auto;max-height:72vh;margin-top:10px}.drawing svg{display:block;max-width:none}',
  '.drawing .chip{cursor:pointer}.drawing .chip:hover rect{stroke-width:2.4}',
  '.rules{list-style:none;padding:0;margin:0;display:grid;gap:4px}.rules li>.status:first-child{margin-left:17px}.rules pre{margin:6px 0 14px 18px}.rules p{margin:6px 0 6px 18px}',
  '.status{display:inline-block;min-width:72px;font-weight:600}.status.pass{color:var(--good)}.status.fail{color:var(--bad)}.status.unknown,.status.waived{color:var(--doubt)}',
  'pre{overflow:auto;background:var(--raised);border:1px solid var(--line);border-radius:8px;padding:10px 12px;line-height:1.5}',
  '.filters{display:flex;flex-wrap:wrap;gap:10px 16px;align-items:center;margin:8px 0 10px}.filters input{width:190px}',
  '.both{display:grid;gap:18px;grid-template-columns:minmax(0,1fr) minmax(0,1fr);align-items:start}',
  '@media (max-width:1100px){.both{grid-template-columns:minmax(0,1fr)}}',
  '#grid{position:relative;overflow:auto;max-height:min(68vh,640px);border:1px solid var(--line);border-radius:8px;background:var(--raised)}',
  '#space{position:relative}',
  '.cell,.side,.top,.corner{position:absolute;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}',
  '.cell{display:block;padding:0 4px;border:0;border-right:1px solid var(--line);border-bottom:1px solid var(--line);border-radius:0;background:var(--ground);text-align:center;cursor:pointer;font-size:11.5px;line-height:27px}',
  '.cell.open{background:var(--open)}.cell.perhaps{background:var(--perhaps)}.cell.other{background:repeating-linear-gradient(135deg,var(--open) 0 5px,var(--ground) 5px 10px)}',
  '.cell.none{background:var(--raised);cursor:default}',
  '.cell.chosen{outline:3px solid var(--accent);outline-offset:-3px;z-index:1}',
  '.side,.top,.corner{background:var(--raised);font-size:13px;padding:4px 8px;border-bottom:1px solid var(--line)}',
  '.side{z-index:2;border-right:1px solid var(--line)}.top{z-index:2;border-right:1px solid var(--line);writing-mode:vertical-rl;transform:rotate(180deg);padding:8px 4px;border-bottom:0;border-left:1px solid var(--line);border-right:0}',
  '.corner{z-index:3;color:var(--soft);border-right:1px solid var(--line)}',
  '#path{border:1px solid var(--line);border-radius:8px;padding:12px 14px;min-height:120px;max-height:min(68vh,640px);overflow:auto}#path h3{margin-top:0;overflow-wrap:anywhere}#path p{margin:6px 0;overflow-wrap:anywhere}',
  '.legend i{display:inline-block;width:16px;height:12px;border:1px solid var(--line);border-radius:3px;margin:0 4px 0 14px;vertical-align:-1px}.legend i:first-child{margin-left:0}',
  '.legend .open{background:var(--open)}.legend .perhaps{background:var(--perhaps)}.legend .other{background:repeating-linear-gradient(135deg,var(--open) 0 4px,var(--ground) 4px 8px)}.legend .shut{background:var(--ground)}',
  themedPictureStyle,
].join('\n');
