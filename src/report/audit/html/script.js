// Filter and sort what the page already holds. Without this script everything is there to read.
"use strict";

const form = document.getElementById("filter");
const shown = document.getElementById("shown");
const toggle = document.getElementById("toggle");

const lower = (element) => element.textContent.toLowerCase();

// Every entry, read once: its texts and the findings in it.
const entries = [...document.querySelectorAll("tbody[data-namespace]")].map((body) => ({
  body,
  namespace: body.dataset.namespace,
  details: body.querySelector("details"),
  text: [...body.rows].filter((row) => row.className !== "detail").map(lower).join(" ")
    + [...body.querySelectorAll(".about")].map(lower).join(" "),
  groups: [...body.querySelectorAll(".group")].map((group) => ({
    group,
    rule: group.dataset.rule,
    findings: [...group.querySelectorAll("li[data-label]")].map((item) => ({
      item, label: item.dataset.label, text: group.dataset.rule + " " + lower(item),
    })),
  })),
}));
const all = entries.reduce((sum, e) => e.groups.reduce((n, g) => n + g.findings.length, sum), 0);

function apply() {
  const wanted = new FormData(form);
  const text = wanted.get("text").trim().toLowerCase();
  const [namespace, rule] = [wanted.get("namespace"), wanted.get("rule")];
  const labels = new Set(wanted.getAll("label"));
  const everyLabel = labels.size === form.querySelectorAll("[name=label]").length;
  let objects = 0;
  let findings = 0;
  for (const entry of entries) {
    const here = !namespace || entry.namespace === namespace;
    // An entry that matches itself shows all of its findings.
    const named = !text || entry.text.includes(text);
    let found = 0;
    for (const { group, rule: of, findings: items } of entry.groups) {
      const asked = here && (!rule || of === rule);
      let inGroup = 0;
      for (const { item, label, text: words } of items) {
        const visible = asked && labels.has(label) && (named || words.includes(text));
        item.hidden = !visible;
        inGroup += visible;
      }
      group.hidden = inGroup === 0;
      found += inGroup;
    }
    const clean = entry.groups.length === 0 && here && named && !rule && everyLabel;
    entry.body.hidden = found === 0 && !clean;
    objects += !entry.body.hidden;
    findings += found;
  }
  shown.textContent = `${findings} of ${all} findings, ${objects} of ${entries.length} objects`;
}

// Words first by letter, numbers first by size; a second press turns the order round.
function sort(head) {
  const table = head.closest("table");
  const column = [...head.parentNode.children].indexOf(head);
  const numeric = head.dataset.sort === "number";
  const before = head.getAttribute("aria-sort");
  const first = numeric ? "descending" : "ascending";
  const order = before !== first ? first : numeric ? "ascending" : "descending";
  for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", order);
  const key = (body) => body.rows[0].cells[column].textContent;
  const compare = numeric
    ? (a, b) => (Number(a) || 0) - (Number(b) || 0)
    : new Intl.Collator("en", { numeric: true }).compare;
  const sign = order === "ascending" ? 1 : -1;
  const keyed = [...table.tBodies].map((body) => [key(body), body]);
  keyed.sort(([a], [b]) => sign * compare(a, b));
  table.append(...keyed.map(([, body]) => body));
}

for (const head of document.querySelectorAll("[data-sort]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = head.textContent;
  button.addEventListener("click", () => sort(head));
  head.replaceChildren(button);
}
toggle.addEventListener("click", () => {
  const open = toggle.getAttribute("aria-pressed") === "false";
  toggle.setAttribute("aria-pressed", String(open));
  for (const { body, details } of entries) if (details && !body.hidden) details.open = open;
});
form.addEventListener("input", apply);
form.addEventListener("reset", () => setTimeout(apply));
form.addEventListener("submit", (event) => event.preventDefault());
form.hidden = entries.length === 0;
apply();
