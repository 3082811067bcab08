// "Check": reads a response from an item's form, scores it and shows the feedback as an LMS does after answering.

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

const values = (form, selector) => [...form.querySelectorAll(selector)].map((control) => control.value);

/** Score what stands in the form; null where a person has to grade. */
function judge(record, form) {
  switch (record.type) {
    case "choice":
      return scoreChoice(record, [...form.querySelectorAll("input:checked")].map((control) => Number(control.value)));
    case "text_entry":
    case "numeric_entry":
      return scoreTyped(record, form.querySelector("input").value);
    case "match":
      return scoreMatch(record, values(form, ".pair select"));
    case "order":
      return scoreOrder(record, [...form.querySelectorAll(".order > li")].map((row) => Number(row.dataset.at)));
    case "gaps":
      return scoreGaps(record, values(form, ".gap"));
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
    const state = stateOf(judged.share);
    yield [state, FEEDBACK_WORDS[state]];
  }
  yield ["general", "Feedback after every answer"];
  yield ["model", "Model answer"];
}

const short = (number) => String(Math.round(number * 100) / 100);
const points = (number) => `${short(number)} ${number === 1 ? "point" : "points"}`;

function scoreLine(record, judged, answered) {
  if (!judged) return ["•", "plain", `${answered ? "Handed in" : "Not answered"}: graded by a person, up to ${points(record.points)}`];
  if (!record.keyed) return ["?", "plain", "Not scored: the key is undecided"];
  const state = stateOf(judged.share);
  const [sign, words] = STATE_WORDS[state];
  const score = `${short(judged.share * record.points)} of ${points(record.points)}`;
  return judged.answered ? [sign, state, `${words}: ${score}`] : ["–", "incorrect", `Not answered: ${score}`];
}

function showResult(article, form) {
  const record = recordOf(article);
  const judged = judge(record, form);
  const answered = [...form.querySelectorAll("textarea, input[type=file]")].some((control) => control.value.trim());
  const [sign, style, words] = scoreLine(record, judged, answered);
  const verdictLine = element("p", { class: `verdict ${style}` }, element("span", { class: "sign", "aria-hidden": "true" }, sign), element("span", { class: "words" }, words));
  const blocks = [...feedbackFor(record, article, judged)].flatMap(([name, title]) => {
    const copy = feedbackCopy(article, name);
    return copy ? [element("div", { class: "shown-feedback", "data-shown": name }, element("h4", {}, title), copy)] : [];
  });
  const problem = judged?.problem ? [element("p", { class: "problem" }, judged.problem)] : [];
  form.querySelector(".result").replaceChildren(verdictLine, ...problem, ...blocks);
}

/** Move a row of an ordering; focus stays on the button, and the new place is said. */
function moveRow(button) {
  const row = button.closest("li");
  const other = button.classList.contains("up") ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (button.classList.contains("up")) other.before(row);
  else other.after(row);
  button.focus();
  const place = [...row.parentElement.children].indexOf(row) + 1;
  const said = element("p", { class: "visually-hidden" }, `Now at place ${place} of ${row.parentElement.children.length}`);
  row.closest("form").querySelector(".result").replaceChildren(said);
}

const FIRST_ORDER = new WeakMap(); // the rows of each ordering as the page came, for "Clear"

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form.sheet");
  if (!form) return;
  event.preventDefault();
  showResult(form.closest("article"), form);
});

document.addEventListener("reset", (event) => {
  const list = event.target.querySelector(".order");
  if (list && FIRST_ORDER.has(list)) list.replaceChildren(...FIRST_ORDER.get(list));
  event.target.querySelector(".result")?.replaceChildren();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest(".moves button");
  if (!button) return;
  const list = button.closest(".order");
  if (!FIRST_ORDER.has(list)) FIRST_ORDER.set(list, [...list.children]);
  moveRow(button);
});
