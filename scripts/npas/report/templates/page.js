"use strict";
(() => {
  const root = document.documentElement;
  const language = () => root.dataset.language;
  const said = (text) => (Array.isArray(text) ? text[language() === "zh" ? 0 : 1] : text);

  // ---- the language switch: the place that begins nearest to the top of the window stays there
  const EDGE = 64;
  const placeAtTop = () => {
    let found = null;
    let least = Infinity;
    for (const place of document.querySelectorAll("[data-place]")) {
      const far = Math.abs(place.getBoundingClientRect().top - EDGE);
      if (far < least) {
        found = place;
        least = far;
      }
    }
    return found;
  };
  const turnTo = (wanted) => {
    const place = placeAtTop();
    const before = place.getBoundingClientRect().top;
    root.dataset.language = wanted;
    root.lang = wanted === "zh" ? "zh-CN" : "en";
    for (const button of document.querySelectorAll("[data-to]")) {
      button.setAttribute("aria-pressed", String(button.dataset.to === wanted));
    }
    if (window.scrollY > 0) {
      window.scrollBy({ top: place.getBoundingClientRect().top - before, behavior: "instant" });
    }
    hide();
  };
  for (const button of document.querySelectorAll("[data-to]")) {
    button.addEventListener("click", () => turnTo(button.dataset.to));
  }

  // ---- reading a figure: the nearest place of the shared axis, or the nearest point
  const SVG = "http://www.w3.org/2000/svg";
  const reader = document.querySelector(".reader");
  const aloud = document.getElementById("read-aloud");
  const readings = JSON.parse(document.getElementById("readings").textContent);
  let marks = null;

  function hide() {
    reader.hidden = true;
    if (marks) marks.remove();
    marks = null;
  }

  const drawingOf = (chart) => [...chart.querySelectorAll("svg")].find((svg) => svg.getBoundingClientRect().width);

  // the panels, in units of the drawing
  const panelsOf = (svg) => {
    const toSvg = svg.getScreenCTM().inverse();
    return [...svg.querySelectorAll("path.plot")].map((path) => {
      const box = path.getBBox();
      const matrix = toSvg.multiply(path.getScreenCTM());
      return { x: box.x + matrix.e, y: box.y + matrix.f, width: box.width, height: box.height };
    });
  };

  const pointIn = (svg, event) =>
    new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());

  // the panel a pointer is in, and the stop nearest to it
  const nearest = (reading, panels, point) => {
    const place = panels.findIndex((p) => point.x >= p.x - 6 && point.x <= p.x + p.width + 6 && point.y >= p.y - 30 && point.y <= p.y + p.height + 20);
    if (place < 0) return [-1, -1];
    const within = panels[place];
    let best = -1;
    let least = Infinity;
    reading.stops.forEach(([, along, across], index) => {
      let far;
      if (across !== null) {
        far = Math.hypot(point.x - within.x - along * within.width, point.y - within.y - (1 - across) * within.height);
      } else if (reading.upright) {
        far = Math.abs(point.y - within.y - along * within.height);
      } else {
        far = Math.abs(point.x - within.x - along * within.width);
      }
      if (far < least) {
        least = far;
        best = index;
      }
    });
    return [best, place];
  };

  const draw = (name, attributes) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    marks.append(element);
  };

  const show = (chart, index, beside) => {
    hide();
    const reading = readings[chart.dataset.figure];
    const svg = drawingOf(chart);
    const panels = panelsOf(svg);
    const [title, along, across, values] = reading.stops[index];
    chart.dataset.stop = index;
    marks = document.createElementNS(SVG, "g");
    svg.append(marks);
    if (across === null && !reading.upright) {
      for (const panel of panels) {
        const x = panel.x + along * panel.width;
        draw("line", { class: "rule", x1: x, x2: x, y1: panel.y, y2: panel.y + panel.height });
      }
    }
    const rows = values.map(([series, text, height]) => {
      const [name, colour, place] = reading.series[series];
      if (height !== null) {
        const panel = panels[place];
        draw("circle", { class: "dot", r: 4.5, fill: colour, cx: panel.x + along * panel.width, cy: panel.y + (1 - height) * panel.height });
      }
      return [said(name), colour, said(text), height === null ? -1 : height];
    });
    // as the lines lie: the highest first
    if (across === null) rows.sort((a, b) => b[3] - a[3]);
    reader.replaceChildren();
    const head = document.createElement("b");
    head.textContent = said(title);
    reader.append(head);
    for (const [name, colour, text] of rows) {
      const row = document.createElement("span");
      row.className = "row";
      const mark = document.createElement("i");
      mark.style.background = colour;
      const label = document.createElement("span");
      label.textContent = name;
      const value = document.createElement("em");
      value.textContent = text;
      row.append(mark, label, value);
      reader.append(row);
    }
    reader.hidden = false;
    const scale = svg.getBoundingClientRect();
    const unit = scale.width / svg.viewBox.baseVal.width;
    const panel = panels[beside];
    const at = reading.upright ? panel.x + panel.width / 2 : panel.x + along * panel.width;
    const left = scale.left + at * unit;
    const width = reader.offsetWidth;
    const start = left + 14 + width > root.clientWidth ? left - 14 - width : left + 14;
    const height = across !== null ? 1 - across : reading.upright ? along : 0;
    const top = scale.top + (panel.y + height * panel.height) * unit - (across !== null || reading.upright ? reader.offsetHeight + 10 : 0);
    reader.style.left = `${Math.max(8, start) + window.scrollX}px`;
    reader.style.top = `${top + window.scrollY}px`;
    return [said(title), ...rows.map((row) => `${row[0]} ${row[2]}`)].join(language() === "zh" ? "，" : ", ");
  };

  for (const chart of document.querySelectorAll(".chart")) {
    const reading = readings[chart.dataset.figure];
    const follow = (event) => {
      const svg = drawingOf(chart);
      const [index, place] = nearest(reading, panelsOf(svg), pointIn(svg, event));
      if (index < 0) hide();
      else show(chart, index, place);
    };
    chart.addEventListener("pointermove", follow);
    chart.addEventListener("pointerdown", follow);
    chart.addEventListener("pointerleave", hide);
    chart.addEventListener("blur", hide);
    chart.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const last = reading.stops.length - 1;
      if (event.key === "Escape") {
        hide();
        return;
      }
      let index;
      if (event.key === "Home") index = 0;
      else if (event.key === "End") index = last;
      else if (step) index = Math.min(last, Math.max(0, Number(chart.dataset.stop ?? (step > 0 ? -1 : last + 1)) + step));
      else return;
      event.preventDefault();
      aloud.textContent = show(chart, index, 0);
    });
  }
})();
