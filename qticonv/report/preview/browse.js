// Finding one's way: filters, search, views, colours, keys, printing.

const ARTICLES = [...document.querySelectorAll("article.item")];
const byId = (name) => document.getElementById(name);
const searched = new Map(); // article -> its text in lower case, made at the first search

function textOf(article) {
  if (!searched.has(article)) {
    const record = recordOf(article);
    searched.set(article, `${record.id} ${article.textContent}`.toLowerCase().replace(/\s+/g, " "));
  }
  return searched.get(article);
}

function passes(article, wanted) {
  const { type, flags, tags } = article.dataset;
  if (wanted.type && type !== wanted.type) return false;
  if (wanted.show && !flags.split(" ").includes(wanted.show)) return false;
  if (wanted.tag && !JSON.parse(tags ?? "[]").includes(wanted.tag)) return false;
  return wanted.words.every((word) => textOf(article).includes(word));
}

function applyFilters() {
  const wanted = {
    show: byId("filter-show").value,
    type: byId("filter-type").value,
    tag: byId("filter-tag")?.value,
    words: byId("search").value.toLowerCase().split(/\s+/).filter(Boolean),
  };
  let count = 0;
  for (const article of ARTICLES) {
    const fits = passes(article, wanted);
    article.hidden = !fits;
    count += Number(fits);
  }
  for (const row of document.querySelectorAll(".key-sheet [data-for]")) row.hidden = byId(row.dataset.for).hidden;
  byId("shown").textContent = count === ARTICLES.length ? `${count} items` : `${count} of ${ARTICLES.length} items`;
  byId("nothing").hidden = count > 0 || ARTICLES.length === 0;
}

function clearFilters() {
  for (const control of document.querySelectorAll(".toolbar select, .toolbar input")) control.value = "";
  applyFilters();
}

/** Bring an item into view and put the focus on it. */
function goTo(article) {
  if (article.hidden) clearFilters();
  article.focus({ preventScroll: true });
  article.scrollIntoView({ block: "start" });
}

/** The item that has the focus, else the first one that is not above the window. */
function current() {
  const focused = document.activeElement?.closest("article.item");
  return focused ?? ARTICLES.find((article) => !article.hidden && article.getBoundingClientRect().bottom > 120);
}

function step(by, wanted = () => true) {
  const shown = ARTICLES.filter((article) => !article.hidden);
  const focused = document.activeElement?.closest("article.item");
  let at = shown.indexOf(current());
  if (focused || by < 0) at += by;
  while (shown[at] && !wanted(shown[at])) at += by;
  if (shown[at]) goTo(shown[at]);
  return shown[at];
}

function nextUndecided() {
  const open = (article) => article.dataset.flags.split(" ").includes("undecided") && !isPicked(article);
  if (step(1, open)) return;
  const first = ARTICLES.find(open);
  if (first) goTo(first);
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  u: nextUndecided,
  "/": () => byId("search").focus(),
  "?": () => byId("help").showModal(),
};

function isTyping(target) {
  return target.closest("textarea, select, dialog, input:not([type=radio], [type=checkbox], [type=file])") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.id === "search") {
    event.target.value = "";
    applyFilters();
    event.target.blur();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !byId("keys-on").checked) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

let waiting = 0;
byId("search").addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(applyFilters, 120);
});
for (const control of document.querySelectorAll(".toolbar select")) control.addEventListener("change", applyFilters);
byId("filters-off").addEventListener("click", clearFilters);
byId("help-open").addEventListener("click", () => byId("help").showModal());
byId("print").addEventListener("click", () => window.print());
byId("theme").addEventListener("change", (event) => { document.documentElement.dataset.theme = event.target.value; });
byId("view").addEventListener("change", (event) => { document.body.dataset.view = event.target.value; });
// A link to an item that a filter hides shows it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#item-']");
  const article = link && byId(link.hash.slice(1));
  if (!article) return;
  event.preventDefault();
  goTo(article);
});
