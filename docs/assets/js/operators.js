/* The matrix of operators: the lists that choose release and SoC, kept in the address as
   `?matrix.release=…&matrix.soc=…`. Each cell of a version holds what the columns of the chosen
   release show. It runs before the script of the tables, which then reads the cells. */
(() => {
  "use strict";

  const { writeAddress } = window.atlas;
  const form = document.querySelector("form[data-choice]");
  const box = document.querySelector(".op-matrix");
  if (!form || !box) return;

  const key = box.dataset.table;
  const { release, soc } = form.elements;
  const initial = { release: release.value, soc: soc.value };
  const notice = document.querySelector("[data-notice]");
  const chosen = box.querySelector("[data-chosen]");
  const heads = [...box.querySelectorAll("th:is([data-step], [data-software])")];
  const rows = [...box.querySelectorAll("tbody tr")].map((row) => ({
    cells: row.cells,
    steps: [...row.querySelectorAll("[data-now]")].flatMap((cell) => Array(cell.colSpan).fill(cell)),
  }));
  const words = Object.fromEntries(
    [...document.querySelectorAll("[data-basis]")].map((mark) => [
      mark.dataset.basis,
      mark.textContent,
    ])
  );
  let shown = initial.release + initial.soc;

  const has = (option) => !option.dataset.socs || option.dataset.socs.split(" ").includes(soc.value);

  function fill({ cells, steps }, step) {
    const cell = steps[step];
    const now = cell.dataset[soc.value] ?? cell.dataset.now;
    const [state, known, record, ...precisions] = now.split(" ");
    const [basis, releases] = known.split(":");
    const values = [state, basis, precisions.join(" ")];
    values.forEach((value, at) => (cells[at + 1].dataset.value = value));
    const link = cells[1].firstChild;
    link.textContent = state.replace("_", " ");
    link.className = "figure state state--" + state.replace("_", "-");
    link.href = record;
    const mark = cells[2].firstChild.firstChild;
    mark.textContent = words[basis] + (releases ? " on " + releases.replaceAll("_", " ") : "");
    mark.className = "basis basis--" + basis.replace("_", "-");
    cells[3].textContent = precisions.join(", ").toUpperCase();
  }

  function show() {
    const option = release.selectedOptions[0];
    const { step, software } = option.dataset;
    const about = document.querySelector(`[data-release="${option.value}"]`);
    notice.hidden = !about;
    notice.innerHTML = about?.innerHTML ?? "";
    box.hidden = step === undefined;
    for (const head of heads) {
      const current = head.dataset.step === (step ?? "") || head.dataset.software === (software ?? "");
      head.ariaCurrent = current ? "true" : null;
    }
    if (box.hidden || shown === option.value + soc.value) return;
    shown = option.value + soc.value;
    chosen.textContent = `${option.text.replace(" ·", ",")}, ${soc.selectedOptions[0].text}`;
    rows.forEach((row) => fill(row, step));
    document.dispatchEvent(new CustomEvent("atlas:cells", { detail: { table: key } }));
  }

  /* Only releases for the SoC can be chosen; another SoC brings its newest one with a DLA. */
  function fit() {
    for (const option of release.options) option.hidden = option.disabled = !has(option);
    if (release.selectedOptions[0]?.disabled ?? true) {
      const usable = [...release.options].filter((one) => has(one) && "usable" in one.dataset);
      release.value = (usable[0] ?? release.options[0]).value;
    }
  }

  function read() {
    const query = new URLSearchParams(location.search);
    for (const list of [soc, release]) {
      const wanted = query.get(`${key}.${list.name}`);
      const known = [...list.options].some((option) => option.value === wanted);
      list.value = known ? wanted : initial[list.name];
    }
    const first = release.selectedOptions[0];
    if (query.has(key + ".release") && !has(first)) soc.value = first.dataset.socs.split(" ")[0];
    fit();
    show();
  }

  form.onchange = () => {
    fit();
    show();
    const state = {};
    for (const list of [release, soc]) {
      if (list.value !== initial[list.name]) state[`${key}.${list.name}`] = list.value;
    }
    writeAddress((name) => [key + ".release", key + ".soc"].includes(name), state);
  };
  form.hidden = false;
  addEventListener("popstate", read);
  read();
})();

/* Lines of a log are compared with the messages on the page; nothing leaves the browser. */
(() => {
  "use strict";

  const { make } = window.atlas;
  const form = document.querySelector(".op-paste");
  if (!form) return;

  const LINES = 500;
  const LENGTH = 1000;
  const messages = [...document.querySelectorAll(".op-message")].map((article) => ({
    article,
    pattern: new RegExp(article.dataset.pattern, article.dataset.flags),
  }));
  const input = form.querySelector("textarea");
  const status = form.querySelector("[role=status]");
  const list = form.querySelector("ol");

  function recognise(line) {
    for (const { article, pattern } of messages) {
      const match = pattern.exec(line);
      if (match) return { article, named: match.groups?.layer ?? match.groups?.tensor };
    }
    return null;
  }

  function answer({ article, lines, names }) {
    const { textContent } = article.querySelector("h3");
    const link = make("a", { href: "#" + article.id, textContent });
    const said = [...names].slice(0, 5).join(", ") + (names.size > 5 ? ", …" : "");
    const where = names.size ? `: ${said}` : "";
    const parts = [...article.querySelectorAll("h3 ~ p")].map((part) => part.cloneNode(true));
    const often = lines > 1 ? ` (${lines} lines)` : "";
    return make("li", {}, make("p", {}, link, often + where), ...parts);
  }

  input.oninput = () => {
    const lines = input.value.split("\n").map((line) => line.slice(0, LENGTH));
    const asked = lines.filter((line) => line.trim()).slice(0, LINES);
    const found = new Map();
    let missed = 0;
    for (const line of asked) {
      const { article, named } = recognise(line) ?? {};
      if (!article) {
        missed++;
        continue;
      }
      const entry = found.get(article) ?? { article, lines: 0, names: new Set() };
      entry.lines++;
      if (named) entry.names.add(named);
      found.set(article, entry);
    }
    list.replaceChildren(...[...found.values()].map(answer));
    status.textContent = !asked.length
      ? ""
      : found.size
        ? `${asked.length - missed} of ${asked.length} lines recognised`
        : "None of these lines is a message that is known here.";
  };
  form.hidden = false;
})();
