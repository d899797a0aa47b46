// Keys that moderate, beside those of phim.js: a approves, r rejects, u takes the last decision back. Everything works without this file.
const form = document.querySelector('[data-moderation]');
const said = document.querySelector('[data-said]');
const items = () => [...document.querySelectorAll('[data-comment]:not([aria-busy])')];
const here = () => items().find((item) => item === document.activeElement || item.contains(document.activeElement));
let last = null;
let turn = Promise.resolve();

async function send(fields) {
  const token = document.querySelector('input[name=_csrf]').value;
  const answer = await fetch('/quan-tri/binh-luan', {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body: new URLSearchParams({ _csrf: token, ...fields }),
  });
  if (!answer.ok || !answer.headers.get('content-type')?.includes('json')) throw new Error(String(answer.status));
  return answer.json();
}

// The next one is at hand at once; what is decided goes out in its turn, and comes back when that failed.
function decide(name) {
  const item = here() ?? items()[0];
  if (item === undefined || item.querySelector(`button[name=${name}]`) === null) return;
  const all = items();
  const next = all[all.indexOf(item) + 1] ?? all[all.indexOf(item) - 1];
  item.setAttribute('aria-busy', 'true');
  next?.focus();
  turn = turn.then(async () => {
    try {
      const { decision, left } = await send({ [name]: item.dataset.comment });
      last = decision ?? last;
      item.remove();
      said.textContent = `${form.dataset.left} ${left}`;
      if (document.querySelector('[data-comment]') === null) location.reload();
    } catch {
      item.removeAttribute('aria-busy');
      said.textContent = form.dataset.failed;
    }
  });
}

function undo() {
  turn = turn.then(async () => {
    const decision = last ?? document.querySelector('input[name=hoan-tac]')?.value;
    if (!decision) return;
    try {
      await send({ 'hoan-tac': decision });
      location.reload();
    } catch {
      said.textContent = form?.dataset.failed ?? '';
    }
  });
}

const decisions = { a: () => decide('duyet'), r: () => decide('tu-choi'), u: undo };
document.addEventListener('keydown', (event) => {
  if (event.target.closest?.('input:not([type=checkbox]), select, textarea')) return;
  if (!(event.ctrlKey || event.metaKey || event.altKey || event.isComposing)) decisions[event.key]?.();
});
