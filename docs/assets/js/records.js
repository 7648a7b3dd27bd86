/* Opens the record behind a figure in a dialog; without it the figure is an ordinary link.
   Commands get a button that copies them. */
(() => {
  "use strict";

  const { make, copyButton } = window.atlas;
  const pages = new Map();
  let dialog;

  function fetchPage(address) {
    if (!pages.has(address)) {
      const page = fetch(address).then(async (answer) => {
        if (!answer.ok) throw new Error(`${address} answers ${answer.status}`);
        return new DOMParser().parseFromString(await answer.text(), "text/html");
      });
      page.catch(() => pages.delete(address));
      pages.set(address, page);
    }
    return pages.get(address);
  }

  async function fetchRecord(address) {
    const page = await fetchPage(address.origin + address.pathname);
    const found = page.getElementById(address.hash.slice(1));
    if (!found) throw new Error(`no record at ${address}`);
    const record = document.importNode(found, true);
    record.removeAttribute("id");
    for (const part of record.querySelectorAll("[id]")) part.removeAttribute("id");
    for (const anchor of record.querySelectorAll("a[href]")) {
      anchor.href = new URL(anchor.getAttribute("href"), address).href;
    }
    return record;
  }

  function makeDialog() {
    const close = make("button", {
      type: "button",
      className: "atlas-button",
      textContent: "Close",
      onclick: () => dialog.close(),
    });
    const title = make("h2", { id: "atlas-dialog-title" });
    const body = make("div", { className: "atlas-dialog__body" });
    const page = make("a", { textContent: "Open record page" });
    const cell = make("a", { textContent: "Link to this figure", onclick: () => dialog.close() });
    const copy = copyButton("Copy citation", () => body.querySelector("[data-cite]"));
    const made = make(
      "dialog",
      { className: "atlas-dialog" },
      make("div", { className: "atlas-dialog__head" }, title, close),
      body,
      make("div", { className: "atlas-dialog__foot" }, page, cell, copy)
    );
    made.setAttribute("aria-labelledby", title.id);
    made.addEventListener("click", (event) => {
      if (event.target === made) made.close();
    });
    (document.querySelector(".md-content__inner") ?? document.body).append(made);
    return Object.assign(made, { parts: { title, body, page, cell, copy } });
  }

  function show(record, address, id) {
    dialog ??= makeDialog();
    const { title, body, page, cell, copy } = dialog.parts;
    const heading = record.querySelector("h2, h3");
    title.textContent = heading ? heading.textContent.replace("¶", "").trim() : "Record";
    heading?.remove();
    body.replaceChildren(record);
    page.href = address;
    cell.hidden = !id;
    cell.href = "#" + id;
    copy.hidden = !record.querySelector("[data-cite]");
    dialog.showModal();
    body.scrollTop = 0;
  }

  async function open(address, id) {
    try {
      show(await fetchRecord(address), address, id);
    } catch {
      location.assign(address);
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.figure[href]");
    if (!link || event.defaultPrevented || event.button) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const address = new URL(link.getAttribute("href"), location);
    const elsewhere = address.origin !== location.origin || !address.hash;
    if (elsewhere || address.pathname === location.pathname) return;
    event.preventDefault();
    open(address, link.id || link.closest("td[id], th[id]")?.id);
  });
})();

for (const code of document.querySelectorAll(":is(.highlight, .atlas-reproduce) pre > code")) {
  code.parentElement.append(window.atlas.copyButton("Copy", () => code));
}
