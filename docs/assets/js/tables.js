/* Filters and sorting of tables, kept in the address: `?KEY.column=value` filters the table KEY,
   `KEY.q` searches it, `KEY.sort=-column` sorts it. Charts follow the event `atlas:filter`. */
(() => {
  "use strict";

  const { make, writeAddress, followAddress } = window.atlas;
  const textOf = (cell) => cell.textContent.trim();
  const valueOf = (cell) => cell.dataset.value ?? textOf(cell);

  class Table {
    constructor(box) {
      this.key = box.dataset.table;
      this.body = box.querySelector("tbody");
      this.rows = [...this.body.rows];
      this.heads = {};
      this.inputs = {};
      this.filters = {};
      this.sort = this.sorted = "";
      this.cache = {};
      for (const head of box.querySelectorAll("thead th[data-column]")) {
        this.heads[head.dataset.column] = head;
      }
      this.addFilters(box);
      Object.values(this.heads).forEach((head) => head.dataset.sort && this.addSort(head));
    }

    addSort(head) {
      const { column, sort } = head.dataset;
      const title = "Sort by " + textOf(head);
      const button = make("button", { type: "button", className: "atlas-sort", title });
      if (head.querySelector("a")) button.ariaLabel = title;
      else button.append(...head.childNodes);
      head.append(button);
      const cycle = sort === "number" ? ["-" + column, column] : [column, "-" + column];
      button.onclick = () => {
        this.sort = cycle[cycle.indexOf(this.sort) + 1] ?? "";
        this.changed();
      };
    }

    addFilters(box) {
      const fields = [];
      if ("search" in box.dataset) fields.push(this.addInput("q", box.dataset.search || "Search"));
      for (const [column, head] of Object.entries(this.heads)) {
        const kind = head.dataset.filter;
        const options = kind === "select" && this.options(column);
        if (options || kind === "text") fields.push(this.addInput(column, textOf(head), options));
      }
      if (!fields.length) return;

      const part = (tag, name, more) => make(tag, { className: "atlas-table__" + name, ...more });
      const controls = part("div", "controls");
      const filters = part("div", "filters");
      filters.append(...fields);
      this.toggle = part("button", "toggle", { type: "button", ariaExpanded: false });
      this.toggle.onclick = () => {
        this.toggle.ariaExpanded = controls.classList.toggle("is-open");
      };
      this.count = part("p", "count", { role: "status" });
      this.reset = part("button", "reset", { type: "button", textContent: "Reset" });
      this.reset.onclick = () => this.clear();
      controls.append(this.toggle, filters, this.count, this.reset);
      box.prepend(controls);
    }

    addInput(column, title, options) {
      const input = make(options ? "select" : "input", { autocomplete: "off" });
      if (options) input.append(new Option("All", ""), ...options);
      else input.type = "search";
      input.oninput = () => {
        this.filters[column] = input.value;
        this.changed();
      };
      this.inputs[column] = input;
      return make("label", {}, make("span", { textContent: title }), input);
    }

    options(column) {
      const found = new Map();
      for (const row of this.rows) {
        const cell = this.cell(row, column);
        const value = valueOf(cell);
        if (value && !found.has(value)) found.set(value, new Option(textOf(cell), value));
      }
      return found.values();
    }

    cell(row, column) {
      return row.cells[this.heads[column].cellIndex];
    }

    /* What a filter compares, one text for each row; read from the page once. */
    texts(column) {
      return (this.cache[column] ??= this.rows.map((row) => {
        if (this.inputs[column].tagName === "SELECT") return valueOf(this.cell(row, column));
        const cells = column === "q" ? [...row.cells] : [this.cell(row, column)];
        return cells.map(textOf).join("\n").toLowerCase();
      }));
    }

    test([column, wanted]) {
      const texts = this.texts(column);
      if (this.inputs[column].tagName === "SELECT") return (at) => texts[at] === wanted;
      const words = wanted.toLowerCase().trim().split(/\s+/);
      return (at) => words.every((word) => texts[at].includes(word));
    }

    clear() {
      this.filters = {};
      this.sort = "";
      this.changed();
    }

    /* One pass a frame, however many keys were struck. */
    changed() {
      this.frame ??= requestAnimationFrame(() => {
        this.frame = null;
        this.apply();
        this.write();
      });
    }

    read(query) {
      const sort = query.get(this.key + ".sort") ?? "";
      this.sort = this.heads[sort.replace(/^-/, "")]?.dataset.sort ? sort : "";
      for (const [column, input] of Object.entries(this.inputs)) {
        this.filters[column] = input.value = query.get(`${this.key}.${column}`) ?? "";
      }
      this.apply();
    }

    write() {
      const state = {};
      for (const column in this.filters) state[`${this.key}.${column}`] = this.filters[column];
      if (this.sort) state[this.key + ".sort"] = this.sort;
      const ours = [...Object.keys(this.inputs), "sort"].map((name) => `${this.key}.${name}`);
      writeAddress((name) => ours.includes(name), state);
    }

    /* Another script has changed what cells hold. */
    reread() {
      this.cache = {};
      for (const [column, input] of Object.entries(this.inputs)) {
        if (input.tagName !== "SELECT") continue;
        input.replaceChildren(new Option("All", ""), ...this.options(column));
      }
      this.apply();
    }

    apply() {
      for (const [column, input] of Object.entries(this.inputs)) {
        const value = this.filters[column] ?? "";
        if (input.value !== value) input.value = value;
        if (!input.value.trim()) delete this.filters[column];
      }
      const tests = Object.entries(this.filters).map((filter) => this.test(filter));
      let shown = 0;
      this.rows.forEach((row, at) => {
        const hidden = !tests.every((test) => test(at));
        if (row.hidden !== hidden) row.hidden = hidden;
        shown += !hidden;
      });
      if (this.sort !== this.sorted) this.arrange();
      this.report(shown);
      const detail = { table: this.key, filters: { ...this.filters } };
      document.dispatchEvent(new CustomEvent("atlas:filter", { detail }));
    }

    arrange() {
      this.sorted = this.sort;
      const down = this.sort.startsWith("-");
      const column = this.sort.replace(/^-/, "");
      for (const head of Object.values(this.heads)) head.ariaSort = null;
      let rows = this.rows;
      if (column) {
        this.heads[column].ariaSort = down ? "descending" : "ascending";
        rows = this.ranked(column, down ? -1 : 1);
      }
      this.body.append(...rows);
    }

    /* Rows without a value come last in either direction. */
    ranked(column, sign) {
      const numeric = this.heads[column].dataset.sort === "number";
      const { compare } = new Intl.Collator("en", { numeric: true });
      const ranks = this.rows.map((row) => {
        const value = valueOf(this.cell(row, column));
        const rank = numeric ? parseFloat(value) : value;
        return { row, rank, none: value === "" || Number.isNaN(rank) };
      });
      const order = numeric ? (a, b) => a - b : compare;
      ranks.sort((a, b) => a.none - b.none || (a.none ? 0 : sign * order(a.rank, b.rank)));
      return ranks.map(({ row }) => row);
    }

    report(shown) {
      if (!this.toggle) return;
      const active = Object.keys(this.filters).length;
      const count = `${shown} of ${this.rows.length} rows`;
      if (this.count.textContent !== count) this.count.textContent = count;
      this.toggle.textContent = active ? `Filter (${active})` : "Filter";
      this.reset.disabled = !active && !this.sort;
    }
  }

  const tables = [...document.querySelectorAll("[data-table]")]
    .filter((box) => box.querySelector("tbody"))
    .map((box) => new Table(box));

  document.addEventListener("atlas:cells", ({ detail }) => {
    tables.find((table) => table.key === detail.table).reread();
  });
  followAddress(
    (query) => tables.forEach((table) => table.read(query)),
    "tr[hidden]",
    (row) => tables.find((table) => table.rows.includes(row)).clear()
  );
})();
