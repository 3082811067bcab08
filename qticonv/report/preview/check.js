// "Check": reads a response from an item's sheet, scores it and shows the feedback as an LMS does after answering.

const DATA = JSON.parse(document.getElementById("data").textContent);
const recordOf = (article) => DATA.items[article.id];

const STATE_WORDS = { correct: ["✓", "Correct"], partially_correct: ["◐", "Partly correct"], incorrect: ["✕", "Incorrect"] };
const FEEDBACK_WORDS = { correct: "Feedback when right", partially_correct: "Feedback when partly right", incorrect: "Feedback when wrong" };

/** Build an element; strings become text, never HTML. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const values = (sheet, selector) => [...sheet.querySelectorAll(selector)].map((control) => control.value);

/** Score what stands in the sheet; null where a person has to grade. */
function judge(record, sheet) {
  switch (record.type) {
    case "choice":
      return scoreChoice(record, [...sheet.querySelectorAll("input:checked")].map((control) => Number(control.value)));
    case "text_entry":
    case "numeric_entry":
      return scoreTyped(record, sheet.querySelector("input").value);
    case "match":
      return scoreMatch(record, values(sheet, ".pair select"));
    case "order":
      return scoreOrder(record, [...sheet.querySelectorAll(".order > li")].map((row) => Number(row.dataset.at)));
    case "gaps":
      return scoreGaps(record, values(sheet, ".gap"));
    default:
      return null;
  }
}

/** A copy of the author's feedback called `name`, without the highlights that only the author sees; or null. */
function feedbackCopy(article, name) {
  const found = article.querySelector(`.notes [data-feedback="${name}"]`);
  if (!found) return null;
  const copy = found.querySelector(".text").cloneNode(true);
  for (const mark of copy.querySelectorAll("mark")) mark.replaceWith(...mark.childNodes);
  return copy;
}

/** What a reply is about: "Answer B", "Gap 2", "Paris". */
function replyTitle(record, article, name) {
  if (record.type === "gaps") return `On gap ${Number(name.split(".")[0]) + 1}`;
  if (record.type === "match") return `On pair ${Number(name) + 1}`;
  if (record.type !== "choice") return "On your answer";
  return `On answer ${article.querySelectorAll(".choices .letter")[Number(name)].textContent}`;
}

function* feedbackFor(record, article, judged) {
  for (const name of judged?.replies ?? []) yield [name, replyTitle(record, article, name)];
  if (judged && record.keyed) {
    // Without a text of its own, a partly right answer gets the text for a wrong one, as the writers have it.
    const state = stateOf(judged);
    const name = state === "partially_correct" && !feedbackCopy(article, state) ? "incorrect" : state;
    yield [name, FEEDBACK_WORDS[name]];
  }
  yield ["general", "Feedback after every answer"];
  yield ["model", "Model answer"];
}

const short = (number) => String(Math.round(number * 100) / 100);
const points = (number) => `${short(number)} ${number === 1 ? "point" : "points"}`;

function scoreLine(record, judged, answered) {
  if (!judged) return ["•", "plain", `${answered ? "Handed in" : "Not answered"}: graded by a person, up to ${points(record.points)}`];
  if (!record.keyed) return ["?", "plain", "Not scored: the key is undecided"];
  const state = stateOf(judged);
  const [sign, words] = STATE_WORDS[state];
  const score = `${short(judged.share * record.points)} of ${points(record.points)}`;
  return judged.answered ? [sign, state, `${words}: ${score}`] : ["–", "incorrect", `Not answered: ${score}`];
}

function showResult(sheet) {
  const article = sheet.closest("article");
  const record = recordOf(article);
  const judged = judge(record, sheet);
  const answered = [...sheet.querySelectorAll("textarea, input[type=file]")].some((control) => control.value.trim());
  const [sign, style, words] = scoreLine(record, judged, answered);
  const verdictLine = element("p", { class: `verdict ${style}` }, element("span", { class: "sign", "aria-hidden": "true" }, sign), element("span", { class: "words" }, words));
  const blocks = [...feedbackFor(record, article, judged)].flatMap(([name, title]) => {
    const copy = feedbackCopy(article, name);
    return copy ? [element("div", { class: "shown-feedback", "data-shown": name }, element("h4", {}, title), copy)] : [];
  });
  const isNumber = record.type !== "numeric_entry" || !judged.answered || decimal(sheet.querySelector("input").value);
  const problem = isNumber ? [] : [element("p", { class: "problem" }, "This is not a number.")];
  sheet.querySelector(".result").replaceChildren(verdictLine, ...problem, ...blocks);
}

/** Move a row of an ordering; focus stays in the row, and the new place is said. */
function moveRow(button) {
  const row = button.closest("li");
  const other = button.classList.contains("up") ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (button.classList.contains("up")) other.before(row);
  else other.after(row);
  // At either end the button has gone: its neighbour takes the focus.
  const gone = getComputedStyle(button).visibility === "hidden";
  (gone ? button.nextElementSibling ?? button.previousElementSibling : button).focus();
  const place = [...row.parentElement.children].indexOf(row) + 1;
  const said = element("p", { class: "visually-hidden" }, `Now at place ${place} of ${row.parentElement.children.length}`);
  row.closest(".sheet").querySelector(".result").replaceChildren(said);
}

const FIRST_ORDER = new WeakMap(); // the rows of each ordering as the page came, for "Clear"

function clear(sheet) {
  for (const control of sheet.querySelectorAll("input, textarea, select")) {
    if (control.type === "radio" || control.type === "checkbox") control.checked = false;
    else control.value = "";
  }
  const list = sheet.querySelector(".order");
  if (FIRST_ORDER.has(list)) list.replaceChildren(...FIRST_ORDER.get(list));
  sheet.querySelector(".result").replaceChildren();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".sheet button");
  if (!button) return;
  const sheet = button.closest(".sheet");
  if (button.matches(".check")) showResult(sheet);
  else if (button.matches(".clear")) clear(sheet);
  else {
    const list = sheet.querySelector(".order");
    if (!FIRST_ORDER.has(list)) FIRST_ORDER.set(list, [...list.children]);
    moveRow(button);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".sheet input")) return;
  event.preventDefault();
  showResult(event.target.closest(".sheet"));
});
