"use strict";
(() => {
  const form = document.getElementById("form"), input = document.getElementById("file"), list = document.getElementById("answers");
  const words = list.dataset, nonce = document.currentScript.nonce, lang = document.documentElement.lang;
  const AT_ONCE = 2, PATIENCE = 20;
  const queue = [];
  let busy = 0;
  const add = (parent, tag, text, properties) => {
    const element = Object.assign(document.createElement(tag), properties || {});
    if (text) element.textContent = text;
    parent.append(element);
    return element;
  };
  const download = (parent, text, content, type, name) =>
    add(add(parent, "p"), "a", text, { download: name, href: URL.createObjectURL(new Blob([content], { type })) });
  const show = (item, report) => {
    item.entry.className = report.state;
    item.line.textContent = words["state" + report.state[0].toUpperCase() + report.state.slice(1)];
    const stem = item.file.name.replace(/\.pdf$/i, "");
    download(item.entry, words.json, report.json, "application/json", stem + ".json");
    if (report.html) download(item.entry, words.report, report.html, "text/html", stem + ".html");
    const details = add(item.entry, "details");
    add(details, "summary", words.summary);
    if (report.html) {
      const frame = document.createElement("iframe");
      frame.setAttribute("sandbox", "");
      frame.title = item.file.name;
      // The frame's own style may be; links within it would be taken for links to this page.
      const page = report.html.replace(/<style(?=[ >])/g, '<style nonce="' + nonce + '"');
      frame.srcdoc = page.replace(/ href="#/g, ' href="about:srcdoc#');
      details.append(frame);
    } else add(details, "pre", report.text);
    details.open = list.children.length === 1;
  };
  const fail = (item, text) => { item.entry.className = "failed"; item.line.textContent = text; };
  const answered = (item, request) => {
    let told = null;
    try { told = JSON.parse(request.responseText); } catch { /* not ours */ }
    if (request.status === 200 && told) return show(item, told);
    if (request.status === 503 && ++item.tries < PATIENCE) {
      item.line.textContent = words.waiting;
      return setTimeout(() => { queue.push(item); next(); }, 1000 * (Number(request.getResponseHeader("Retry-After")) || 2));
    }
    fail(item, told && told.messages ? told.messages[lang] : words.unreachable);
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
    request.onerror = request.onabort = end(() => fail(item, words.unreachable));
    request.open("POST", "./check?lang=" + lang + "&name=" + encodeURIComponent(item.file.name));
    request.setRequestHeader("Content-Type", "application/pdf");
    request.send(item.file);
  };
  const next = () => { while (busy < AT_ONCE && queue.length) send(queue.shift()); };
  const take = (files) => {
    for (const file of files) {
      const entry = add(list, "li");
      add(entry, "h3", file.name);
      const item = { file, entry, tries: 0, line: add(entry, "p", words.waiting, { className: "state" }) };
      if (file.size > Number(words.most)) fail(item, words.large);
      else queue.push(item);
    }
    next();
  };
  form.addEventListener("submit", (event) => { event.preventDefault(); take(input.files); form.reset(); });
  for (const kind of ["dragover", "dragenter"])
    document.addEventListener(kind, (event) => { event.preventDefault(); form.classList.add("over"); });
  document.addEventListener("dragleave", () => form.classList.remove("over"));
  document.addEventListener("drop", (event) => { event.preventDefault(); form.classList.remove("over"); take(event.dataTransfer.files); });
})();
