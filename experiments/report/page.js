"use strict";
{
  const drawings = JSON.parse(document.getElementById("drawings").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // Tables: a button in each heading sorts by its column.

  const orderOf = (row, column) => {
    const cell = row.cells[column];
    if ("order" in cell.dataset) return Number(cell.dataset.order);
    return (cell.firstChild?.textContent ?? "").trim();  // not a telephone's second line
  };

  // Numbers before texts; empty cells last, whichever way the others go.
  const compare = (a, b, sign) => {
    if ((a === "") !== (b === "")) return a === "" ? 1 : -1;
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    if (typeof a === "number") return sign * (a - b);
    return sign * a.localeCompare(b, "en", { numeric: true });
  };

  const sortBy = (table, heading) => {
    const column = heading.cellIndex;
    const descending = heading.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, order: orderOf(row, column) }));
    rows.sort((a, b) => compare(a.order, b.order, descending ? -1 : 1));
    body.append(...rows.map(({ row }) => row));
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    for (const heading of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = heading.textContent;
      button.addEventListener("click", () => sortBy(table, heading));
      heading.replaceChildren(button);
    }
  }

  // A box that scrolls can be reached, and so scrolled, with the keyboard.

  const boxes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const box of document.querySelectorAll(".scroll")) boxes.observe(box);

  // Links into an evaluation open it.

  const openTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.scrollIntoView();
    }
  };
  window.addEventListener("hashchange", openTarget);
  openTarget();

  // Learning curves.

  // Dashed lines where the learning rate fell.
  const rateDrops = (drops) => ({
    id: "drops",
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      ctx.save();
      ctx.fillStyle = colour("--muted");
      ctx.font = "11px system-ui, sans-serif";
      ctx.lineJoin = "round";
      for (const { epoch, rate } of drops) {
        const x = scales.x.getPixelForValue(epoch);
        const label = `rate ${Number(rate.toPrecision(3))}`;
        const left = x + 4 + ctx.measureText(label).width > chartArea.right;
        ctx.textAlign = left ? "right" : "left";
        ctx.beginPath();
        ctx.moveTo(x, chartArea.top);
        ctx.lineTo(x, chartArea.bottom);
        ctx.setLineDash([5, 4]);
        ctx.lineWidth = 1;
        ctx.strokeStyle = colour("--muted");
        ctx.stroke();
        // Readable on a curve: letters with a rim of paper.
        ctx.setLineDash([]);
        ctx.lineWidth = 4;
        ctx.strokeStyle = colour("--paper");
        ctx.strokeText(label, left ? x - 4 : x + 4, chartArea.top + 10);
        ctx.fillText(label, left ? x - 4 : x + 4, chartArea.top + 10);
      }
      ctx.restore();
    },
  });

  const line = (label, points, tone, marks) => ({
    label,
    data: points.map(([x, y]) => ({ x, y })),
    borderColor: colour(tone),
    backgroundColor: colour(tone),
    borderWidth: 1.8,
    pointRadius: marks || points.length === 1 ? 2.5 : 0,  // a line wants two points
    pointHitRadius: 8,
  });

  const datasetsOf = (curves, what) => {
    if (what === "loss") return [line("loss", curves.loss, "--accent", false)];
    const errors = [line("training", curves.training, "--accent", false)];
    if (curves.validation.length) errors.push(line("validation", curves.validation, "--warm", true));
    return errors;
  };

  const axis = (title, more) => ({
    type: "linear",
    title: { display: true, text: title, color: colour("--muted") },
    grid: { color: colour("--line"), borderColor: colour("--axis") },
    ticks: { color: colour("--muted"), maxTicksLimit: 8 },
    ...more,
  });

  const chartOf = (canvas) => {
    const curves = drawings.curves[canvas.dataset.curves];
    const loss = canvas.dataset.what === "loss";
    return new Chart(canvas, {
      type: "line",
      data: { datasets: datasetsOf(curves, canvas.dataset.what) },
      plugins: [rateDrops(curves.drops)],
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "nearest", axis: "x", intersect: false },
        scales: {
          x: axis("epochs", { min: 0 }),
          y: axis(loss ? "loss" : "top-1 error, %", { min: 0 }),
        },
        plugins: {
          legend: {
            display: !loss,
            align: "end",
            labels: { color: colour("--ink"), boxWidth: 18, boxHeight: 1 },
          },
          tooltip: { callbacks: { title: ([item]) => `epoch ${item.parsed.x.toFixed(2)}` } },
        },
      },
    });
  };

  let charts = [];
  const drawCharts = () => {
    for (const chart of charts) chart.destroy();
    charts = [...document.querySelectorAll("canvas[data-curves]")].map(chartOf);
  };

  // Confusion matrices: a pixel for each cell, the cell under the pointer or the arrow keys in words.

  // "47 111 237" of the style sheet.
  const rgb = (name) => colour(name).split(" ").map(Number);

  const drawConfusion = (canvas, { side, counts }) => {
    canvas.width = side;
    canvas.height = side;
    const context = canvas.getContext("2d");
    const image = context.createImageData(side, side);
    const tones = { right: rgb("--heat"), wrong: rgb("--heat-wrong") };
    const most = { right: 1, wrong: 1 };
    const kind = (i) => (i % (side + 1) === 0 ? "right" : "wrong");
    counts.forEach((count, i) => { most[kind(i)] = Math.max(most[kind(i)], count); });
    counts.forEach((count, i) => {
      const share = Math.sqrt(count / most[kind(i)]);
      image.data.set([...tones[kind(i)], Math.round(255 * share)], 4 * i);
    });
    context.putImageData(image, 0, 0);
  };

  const readConfusion = (figure, { side, counts, names }) => {
    const canvas = figure.querySelector("canvas");
    const words = figure.querySelector(".cell");
    const at = { row: 0, column: 0 };
    const bounded = (i) => Math.min(side - 1, Math.max(0, i));
    const read = (row, column) => {
      at.row = bounded(row);
      at.column = bounded(column);
      const taken = at.row === at.column ? "right" : `taken for ${names[at.column]}`;
      words.textContent = `${names[at.row]}, ${taken}: ${counts[at.row * side + at.column]}`;
    };
    canvas.addEventListener("pointermove", (event) => {
      const box = canvas.getBoundingClientRect();
      read(Math.floor(((event.clientY - box.top) / box.height) * side),
           Math.floor(((event.clientX - box.left) / box.width) * side));
    });
    canvas.addEventListener("focus", () => read(at.row, at.column));
    canvas.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      read(at.row + step[0], at.column + step[1]);
    });
  };

  const confusions = [...document.querySelectorAll("[data-confusion]")].map((figure) => ({
    figure,
    matrix: drawings.confusion[figure.dataset.confusion],
  }));
  for (const { figure, matrix } of confusions) readConfusion(figure, matrix);
  const drawConfusions = () => {
    for (const { figure, matrix } of confusions) drawConfusion(figure.querySelector("canvas"), matrix);
  };

  const draw = () => {
    drawCharts();
    drawConfusions();
  };
  draw();
  dark.addEventListener("change", draw);
  document.documentElement.dataset.ready = "";
}
