// Keys that move through a list: j and k over its rows, / to the search, ? for the help line. Everything works without this file.
const list = document.querySelector('[data-rows]');
const help = document.querySelector('[data-keys-help]');
const rows = () => [...(list?.querySelectorAll(list.dataset.rows) ?? [])];

function move(step) {
  const all = rows();
  if (all.length === 0) return;
  const at = all.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
  const next = all[Math.min(all.length - 1, Math.max(0, at === -1 ? (step > 0 ? 0 : all.length - 1) : at + step))];
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  '/': () => document.querySelector('input[type=search]')?.focus(),
  '?': () => {
    if (help) help.hidden = !help.hidden;
  },
};

if (help) help.hidden = false;
document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof Element && event.target.closest('input:not([type=checkbox]), select, textarea') !== null;
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const act = keys[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
});
