// Choosing keys in the page, and saving them as an answers file (JSON, which is YAML).

const picks = new Map(); // article -> { values, texts }
let saved = true;

const isPicked = (article) => picks.has(article);
const undecided = ARTICLES.filter((article) => article.dataset.flags.split(" ").includes("undecided"));
const originals = new Map(); // article -> its record before a key was chosen
const controlsOf = (article) => [...article.querySelectorAll(".notes .mark input")];

/** What an answers file says of one item: one value alone or a list, and the texts of the chosen choices. */
function entryOf({ values: chosen, texts }) {
  const plain = (list) => (list.length === 1 ? list[0] : list);
  return texts ? { key: plain(chosen), text: plain(texts) } : { key: plain(chosen) };
}

function answersFile() {
  const inOrder = ARTICLES.filter(isPicked).map((article) => [recordOf(article).id, entryOf(picks.get(article))]);
  return `${JSON.stringify({ answers: Object.fromEntries(inOrder) }, null, 2)}\n`;
}

/** Score with the chosen key from now on. */
function rescore(record, chosen) {
  record.keyed = chosen.some(Boolean);
  record.keys = chosen;
  const rights = chosen.filter(Boolean).length || 1;
  const several = record.kind === "multiple";
  record.credits = chosen.map((isKey) => (isKey ? 1 / (several ? rights : 1) : several ? -1 / rights : 0));
}

function pickedChoices(article, record) {
  const chosen = controlsOf(article).map((control) => control.checked);
  const choices = record.choices.filter((_, at) => chosen[at]);
  rescore(record, chosen);
  return choices.length ? { values: choices.map((choice) => choice.key), texts: choices.map((choice) => choice.text) } : null;
}

function pickedTexts(area, record) {
  const lines = area.value.split("\n").map((line) => line.trim()).filter(Boolean);
  const good = record.type === "numeric_entry" ? lines.filter(decimal) : lines;
  area.setAttribute("aria-invalid", String(good.length < lines.length));
  record.keyed = good.length > 0;
  record.accepted = good.map((text) => (record.type === "numeric_entry" ? [text, text, 1] : [text, 1]));
  return good.length ? { values: good } : null;
}

/** The item's record, after a copy of it was kept for "Undo". */
function changing(article) {
  const record = recordOf(article);
  if (!originals.has(article)) originals.set(article, structuredClone(record));
  return record;
}

function setPick(article, pick) {
  if (pick) picks.set(article, pick);
  else picks.delete(article);
  saved = picks.size === 0;
  showPick(article, pick);
  showState();
}

function showPick(article, pick) {
  const line = article.querySelector(".pick-state");
  line.dataset.hint ??= line.textContent;
  line.textContent = pick ? `✎ Chosen by you: ${pick.values.join(", ")}` : line.dataset.hint;
  article.querySelector(".undo").hidden = !pick;
  article.classList.toggle("picked", Boolean(pick));
  document.querySelector(`.withheld [data-undecided="${article.id}"]`)?.classList.toggle("done", Boolean(pick));
}

function showState() {
  const open = undecided.filter((article) => !isPicked(article)).length;
  const kept = picks.size === 1 ? "1 key chosen" : `${picks.size} keys chosen`;
  byId("save-state").textContent = `${kept}, ${open} undecided.${saved && picks.size ? " Saved." : ""}`;
  byId("save").disabled = picks.size === 0;
  byId("next-undecided").hidden = open === 0;
  document.querySelector(".save-bar").hidden = undecided.length === 0 && picks.size === 0;
}

function undo(article) {
  for (const control of controlsOf(article)) control.checked = "was" in control.dataset;
  const area = article.querySelector(".key-text");
  if (area) area.value = "";
  Object.assign(recordOf(article), originals.get(article));
  setPick(article, null);
}

function save() {
  const name = `${DATA.source.replace(/^.*[\\/]/, "").replace(/\.[^.]*$/, "") || "quiz"}.answers.yaml`;
  const link = element("a", { download: name, href: URL.createObjectURL(new Blob([answersFile()], { type: "application/json" })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  saved = true;
  showState();
}

document.addEventListener("input", (event) => {
  const article = event.target.closest("article.item");
  if (!article || !event.target.closest(".notes")) return;
  const record = changing(article);
  setPick(article, event.target.matches(".key-text") ? pickedTexts(event.target, record) : pickedChoices(article, record));
});

document.addEventListener("click", (event) => {
  const article = event.target.closest("article.item");
  if (article && event.target.closest(".confirm")) setPick(article, pickedChoices(article, changing(article)));
  if (article && event.target.closest(".undo")) undo(article);
});

byId("save").addEventListener("click", save);
byId("next-undecided").addEventListener("click", nextUndecided);
window.addEventListener("beforeunload", (event) => { if (!saved) event.preventDefault(); });

applyFilters();
showState();
