// A document: notes stand beside their words, what belongs together lights up, arrows walk through the tree. All of it works without.
"use strict";
(() => {
  const wide = matchMedia("(min-width: 75.01rem)");
  const align = () => {
    for (const margin of document.querySelectorAll(".leaf .margin")) {
      const sheet = margin.parentElement.querySelector(".sheet");
      const scale = sheet.clientHeight / Number(margin.dataset.height);
      let free = 0;
      for (const note of margin.children) {
        note.style.marginTop = "0";
        if (!wide.matches) { note.style.marginTop = ""; continue; }
        const gap = Math.max(Number(note.dataset.top) * scale - free, free ? 6 : 0);
        note.style.marginTop = `${gap}px`;
        free += gap + note.offsetHeight;
      }
    }
  };
  const light = (event) => {
    const at = event.target.closest?.(".note, .found, .sheet a");
    const id = at ? at.id || at.getAttribute("href").slice(1) : "";
    for (const old of document.querySelectorAll(".lit")) old.classList.remove("lit");
    if (!id.startsWith("n-")) return;
    document.getElementById(id)?.classList.add("lit");
    for (const mark of document.querySelectorAll(`[href="#${id}"]`)) (mark.querySelector("rect") ?? mark).classList.add("lit");
  };
  const tree = document.querySelector(".tree");
  const places = new IntersectionObserver((seen) => {
    const top = seen.filter((entry) => entry.isIntersecting).map((entry) => entry.target)[0];
    if (!top || !tree) return;
    const ids = [...top.querySelectorAll(".anchor")].map((anchor) => anchor.id).concat(top.id);
    const current = tree.querySelector("[aria-current]");
    if (current && ids.includes(current.dataset.slug)) return;
    const link = ids.map((id) => tree.querySelector(`[data-slug="${CSS.escape(id)}"]`)).find(Boolean);
    if (!link || !link.getClientRects().length) return;
    for (const old of tree.querySelectorAll("[aria-current]")) old.removeAttribute("aria-current");
    link.setAttribute("aria-current", "location");
    link.scrollIntoView({ block: "nearest" });
  }, { rootMargin: "-25% 0px -70% 0px" });
  const watch = () => {
    align();
    for (const part of document.querySelectorAll(".leaf, .piece[id]")) places.observe(part);
  };
  // An address of a place that is not in this window leads to the window that has it.
  const wanted = decodeURIComponent(location.hash.slice(1));
  const query = new URLSearchParams(location.search);
  if (wanted && tree && !document.getElementById(wanted) && !wanted.startsWith("n-") && query.get("at") !== wanted) {
    query.delete("page"); query.delete("from"); query.set("at", wanted);
    location.replace(`${location.pathname}?${query}#${wanted}`);
    return;
  }
  addEventListener("load", watch);
  addEventListener("resize", align);
  document.addEventListener("htmx:afterSettle", watch);
  document.addEventListener("mouseover", light);
  document.addEventListener("focusin", light);
  tree?.addEventListener("keydown", (event) => {
    const links = [...tree.querySelectorAll("a")].filter((link) => link.getClientRects().length);
    const item = event.target.closest("li");
    const branch = item?.querySelector(":scope > details");
    const go = (link) => { link?.focus(); event.preventDefault(); };
    const at = links.indexOf(item?.querySelector(":scope > a"));
    if (event.key === "ArrowDown") go(links[at + 1]);
    else if (event.key === "ArrowUp") go(links[at - 1]);
    else if (event.key === "ArrowRight" && branch) { if (branch.open) go(links[at + 1]); else { branch.open = true; event.preventDefault(); } }
    else if (event.key === "ArrowLeft") { if (branch?.open) { branch.open = false; event.preventDefault(); } else go(item?.parentElement.closest("li")?.querySelector(":scope > a")); }
  });
})();
