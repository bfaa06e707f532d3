"use strict";
// Progressive enhancement only: without it every part of the page is there, behind <details>.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    target.hidden = false;
    target.scrollIntoView();
    if (target.tabIndex === -1) target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  reveal();

  for (const bar of all(".buttons[data-for]")) {
    bar.hidden = false;
    const boxes = all("#" + bar.dataset.for + " details:not(.reproduce)");
    for (const button of all("button", bar)) {
      button.addEventListener("click", () => boxes.forEach((box) => { box.open = button.dataset.do === "expand"; }));
    }
  }

  const filter = document.getElementById("filter");
  const rows = all("tr[data-outcomes]");
  const status = document.getElementById("filter-status");
  filter.hidden = false;
  for (const button of all("button", filter)) {
    button.addEventListener("click", () => {
      const wanted = button.dataset.outcome;
      let shown = 0;
      for (const row of rows) {
        row.hidden = wanted !== "" && !row.dataset.outcomes.split(" ").includes(wanted);
        shown += row.hidden ? 0 : 1;
      }
      for (const other of all("button", filter)) other.setAttribute("aria-pressed", String(other === button));
      status.textContent = status.dataset.text.replace("#", shown);
    });
  }

  const paper = "#criteria details:not(.outside details), #failed details, #not-tested details, #errors details";
  let closed = [];
  addEventListener("beforeprint", () => { closed = all(paper).filter((box) => !box.open); closed.forEach((box) => { box.open = true; }); });
  addEventListener("afterprint", () => { closed.forEach((box) => { box.open = false; }); closed = []; });
})();
