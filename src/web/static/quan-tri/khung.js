// Inside the snapshot: pointer and keys walk over numbered places, Enter or a click tells the builder's screen which; marks come back.
const page = document.getElementById('trang');
const said = document.getElementById('noi');
const place = (element) => element?.closest?.('[data-n]') ?? null;
let at = null;

function go(element, isTold) {
  if (element === null || element === at) return;
  at?.classList.remove('here');
  at = element;
  at.classList.add('here');
  if (!isTold) return;
  at.scrollIntoView({ block: 'nearest' });
  said.textContent = `${at.dataset.t}: ${at.textContent.trim().slice(0, 120)}`;
}

// Places with words or a picture of their own: where up and down stop.
const hasOwn = (element) =>
  element.classList.contains('sn-img') ||
  [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '');
const stops = [...page.querySelectorAll('[data-n]')].filter(hasOwn);

function step(way) {
  if (at === null || way === 0) return stops[0] ?? null;
  const after = (one) => (at.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  const before = (one) => (at.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
  return (way > 0 ? stops.find((one) => after(one) && !at.contains(one)) ?? stops.find(after) : stops.findLast((one) => before(one) && !one.contains(at))) ?? at;
}

const choose = () => {
  if (at !== null) parent.postMessage({ number: Number(at.dataset.n) }, '*');
};

const keys = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  ArrowLeft: () => place(at?.parentElement ?? null) ?? at,
  ArrowRight: () => at?.querySelector('[data-n]') ?? at,
  Home: () => step(0),
};

page.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    choose();
  } else if (event.key in keys) {
    event.preventDefault();
    go(keys[event.key](), true);
  }
});
page.addEventListener('focus', () => go(at ?? step(0), true));
page.addEventListener('mouseover', (event) => go(place(event.target), false));
page.addEventListener('click', (event) => {
  go(place(event.target), false);
  choose();
});

addEventListener('message', (event) => {
  if (event.source !== parent || event.data?.marks === undefined) return;
  for (const one of page.querySelectorAll('[data-m]')) one.removeAttribute('data-m');
  for (const [field, numbers] of Object.entries(event.data.marks))
    for (const number of numbers) {
      const one = page.querySelector(`[data-n="${Number(number)}"]`);
      if (one !== null) one.dataset.m = `${one.dataset.m ?? ''} ${field}`.trim();
    }
});
parent.postMessage({ ready: true }, '*');
