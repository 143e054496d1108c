// The table of results: rows are selected with the space bar, a cell of the record is edited in place. Without this, the form below does it.
"use strict";
(() => {
  const root = document.querySelector("a.brand").getAttribute("href");
  const table = () => document.querySelector("table.norms");
  const form = () => document.getElementById("selected");
  const boxes = () => [...document.querySelectorAll("table.norms input[name=norm]")];
  const say = (text) => { const line = document.querySelector("[data-status]"); if (line) line.textContent = text; };

  const count = () => {
    const all = document.querySelector("[data-all]");
    if (!all) return;
    const chosen = boxes().filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && chosen < boxes().length;
    document.querySelector("[data-count]").textContent = chosen || "";
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) for (const box of boxes()) box.checked = event.target.checked;
    if (event.target.matches("[data-all], input[name=norm]")) count();
  });

  const close = (cell, text) => {
    cell.hidden = false;
    for (const part of [...cell.parentElement.children]) if (part !== cell) part.remove();
    if (text !== undefined) cell.textContent = text || "–";
    cell.focus();
  };

  const send = async (cell, value, reason) => {
    const row = cell.closest("tr");
    const { token } = form().elements;
    const body = new URLSearchParams({ token: token.value, norm: row.dataset.norm, field: cell.dataset.edit, value, reason, since: row.dataset.since });
    say(form().dataset.saving);
    let answer = { message: form().dataset.failed };
    let fine = false;
    try {
      const response = await fetch(`${root}search/edit`, { method: "POST", body, headers: { accept: "application/json" } });
      answer = await response.json();
      fine = response.ok;
    } catch { /* reported below */ }
    if (!fine) {
      const note = document.createElement("span");
      note.className = "cell-problem";
      note.textContent = answer.message || form().dataset.failed;
      cell.parentElement.querySelector(".cell-problem")?.remove();
      cell.parentElement.append(note);
      say(note.textContent);
      return;
    }
    cell.dataset.value = answer.value;
    row.dataset.since = answer.since;
    const name = cell.closest("td");
    const head = table().querySelectorAll("thead > tr > *")[[...row.children].indexOf(name)];
    const values = { field: head.textContent.trim(), norm: row.dataset.label, value: answer.text || "–" };
    cell.setAttribute("aria-label", form().dataset.name.replace(/\{(\w+)\}/g, (_, key) => values[key]));
    say(form().dataset.saved);
    close(cell, answer.text);
  };

  const edit = (cell) => {
    const field = cell.dataset.edit;
    const template = document.getElementById(`edit-${field}`);
    const input = template ? template.content.firstElementChild.cloneNode(true) : document.createElement("input");
    if (!template) { input.type = field === "due" ? "date" : "text"; input.maxLength = 200; }
    input.value = cell.dataset.value;
    input.setAttribute("aria-label", cell.getAttribute("aria-label"));
    const reason = document.createElement("input");
    reason.placeholder = form().dataset.why;
    reason.setAttribute("aria-label", form().dataset.why);
    reason.hidden = true;
    const asks = () => field === "applicability" && (input.value === "no" || input.value === "partly");
    const done = () => {
      if (input.value === cell.dataset.value) close(cell);
      else if (asks() && !reason.value.trim()) { reason.hidden = false; reason.focus(); } else send(cell, input.value, reason.value);
    };
    for (const part of [input, reason]) {
      part.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.key === "Escape") close(cell);
        else if (event.key === "Enter") { event.preventDefault(); done(); }
      });
    }
    if (template) input.addEventListener("change", done);
    input.addEventListener("blur", (event) => {
      // What is taken away loses the focus as well.
      if (template || event.relatedTarget === reason || !cell.hidden) return;
      done();
    });
    cell.hidden = true;
    cell.after(input, reason);
    input.focus();
    if (input.type === "text") input.select();
  };
  document.addEventListener("click", (event) => {
    const cell = event.target.closest("button.cell");
    if (cell) edit(cell);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, button, summary")) return;
    const row = event.target.closest?.("table.norms tbody tr");
    if (!row) return;
    const box = row.querySelector("input[name=norm]");
    const cell = row.querySelector("button.cell");
    if (event.key === " " && box) {
      event.preventDefault();
      box.checked = !box.checked;
      count();
    } else if (event.key === "e" && cell) {
      event.preventDefault();
      event.stopImmediatePropagation();
      edit(cell);
    }
  }, true);
  count();
})();
