// The report's own script; it runs in the reader's browser, inlined by render_report.ts.
"use strict";
(() => {
  const COARSE = matchMedia("(pointer: coarse)").matches;
  const CONFIG = {
    responsive: true,
    displaylogo: false,
    displayModeBar: false,
    doubleClick: "reset",
    showTips: false,
    locale: "en-US",
  };
  const figures = new Map(
    JSON.parse(document.getElementById("figures").textContent).map((figure) => [figure.id, figure]),
  );
  const drawn = new Set();

  async function loadPlotly() {
    const base64 = document.getElementById("plotly").textContent;
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
  }

  // Colours are named by role in the figures; the style sheet knows them for light, dark, print.
  function withColors(value, key = "") {
    const isColor = /color(scale)?$/.test(key);
    if (typeof value === "string") {
      return value.startsWith("@") && isColor ? cssColor(value.slice(1)) : value;
    }
    if (Array.isArray(value)) {
      return isColor || typeof value[0] === "object"
        ? value.map((item) => withColors(item, key))
        : value;
    }
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, withColors(item, name)]),
    );
  }

  function cssColor(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  }

  function chartOf(id) {
    return document.querySelector(`[data-figure="${CSS.escape(id)}"]`);
  }

  function draw(id) {
    const { data, layout } = withColors(figures.get(id));
    const node = chartOf(id);
    const isNew = !drawn.has(id);
    layout.font.family = getComputedStyle(document.body).fontFamily;
    // On touch screens a drag scrolls the page; the range buttons zoom.
    if (COARSE) layout.dragmode = false;
    if (!isNew) {
      data.forEach((trace, index) => trace.visible = node.data[index].visible ?? true);
      if (layout.xaxis.type === "date") layout.xaxis.range = node.layout.xaxis.range.slice();
    }
    globalThis.Plotly.react(node, data, layout, CONFIG);
    drawn.add(id);
    if (isNew && layout.xaxis.type === "date") {
      node.on("plotly_relayout", (change) => {
        if (Object.keys(change).some((key) => key.startsWith("xaxis"))) fitHeight(node);
      });
    }
    if (layout.xaxis.type === "date") fitHeight(node);
  }

  // Fits the y axis to what the x range shows, which Plotly does not do by itself.
  function fitHeight(node) {
    const [from, to] = node.layout.xaxis.range.map(toTime);
    let low = Infinity, high = -Infinity;
    for (const { x, y, visible } of node.data) {
      if (visible === false) continue;
      for (let i = 0; i < x.length; i++) {
        if (x[i] === null || y[i] === null || x[i] < from || x[i] > to) continue;
        low = Math.min(low, y[i]);
        high = Math.max(high, y[i]);
      }
    }
    if (low > high) return;
    const room = (high - low || Math.abs(high) || 1) * 0.06;
    globalThis.Plotly.relayout(node, { "yaxis.range": [low - room, high + room] });
  }

  // Plotly writes ranges as UTC text without a zone.
  function toTime(edge) {
    if (typeof edge === "number") return edge;
    const text = edge.replace(" ", "T");
    return Date.parse(text.length === 10 ? text : `${text}Z`);
  }

  function span(node) {
    const times = node.data.flatMap((trace) => trace.x).filter((time) => time !== null);
    return times.reduce(
      ([low, high], time) => [Math.min(low, time), Math.max(high, time)],
      [Infinity, -Infinity],
    );
  }

  function onClick(event) {
    const button = event.target.closest("figure button");
    const node = button?.closest("figure").querySelector(".chart");
    if (!node?.data) return;
    if (button.dataset.days !== undefined) {
      const [first, last] = span(node);
      const { days } = button.dataset;
      const from = days === "all" ? first : Math.max(first, last - Number(days) * 86400000);
      globalThis.Plotly.relayout(node, { "xaxis.range": [from, last] });
    }
    if (button.dataset.traces !== undefined) {
      const shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(shown));
      const traces = button.dataset.traces.split(" ").map(Number);
      globalThis.Plotly.restyle(node, { visible: shown }, traces);
      if (node.layout.xaxis.type === "date") fitHeight(node);
    }
  }

  // Paper is as wide as it is and always light; every chart and list has to be on it.
  function beforePrint() {
    document.documentElement.dataset.paper = "";
    if (!globalThis.Plotly) return;
    for (const id of figures.keys()) draw(id);
    for (const id of figures.keys()) {
      const node = chartOf(id);
      const width = node.closest(".pair, .multiples") ? 320 : 660;
      globalThis.Plotly.relayout(node, { width, autosize: false });
    }
  }

  function afterPrint() {
    delete document.documentElement.dataset.paper;
    for (const id of drawn) {
      draw(id);
      globalThis.Plotly.relayout(chartOf(id), { width: null, autosize: true });
    }
  }

  async function start() {
    await loadPlotly();
    document.documentElement.dataset.plotly = globalThis.Plotly.version;
    const observer = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        if (!drawn.has(target.dataset.figure)) draw(target.dataset.figure);
      }
    }, { rootMargin: "300px" });
    for (const id of figures.keys()) observer.observe(chartOf(id));
  }

  document.addEventListener("click", onClick);
  addEventListener("beforeprint", beforePrint);
  addEventListener("afterprint", afterPrint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.forEach(draw));
  start().catch((error) => {
    for (const id of figures.keys()) {
      chartOf(id).textContent = `This browser cannot draw the chart: ${error.message}`;
    }
  });
})();
