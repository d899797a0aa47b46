// Tin Tỉnh: <tin-moi> and <tin-lien-quan>. Shadow DOM, adopted style sheet, no inline style, no cookies, nothing stored.
(() => {
  // A script loaded as a module does not know its own element.
  const script = document.currentScript || document.querySelector('script[src*="/nhung/tin-tinh"]');
  const base = new URL(script ? script.src : location.href, location.href).origin;
  const style = `
:host{display:block;color:var(--tt-chu,#1d1b18);background:var(--tt-nen,transparent);font:var(--tt-phong,inherit);line-height:1.45;overflow-wrap:break-word;
--m:var(--tt-mau,#98201b);--p:var(--tt-phu,#5c574e);--v:var(--tt-vien,#d9d2c3)}
:host([hidden]){display:none}
@media (prefers-color-scheme:dark){:host(:not([giao-dien=sang])){color:var(--tt-chu,#e9e5dc);background:var(--tt-nen,#15171a);--m:var(--tt-mau,#f2a08f);--p:var(--tt-phu,#aaa498);--v:var(--tt-vien,#34373c)}}
:host([giao-dien=toi]){color:var(--tt-chu,#e9e5dc);background:var(--tt-nen,#15171a);--m:var(--tt-mau,#f2a08f);--p:var(--tt-phu,#aaa498);--v:var(--tt-vien,#34373c)}
section{padding:var(--tt-le,.75rem)}
h2,h3,h4,p,ul{margin:0;padding:0}
h2,h3,h4{font-size:1.05em;padding-bottom:.3em;border-bottom:2px solid var(--m)}
ul{list-style:none}
li{display:flex;gap:.75em;padding:.65em 0;border-bottom:1px solid var(--v)}
a{color:inherit;text-decoration-color:var(--v);text-underline-offset:.18em}
a:hover,.m a{color:var(--m)}
a:focus-visible{outline:3px solid var(--m);outline-offset:2px}
.t{font-weight:600;text-decoration:none}
.n,.m{padding-top:.2em;color:var(--p);font-size:.85em}
b{color:var(--m)}
img{flex:none;object-fit:cover;border-radius:3px;background:var(--v)}`;

  let sheet = null;
  function dress(root) {
    try {
      if (!sheet) {
        sheet = new CSSStyleSheet();
        sheet.replaceSync(style);
      }
      root.adoptedStyleSheets = [sheet];
    } catch {
      // A browser without constructable style sheets shows the list as it is.
    }
  }

  function make(name, properties, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties || {})) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  // Only addresses of pages: nothing that we are sent may run.
  function link(url, className, ...children) {
    if (!/^https?:\/\//i.test(url || '')) return make('span', { class: className }, ...children);
    return make('a', { href: url, class: className, target: '_blank', rel: 'noopener' }, ...children);
  }

  function row(item, box) {
    const note = make('p', { class: 'n' });
    if (item.isSample) note.append(make('b', {}, box.sample), ' ');
    note.append(`${box.by} `, link(item.source.url, '', item.source.name), ' · ');
    note.append(make('time', { datetime: item.source.publishedAt }, item.source.time));
    if (item.reason) note.append(` · ${item.reason}`);
    const li = make('li', {});
    if (item.image && /^https?:\/\//i.test(item.image)) {
      const image = make('img', { alt: '', width: 96, height: 72, loading: 'lazy', decoding: 'async', referrerpolicy: 'no-referrer' });
      // A page whose CSP lets no foreign pictures in shows the list without.
      image.addEventListener('error', () => image.remove());
      image.src = item.image;
      li.append(image);
    }
    li.append(make('div', {}, link(item.url, 't', item.title), note));
    return li;
  }

  function address(element, kind) {
    const query = new URLSearchParams();
    for (const name of ['tinh', 'chuyen-muc', 'bao', 'so', 'lang']) {
      const value = element.getAttribute(name);
      if (value) query.set(name, value);
    }
    if (element.hasAttribute('anh')) query.set('anh', '1');
    if (kind === 'tin-lien-quan') {
      const canonical = document.querySelector('link[rel="canonical"]');
      const heading = document.querySelector('meta[property="og:title"]');
      // What hangs on the page's address may be private to its reader: it is not sent.
      query.set('url', element.getAttribute('url') || (canonical && canonical.href) || location.origin + location.pathname);
      query.set('tieu-de', element.getAttribute('tieu-de') || (heading && heading.content) || document.title);
    }
    return `${base}/nhung/${kind}.json?${query}`;
  }

  function define(kind) {
    class Box extends HTMLElement {
      static observedAttributes = ['tinh', 'chuyen-muc', 'bao', 'so', 'lang', 'anh', 'url', 'tieu-de'];

      connectedCallback() {
        if (!this.shadowRoot) {
          // What stands inside the element is shown until the list is there, and stays when it cannot be had.
          dress(this.attachShadow({ mode: 'open' }));
          this.shadowRoot.append(document.createElement('slot'));
        }
        void this.load();
      }

      attributeChangedCallback() {
        if (this.shadowRoot && this.isConnected) void this.load();
      }

      async load() {
        const wanted = address(this, kind);
        if (wanted === this.wanted) return;
        this.wanted = wanted;
        this.setAttribute('aria-busy', 'true');
        try {
          const answer = await fetch(wanted, { credentials: 'omit', referrerPolicy: 'no-referrer', mode: 'cors' });
          if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
          const box = await answer.json();
          if (this.wanted === wanted) this.show(box);
        } catch (error) {
          this.wanted = null;
          this.dispatchEvent(new CustomEvent('tin-loi', { detail: error }));
        } finally {
          this.removeAttribute('aria-busy');
        }
      }

      show(box) {
        const level = /^[2-4]$/.test(this.getAttribute('cap') || '') ? this.getAttribute('cap') : '2';
        const list = make('ul', { role: 'list' }, ...box.items.map((item) => row(item, box)));
        const content = box.items.length > 0 ? list : make('p', { class: 'n' }, box.emptyText);
        const more = make('p', { class: 'm' }, link(box.moreUrl, '', box.moreText));
        this.shadowRoot.replaceChildren(
          make('section', { 'aria-label': box.title, part: 'hop' }, make(`h${level}`, { part: 'dau' }, box.title), content, more),
        );
        this.dispatchEvent(new CustomEvent('tin-xong', { detail: { count: box.items.length } }));
      }
    }
    if (!customElements.get(kind)) customElements.define(kind, Box);
  }

  define('tin-moi');
  define('tin-lien-quan');
})();
