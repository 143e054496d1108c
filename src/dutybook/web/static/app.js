// Keyboard: "/" goes to the search field, "j" and "k" walk through results, Enter opens. All of it works without.
"use strict";
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && typing) { typing.blur(); return; }
  if (typing) return;
  const meant = event.key.length === 1 && document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (meant) {
    event.preventDefault();
    if (meant.matches("input")) meant.focus(); else meant.click();
  } else if (event.key === "/") {
    const field = document.getElementById("words");
    if (field) { event.preventDefault(); field.focus(); field.select(); }
  } else if (event.key === "j" || event.key === "k") {
    const links = [...document.querySelectorAll(".hit .law a")];
    if (!links.length) return;
    const at = links.indexOf(document.activeElement);
    const next = event.key === "j" ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0);
    links[next].focus();
  }
});
