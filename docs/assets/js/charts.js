/* Still charts become Plotly's when asked for, and all follow filters. The event `atlas:filter` on
   document, detail {table, filters: {column: value or [values]}}, hides what stands inside
   `data-follows=TABLE` and has another value in `data-COLUMN`; `atlas:switch`, detail {name, value},
   chooses the points of interactive charts. An empty value filters nothing. */
(() => {
  "use strict";

  const bundle = new URL("plotly.min.js", document.currentScript.src).href;
  const filters = {}, switches = {};
  let loading;

  const load = () =>
    (loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.onload = resolve;
      script.onerror = () => {
        loading = null;
        reject();
      };
      script.src = bundle;
      document.head.append(script);
    }));

  const each = (node, selector, act) => node.querySelectorAll(selector).forEach(act);
  const filtersOf = (figure) => filters[figure.closest("[data-follows]")?.dataset.follows] ?? {};
  const matches = (wanted, valueOf) =>
    Object.entries(wanted).every(([column, value]) => {
      const own = valueOf(column);
      return own == null || !value.length || [value].flat().includes(own);
    });

  /* A copy with the page's colours; of lists as long as `keep`, only what that keeps. */
  const copy = (node, style, keep) => {
    if (typeof node === "string") {
      const [, name] = node.match(/^var\((--atlas-[\w-]+)\)$/) ?? [];
      return name ? style.getPropertyValue(name).trim() : node;
    }
    if (Array.isArray(node)) {
      const kept = keep?.length === node.length ? node.filter((_, at) => keep[at]) : node;
      return kept.map((one) => copy(one, style));
    }
    if (Object(node) !== node) return node;
    return Object.fromEntries(Object.entries(node).map(([k, v]) => [k, copy(v, style, keep)]));
  };

  const draw = (plot) => {
    const figure = plot.closest(".atlas-chart");
    const { data, layout } = JSON.parse(plot.querySelector("template").content.textContent);
    let live = plot.querySelector(".atlas-live");
    if (!live) {
      live = document.createElement("div");
      live.className = "atlas-live";
      live.style.height = plot.offsetHeight + (layout.showlegend ? 40 : 0) + "px";
      plot.append(live);
    }
    const style = getComputedStyle(figure);
    const wanted = { ...filtersOf(figure), ...switches };
    const traces = data.map((trace) =>
      copy(trace, style, trace.customdata.map((keys) => matches(wanted, (column) => keys[column])))
    );
    return Plotly.react(live, traces, copy(layout, style), {
      displaylogo: false,
      modeBarButtonsToRemove: ["lasso2d", "select2d"],
      responsive: true,
    });
  };

  const redraw = () => each(document, ".atlas-chart.is-live .atlas-plot", draw);

  const toggle = async (button) => {
    const figure = button.closest(".atlas-chart");
    if (button.ariaBusy) return;
    button.ariaBusy = "true";
    let label = "Interactive chart";
    if (figure.classList.contains("is-live")) {
      each(figure, ".atlas-live", (live) => {
        Plotly.purge(live);
        live.remove();
      });
      figure.classList.remove("is-live");
    } else {
      try {
        await load();
        await Promise.all([...figure.querySelectorAll(".atlas-plot")].map(draw));
        figure.classList.add("is-live");
        label = "Static chart";
      } catch {
        label = "Interactive chart (could not be loaded)";
      }
    }
    button.textContent = label;
    button.ariaBusy = null;
  };

  document.addEventListener("atlas:filter", ({ detail }) => {
    filters[detail.table] = detail.filters;
    each(document, ".atlas-chart", (figure) => {
      const wanted = filtersOf(figure);
      each(figure, ".mark, .category, .atlas-panel, .atlas-twin tr", (node) => {
        const shown = matches(wanted, (column) => node.getAttribute("data-" + column));
        node.classList.toggle("is-filtered", !shown);
      });
    });
    redraw();
  });
  document.addEventListener("atlas:switch", ({ detail }) => {
    switches[detail.name] = detail.value;
    redraw();
  });
  new MutationObserver(redraw).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });

  each(document, ".atlas-chart-button", (button) => {
    button.hidden = false;
    button.onclick = () => toggle(button);
  });
})();
