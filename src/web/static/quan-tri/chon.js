// The builder's screen: what is pointed at in the snapshot's frame is sent as the form would send it, and the answer's work part put in place.
const frame = document.getElementById('anh-chup');
const said = document.getElementById('noi');
const work = () => document.getElementById('viec');
let isBusy = false;

// The frame has an origin of its own: it is known by its window, and only numbers are taken from it.
const tell = (message) => frame.contentWindow?.postMessage(message, '*');

function tellMarks() {
  tell({ marks: JSON.parse(work().dataset.marks) });
}

async function send(form, fields) {
  if (isBusy) return;
  isBusy = true;
  work().setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(fields) });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const next = page.getElementById('viec');
    // Signed out, or the page is gone: the answer itself tells.
    if (next === null) {
      form.requestSubmit(form.querySelector('button.sr'));
      return;
    }
    const focused = document.activeElement?.name && work().contains(document.activeElement) ? document.activeElement : null;
    work().replaceWith(document.adoptNode(next));
    if (focused !== null)
      work().querySelector(`[name="${focused.name}"][value="${CSS.escape(focused.value)}"], #${CSS.escape(focused.id || '-')}`)?.focus();
    said.textContent = work().dataset.said;
    tellMarks();
  } finally {
    isBusy = false;
    work().removeAttribute('aria-busy');
  }
}

addEventListener('message', (event) => {
  if (event.source !== frame.contentWindow) return;
  if (event.data?.ready === true) tellMarks();
  const number = event.data?.number;
  if (!Number.isInteger(number) || number < 0) return;
  const form = work().querySelector('form');
  const fields = new FormData(form);
  fields.set('n', String(number));
  fields.set('viec', 'chon');
  void send(form, fields);
});

document.addEventListener('submit', (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.id !== 'chon' || button === null || button.value === 'luu' || button.className === 'sr') return;
  event.preventDefault();
  const fields = new FormData(form);
  fields.set('viec', button.value);
  void send(form, fields);
});
