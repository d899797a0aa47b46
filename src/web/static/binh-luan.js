// Tin Tỉnh, comments: counts characters, works for the form's proof, sends without a reload, brings new comments, keeps links to one's own.
(() => {
  const section = document.getElementById('binh-luan');
  if (!section) return;
  const list = section.querySelector('.said-so-far');
  const form = section.querySelector('form.write');
  const store = {
    get(key) {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        localStorage.setItem(key, value);
      } catch {
        // A browser that keeps nothing still sends comments.
      }
    },
  };

  // The server's own list, escaped there; our policy lets nothing in it run.
  let tag = '';
  let isBusy = false;
  async function refresh(isForced) {
    if (isBusy || (document.hidden && !isForced)) return;
    isBusy = true;
    try {
      const answer = await fetch(section.dataset.list, { headers: tag ? { 'If-None-Match': tag } : {}, cache: 'no-store', credentials: 'omit' });
      if (answer.status !== 200) return;
      tag = answer.headers.get('ETag') || '';
      const next = document.createElement('div');
      next.innerHTML = await answer.text();
      const here = new Set([...list.querySelectorAll('.c')].map((one) => one.id));
      const focus = document.activeElement && list.contains(document.activeElement) ? document.activeElement.dataset.uid : null;
      const isNew = [...next.querySelectorAll('.c')].some((one) => !here.has(one.id));
      list.replaceChildren(...next.childNodes);
      if (focus) list.querySelector(`[data-uid="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
      if (isNew && form && !isForced) tell(form.dataset.arrived);
      showOwn();
    } catch {
      // Away: the next look comes by itself.
    } finally {
      isBusy = false;
    }
  }
  setInterval(() => refresh(false), 15000);
  document.addEventListener('visibilitychange', () => void refresh(false));

  function own() {
    try {
      const kept = JSON.parse(store.get('tt-binh-luan') || '[]');
      return kept.filter((one) => typeof one.link === 'string' && one.link.startsWith('/tin/') && one.until > Date.now());
    } catch {
      return [];
    }
  }
  function showOwn() {
    section.querySelectorAll('.own').forEach((one) => one.remove());
    if (!form) return;
    for (const one of own()) {
      if (!one.link.startsWith(`${form.getAttribute('action').split('?')[0]}/`)) continue;
      const link = document.createElement('a');
      link.href = one.link;
      link.textContent = form.dataset.own;
      const line = document.createElement('p');
      line.className = 'own';
      line.append(link);
      list.before(line);
    }
  }
  showOwn();
  if (!form) return;

  const [body, name, note] = [form.elements['noi-dung'], form.elements.ten, form.querySelector('[data-note]')];
  const parent = form.elements['tra-loi'];
  const replying = form.querySelector('.replying');
  const tell = (text) => {
    note.textContent = text;
  };
  // The same list as in comment/measure.ts.
  const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u115f\u1160\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb]/g;
  const segmenter = window.Intl && Intl.Segmenter ? new Intl.Segmenter('vi', { granularity: 'grapheme' }) : null;
  function count(text) {
    const clean = text.normalize('NFC').replace(/\r\n?/g, '\n').replace(unseen, '').trim();
    if (clean.length > 16000) return 16000;
    return segmenter ? [...segmenter.segment(clean)].length : [...clean].length;
  }
  const left = document.getElementById('bl-con');
  function recount() {
    left.textContent = form.dataset.left.replace('-1', String(500 - count(body.value)));
  }
  body.addEventListener('input', recount);
  recount();
  if (name.value === '') name.value = store.get('tt-ten') || '';

  function blame(field, text) {
    const place = document.getElementById(field === body ? 'bl-loi-noi-dung' : 'bl-loi-ten');
    place.textContent = text;
    if (text) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
    return text !== '';
  }
  function check() {
    const [characters, letters] = [count(body.value), count(name.value)];
    const isNameBad = blame(name, letters < 2 ? form.dataset.nameShort : letters > 40 ? form.dataset.nameLong : '');
    const isBodyBad = blame(body, characters < 5 ? form.dataset.short : characters > 500 ? form.dataset.long : '');
    if (isBodyBad) body.focus();
    else if (isNameBad) name.focus();
    return !isBodyBad && !isNameBad;
  }

  function answerTo(uid, who) {
    parent.value = uid;
    replying.hidden = uid === '';
    replying.querySelector('span').textContent = uid === '' ? '' : form.dataset.reply.replace('%', who);
    body.focus();
  }
  list.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-uid]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    answerTo(link.dataset.uid, link.dataset.name);
  });
  replying.querySelector('a').addEventListener('click', (event) => {
    event.preventDefault();
    answerTo('', '');
  });

  // SHA-256 (FIPS 180-4) of our own: the browser's is only there on https, and waits for a promise at each of many thousand hashes.
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
  const k = primes.map((p) => fraction(Math.cbrt(p)));
  const start = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
  const w = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  function sha256(bytes) {
    const whole = new Uint8Array(((bytes.length + 72) >> 6) << 6);
    whole.set(bytes);
    whole[bytes.length] = 128;
    const view = new DataView(whole.buffer);
    view.setUint32(whole.length - 4, bytes.length * 8);
    const h = [...start];
    for (let at = 0; at < whole.length; at += 64) {
      for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + i * 4);
      for (let i = 16; i < 64; i++) {
        const [x, y] = [w[i - 15], w[i - 2]];
        w[i] = w[i - 16] + w[i - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
      }
      let [a, b, c, d, e, f, g, z] = h;
      for (let i = 0; i < 64; i++) {
        const one = (z + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + k[i] + w[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        z = g;
        g = f;
        f = e;
        e = (d + one) | 0;
        d = c;
        c = b;
        b = a;
        a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, z].forEach((value, i) => {
        h[i] = (h[i] + value) | 0;
      });
    }
    return h;
  }
  const utf8 = (text) => new TextEncoder().encode(text);
  async function work(text) {
    const seed = sha256(utf8(text)).slice(0, 4).map((value) => (value >>> 0).toString(16).padStart(8, '0')).join('');
    const shift = 32 - Number(form.dataset.bits);
    for (let n = 0; ; n++) {
      if (sha256(utf8(`${seed}:${n}`))[0] >>> shift === 0) return String(n);
      // The page stays alive meanwhile.
      if (n % 1000 === 999) await new Promise((resolve) => setTimeout(resolve));
    }
  }

  function writer() {
    const kept = store.get('tt-nguoi-viet');
    if (kept && /^[0-9a-f]{32}$/.test(kept)) return kept;
    const made = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    store.set('tt-nguoi-viet', made);
    return made;
  }

  let isSending = false;
  async function send() {
    isSending = true;
    tell(form.dataset.sending);
    try {
      const fields = new URLSearchParams(new FormData(form));
      // A form turns line ends into CRLF; what is sent and what is worked on must be the same.
      fields.set('noi-dung', body.value);
      fields.set('ten', name.value);
      fields.set('cong', await work(`${form.elements.ve.value}\n${name.value}\n${body.value}`));
      fields.set('may', writer());
      const answer = await fetch(form.action, { method: 'POST', body: fields, headers: { Accept: 'application/json' }, credentials: 'omit' });
      const told = await answer.json();
      if (told.ticket) form.elements.ve.value = told.ticket;
      blame(body, told.faults?.body || '');
      blame(name, told.faults?.name || '');
      tell(told.note || '');
      if (answer.ok) {
        store.set('tt-ten', name.value);
        store.set('tt-binh-luan', JSON.stringify([...own(), { link: told.link, until: Date.now() + 600000 }].slice(-20)));
        body.value = '';
        recount();
        parent.value = '';
        replying.hidden = true;
        tag = '';
        await refresh(true);
        showOwn();
      } else if (told.faults?.body) body.focus();
      else if (told.faults?.name) name.focus();
    } catch {
      tell(form.dataset.failed);
    } finally {
      isSending = false;
    }
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!isSending && check()) void send();
  });
})();
