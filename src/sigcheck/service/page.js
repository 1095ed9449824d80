"use strict";
(() => {
  const form = document.getElementById("form"), input = document.getElementById("file"), list = document.getElementById("answers");
  const words = list.dataset, nonce = document.currentScript.nonce, lang = document.documentElement.lang;
  const AT_ONCE = 2, PATIENCE = 20;
  const tally = document.getElementById("tally"), clear = document.getElementById("clear");
  const STATES = ["valid", "invalid", "insufficient", "unsigned", "unreadable"];
  const queue = [];
  let busy = 0;
  const add = (parent, tag, text, properties) => {
    const element = Object.assign(document.createElement(tag), properties || {});
    if (text) element.textContent = text;
    parent.append(element);
    return element;
  };
  const download = (parent, text, content, type, name) =>
    add(parent, "a", text, { download: name, href: URL.createObjectURL(new Blob([content], { type })) });
  const answer = (state) => words["state" + state[0].toUpperCase() + state.slice(1)];
  // One file's answer, or how many have which: what a screen reader is told.
  const count = () => {
    const entries = [...list.children], open = entries.filter((one) => one.className === "waits").length;
    const said = STATES.map((state) => [answer(state), entries.filter((one) => one.className === state).length]);
    const told = said.filter(([, times]) => times).map(([text, times]) => text + ": " + times);
    const failed = entries.filter((one) => one.className === "failed").length;
    if (failed) told.push(words.refused + ": " + failed);
    if (open) told.push(words.waiting + ": " + open);
    tally.textContent = entries.length === 1 && !open ? entries[0].querySelector(".state").textContent : told.join(" · ");
  };
  const show = (item, report) => {
    item.entry.className = report.state;
    item.line.textContent = answer(report.state);
    if (report.reason) add(item.entry, "p", report.reason, { className: "why" });
    const stem = item.file.name.replace(/\.pdf$/i, ""), links = add(item.entry, "p", "", { className: "links" });
    if (report.html) download(links, words.report, report.html, "text/html", stem + ".html");
    download(links, words.json, report.json, "application/json", stem + ".json");
    const details = add(item.entry, "details");
    add(details, "summary", words.summary);
    if (report.html) {
      const frame = document.createElement("iframe");
      frame.setAttribute("sandbox", "");
      frame.title = item.file.name;
      // The frame's own style may be; links within it would be taken for links to this page.
      const page = report.html.replace(/<style(?=[ >])/g, '<style nonce="' + nonce + '"');
      frame.srcdoc = page.replace(/ href=\x22#/g, " href=\x22about:srcdoc#");
      details.append(frame);
    } else add(details, "pre", report.text);
    details.open = list.children.length === 1;
    count();
  };
  const fail = (item, text, again) => {
    item.entry.className = "failed";
    item.line.textContent = text;
    if (again) {
      const button = add(item.entry, "button", words.again, { type: "button", className: "quiet" });
      button.addEventListener("click", () => { button.remove(); item.entry.className = "waits"; queue.push(item); next(); });
    }
    count();
  };
  const answered = (item, request) => {
    let told = null;
    try { told = JSON.parse(request.responseText); } catch { /* not ours */ }
    if (request.status === 200 && told) return show(item, told);
    if (request.status === 503 && ++item.tries < PATIENCE) {
      item.line.textContent = words.waiting;
      return setTimeout(() => { queue.push(item); next(); }, 1000 * (Number(request.getResponseHeader("Retry-After")) || 2));
    }
    fail(item, told && told.messages ? told.messages[lang] : words.unreachable, !told || request.status === 503);
  };
  const send = (item) => {
    const request = new XMLHttpRequest(), bar = add(item.entry, "progress", "", { max: 1, value: 0 });
    bar.setAttribute("aria-label", item.file.name);
    busy += 1;
    item.line.textContent = words.sending;
    request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
    request.upload.onload = () => { bar.removeAttribute("value"); item.line.textContent = words.checking; };
    const end = (then) => () => { bar.remove(); busy -= 1; then(); next(); };
    request.onload = end(() => answered(item, request));
    request.onerror = request.onabort = end(() => fail(item, words.unreachable, true));
    request.open("POST", "./check?lang=" + lang + "&name=" + encodeURIComponent(item.file.name));
    request.setRequestHeader("Content-Type", "application/pdf");
    request.send(item.file);
  };
  const next = () => { while (busy < AT_ONCE && queue.length) send(queue.shift()); };
  const take = (files) => {
    const first = list.children.length;
    for (const file of files) {
      const entry = add(list, "li", "", { className: "waits" });
      add(entry, "h3", file.name);
      const item = { file, entry, tries: 0, line: add(entry, "p", words.waiting, { className: "state" }) };
      if (file.size > Number(words.most)) fail(item, words.large);
      else queue.push(item);
    }
    count();
    if (list.children[first]) list.children[first].scrollIntoView({ block: "nearest" });
    next();
  };
  const chosen = () => { take([...input.files]); form.reset(); };
  document.documentElement.classList.add("scripted");
  input.addEventListener("change", chosen);
  form.addEventListener("submit", (event) => { event.preventDefault(); chosen(); });
  clear.addEventListener("click", () => {
    for (const link of list.querySelectorAll("a")) URL.revokeObjectURL(link.href);
    for (const entry of [...list.children]) if (entry.className !== "waits") entry.remove();
    count();
    input.focus();
  });
  for (const kind of ["dragover", "dragenter"])
    document.addEventListener(kind, (event) => { event.preventDefault(); form.classList.add("over"); });
  document.addEventListener("dragleave", () => form.classList.remove("over"));
  document.addEventListener("drop", (event) => { event.preventDefault(); form.classList.remove("over"); take(event.dataTransfer.files); });
})();
