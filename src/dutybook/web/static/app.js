// Keyboard: "/" goes to the search field, "j" and "k" walk through results, "?" says what there is. All of it works without.
"use strict";
(() => {
  // Where all addresses begin: the site's root, or a path of it.
  const root = document.querySelector("a.brand").getAttribute("href");
  const places = { h: root, s: `${root}search`, r: `${root}review`, c: `${root}calendar`, a: `${root}acts` };
  let going = false;
  const open = () => document.querySelector("details.menu[open]");
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (typing) typing.blur();
      else if (open()) { const menu = open(); menu.open = false; menu.querySelector("summary").focus(); }
      return;
    }
    if (typing || document.querySelector("dialog[open]")) return;
    const meant = event.key.length === 1 && document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (going && places[event.key]) {
      location.assign(places[event.key]);
    } else if (event.key === "g") {
      going = true;
      setTimeout(() => { going = false; }, 1200);
      return;
    } else if (meant) {
      event.preventDefault();
      if (meant.matches("input")) meant.focus(); else meant.click();
      if (meant.matches("summary")) meant.parentElement.querySelector("select, input:not([type=hidden])")?.focus();
    } else if (event.key === "?") {
      document.getElementById("keys").showModal();
    } else if (event.key === "/") {
      const field = document.querySelector("form.search input[type=search]");
      event.preventDefault();
      if (field) { field.focus(); field.select(); } else location.assign(`${root}search`);
    } else if (event.key === "j" || event.key === "k") {
      const links = [...document.querySelectorAll(":is(.hit, .norms tr, .date, .changed, .event, .act-row, .note) :is(.law, .name, .headline, td.duty) a")].filter((link) => link.getClientRects().length);
      if (!links.length) return;
      const at = links.indexOf(document.activeElement);
      const next = event.key === "j" ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0);
      links[next].focus();
    }
    going = false;
  });
  // Times are those of the reader's clock: pages ask for the zone from the next request on.
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const kept = `dutybook-zone=${encodeURIComponent(own || "")}`;
  if (own && !document.cookie.split("; ").includes(kept)) document.cookie = `${kept}; path=/; max-age=31536000; samesite=lax`;
  // An alert without a zone is for the reader's own.
  const zone = document.querySelector("input[data-own-zone]");
  if (zone && zone.value === zone.defaultValue) zone.value = own || zone.value;
  // A file that took long is saved as soon as it is made.
  document.addEventListener("htmx:afterSwap", () => document.querySelector("a[data-made]")?.click());
  document.addEventListener("click", (event) => {
    const menu = open();
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
})();
