// The page /nhung with script: the preview and the code follow the form at once, and code can be copied by a button.
(() => {
  const form = document.querySelector('#chon');
  if (!form) return;
  let timer = 0;
  async function follow() {
    const query = new URLSearchParams(new FormData(form));
    for (const [name, value] of Array.from(query)) if (value === '') query.delete(name);
    const address = `${form.getAttribute('action')}?${query}`;
    const answer = await fetch(address, { credentials: 'omit' });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#ket-qua');
    const present = document.querySelector('#ket-qua');
    if (!fresh || !present) return;
    present.replaceWith(fresh);
    history.replaceState(null, '', address);
    addButtons();
  }
  function addButtons() {
    for (const area of document.querySelectorAll('#ket-qua textarea')) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'button';
      button.textContent = form.dataset.copy;
      button.addEventListener('click', () => {
        area.select();
        const byHand = () => document.execCommand('copy');
        navigator.clipboard
          .writeText(area.value)
          .catch(byHand)
          .finally(() => {
            button.textContent = form.dataset.copied;
          });
      });
      area.after(button);
    }
  }
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => follow().catch(() => undefined), 300);
  });
  addButtons();
})();
