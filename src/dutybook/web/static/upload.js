// Files are dropped, listed and sent with a bar that moves. All of it works without, by the plain form.
"use strict";
(() => {
  const form = document.getElementById("upload");
  if (!form) return;
  const input = document.getElementById("files");
  const list = document.getElementById("chosen-files");
  const line = document.getElementById("sending");
  const bar = line.querySelector("progress");
  const words = document.getElementById("sending-words");
  const stop = document.getElementById("stop");
  const button = form.querySelector("button[type=submit]");
  const zone = form.querySelector(".drop");
  const say = form.dataset;
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const size = (bytes) => bytes >= 1e6 ? `${number.format(bytes / 1e6)} MB` : bytes >= 1e3 ? `${number.format(bytes / 1e3)} kB` : `${bytes} B`;
  let going = null;

  const wrong = (text) => {
    const box = document.getElementById("upload-problem");
    box.replaceChildren();
    if (!text) return;
    const notice = document.createElement("p");
    notice.className = "notice";
    notice.setAttribute("role", "alert");
    notice.textContent = text;
    box.append(notice);
  };

  const put = (files) => {
    const kept = new DataTransfer();
    files.forEach((file) => kept.items.add(file));
    input.files = kept.files;
    show();
  };

  const show = () => {
    const files = [...input.files];
    list.hidden = !files.length;
    list.replaceChildren(...files.map((file, at) => {
      const row = document.createElement("li");
      const name = document.createElement("span");
      name.className = "grow path";
      name.textContent = file.name;
      const state = document.createElement("span");
      state.className = "quiet size";
      state.textContent = size(file.size);
      row.append(name, state);
      if (file.size > Number(say.mostAFile)) { row.className = "bad"; state.textContent = say.large; }
      const out = document.createElement("button");
      out.type = "button";
      out.textContent = "×";
      out.setAttribute("aria-label", `${say.remove}: ${file.name}`);
      out.addEventListener("click", () => { put(files.filter((_, other) => other !== at)); input.focus(); });
      row.append(out);
      return row;
    }));
    const all = files.reduce((sum, file) => sum + file.size, 0);
    if (files.length > Number(say.mostFiles)) wrong(say.many);
    else if (all > Number(say.most) - 100000) wrong(say.much);
    else if (files.some((file) => file.size > Number(say.mostAFile))) wrong(say.large);
    else { wrong(""); return true; }
    return false;
  };

  input.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    const dropped = [...event.dataTransfer.files];
    if (dropped.length) put([...input.files, ...dropped]);
  });

  const rest = () => {
    going = null;
    line.hidden = stop.hidden = true;
    button.disabled = false;
    list.querySelectorAll("button").forEach((one) => { one.disabled = false; });
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (going || !show()) return;
    if (!input.files.length) { wrong(say.nothing); return; }
    const files = [...input.files];
    const states = [...list.querySelectorAll(".size")];
    const asked = going = new XMLHttpRequest();
    asked.upload.addEventListener("progress", (step) => {
      if (!step.lengthComputable) return;
      bar.value = Math.round(100 * step.loaded / step.total);
      words.textContent = `${say.sending} ${bar.value} %`;
      // Files go one after the other: how much of each has gone follows from the sum.
      let before = 0;
      files.forEach((file, at) => {
        const part = Math.min(Math.max(step.loaded - before, 0), file.size);
        before += file.size;
        states[at].textContent = part >= file.size ? say.sent : part > 0 ? `${size(part)} / ${size(file.size)}` : size(file.size);
      });
    });
    asked.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(asked.responseText, "text/html");
      const notice = page.querySelector(".notice");
      if (asked.status < 400 && asked.responseURL) { location.assign(asked.responseURL); return; }
      rest();
      wrong(notice ? notice.textContent : asked.responseText.slice(0, 300) || say.lost);
    });
    asked.addEventListener("error", () => { rest(); wrong(say.lost); });
    asked.addEventListener("abort", () => { rest(); show(); });
    wrong("");
    line.hidden = stop.hidden = false;
    button.disabled = true;
    list.querySelectorAll("button").forEach((one) => { one.disabled = true; });
    bar.value = 0;
    words.textContent = say.sending;
    asked.open("POST", form.action);
    asked.send(new FormData(form));
  });
  stop.addEventListener("click", () => { if (going) going.abort(); });
  show();
})();
