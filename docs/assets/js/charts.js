/* Still charts become Plotly's when asked for, and all follow filters: `atlas:filter` on document,
   detail {table, filters: {column: value}}, hides what is inside `data-follows=TABLE` and has
   another value in `data-COLUMN`. */
(() => {
  "use strict";

  const bundle = new URL("plotly.min.js", document.currentScript.src).href;
  const filters = {};
  let loading;

  const load = () =>
    (loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = bundle;
      script.onload = resolve;
      script.onerror = () => {
        loading = null;
        reject();
      };
      document.head.append(script);
    }));

  const each = (node, selector, act) => node.querySelectorAll(selector).forEach(act);

  /* Whether what has `valueOf(column)` passes the filters on its figure. */
  const passes = (figure, valueOf) => {
    const { follows } = figure.closest("[data-follows]")?.dataset ?? {};
    return Object.entries(filters[follows] ?? {}).every(
      ([column, value]) => !value || [null, undefined, value].includes(valueOf(column))
    );
  };

  /* A copy in the page's colours; of lists as long as `keep`, only what that keeps. */
  const copy = (node, style, keep) => {
    if (typeof node === "string") {
      const name = /^var\((--atlas-.+)\)$/.exec(node);
      return name ? style.getPropertyValue(name[1]).trim() : node;
    }
    if (Array.isArray(node)) {
      const kept = keep?.length === node.length ? node.filter((_, at) => keep[at]) : node;
      return kept.map((one) => copy(one, style));
    }
    if (Object(node) !== node) return node;
    return Object.fromEntries(Object.entries(node).map(([k, v]) => [k, copy(v, style, keep)]));
  };

  const draw = (plot) => {
    if (!plot.offsetWidth) return;
    const { data, layout } = JSON.parse(plot.querySelector("template").content.textContent);
    let live = plot.querySelector(".atlas-live");
    if (!live) {
      live = document.createElement("div");
      live.className = "atlas-live";
      live.style.height = plot.querySelector("svg").height.baseVal.value + (layout.showlegend ? 40 : 0) + "px";
      plot.append(live);
    }
    const style = getComputedStyle(plot);
    const traces = data.map((trace) => {
      const keep = trace.customdata.map((keys) => passes(plot, (name) => keys[name]));
      return copy(trace, style, keep);
    });
    return Plotly.react(live, traces, copy(layout, style), {
      displaylogo: false,
      modeBarButtonsToRemove: ["lasso2d", "select2d"],
      responsive: true,
    }).then(Plotly.Plots.resize);
  };

  const redraw = () => each(document, ".is-live .atlas-plot", draw);

  const toggle = async (button) => {
    const figure = button.closest(".atlas-chart");
    let label = "Interactive chart";
    button.disabled = true;
    if (figure.classList.contains("is-live")) {
      figure.classList.remove("is-live");
      each(figure, ".atlas-live", (live) => {
        Plotly.purge(live);
        live.remove();
      });
    } else {
      try {
        await load();
        await Promise.all([...figure.querySelectorAll(".atlas-plot")].map(draw));
        figure.classList.add("is-live");
        label = "Static chart";
      } catch {
        label += " (could not be loaded)";
      }
    }
    button.textContent = label;
    button.disabled = false;
    button.focus();
  };

  document.addEventListener("atlas:filter", ({ detail }) => {
    filters[detail.table] = detail.filters;
    each(document, ".mark, .category, .atlas-panel, .atlas-twin tr", (node) => {
      const shown = passes(node, (name) => node.getAttribute("data-" + name));
      node.classList.toggle("is-filtered", !shown);
    });
    redraw();
  });
  document.addEventListener("atlas:switch", redraw);
  new MutationObserver(redraw).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });

  each(document, ".atlas-chart-button", (button) => {
    button.hidden = false;
    button.onclick = () => toggle(button);
  });
})();
