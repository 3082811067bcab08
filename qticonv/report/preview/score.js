// Scoring: pure functions from an item's record and a response to a verdict. Nothing here touches the page.

const NEARLY = 1e-6; // Moodle: question/engine/states.php, graded_state_for_fraction

/**
 * A verdict: share of the points, whether something was answered, the names of the feedback on what was answered, and
 * whether some of it is right although it earns nothing (all or nothing).
 */
const verdict = (share, answered, replies = [], some = false) => ({ share, answered, replies, some });

/** "correct", "partially_correct" or "incorrect"; an unanswered item counts as incorrect, as in an LMS. */
function stateOf({ share, some }) {
  if (share > 1 - NEARLY) return "correct";
  return share < NEARLY && !some ? "incorrect" : "partially_correct";
}

const clamp = (share) => Math.min(1, Math.max(0, share));
const tidy = (text) => text.normalize("NFC").trim();
const fold = (text, caseSensitive) => (caseSensitive ? tidy(text) : tidy(text).toLowerCase());

/** A decimal as an exact fraction [digits, power]: its value is digits / 10 ** power. Null if it is no number. */
function decimal(text) {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text.replace("\u2212", "-").trim());
  if (!found || !(found[2] || found[3])) return null;
  const [, sign, whole, part = "", power = "0"] = found;
  return [BigInt(`${sign === "-" ? "-" : ""}${whole}${part}` || "0"), part.length - Number(power)];
}

/** Whether a <= b, exactly: 0.1 + 0.2 has no place in a question about 0.3. */
function atMost(a, b) {
  const power = Math.max(a[1], b[1], 0);
  return a[0] * 10n ** BigInt(power - a[1]) <= b[0] * 10n ** BigInt(power - b[1]);
}

/** Whether a number lies between two others, both included; false where one of them is none. */
function within(number, low, high) {
  return Boolean(number && low && high) && atMost(low, number) && atMost(number, high);
}

/** The first accepted answer that fits, as [position, credit], or null. */
function fitting(part, text) {
  if (part.kind === "numeric" || part.type === "numeric_entry") {
    const number = decimal(text);
    const at = part.accepted.findIndex(([low, high]) => within(number, decimal(low), decimal(high)));
    return at < 0 ? null : [at, part.accepted[at][2]];
  }
  const folded = fold(text, part.caseSensitive);
  const at = part.accepted.findIndex(([content]) => fold(content, part.caseSensitive) === folded);
  return at < 0 ? null : [at, part.accepted[at][1]];
}

function scoreChoice(record, picked) {
  if (!picked.length) return verdict(0, false);
  const exact = record.keys.every((isKey, at) => isKey === picked.includes(at));
  const sum = picked.reduce((total, at) => total + record.credits[at], 0);
  const some = record.exact && picked.some((at) => record.keys[at]);
  return verdict(record.exact ? Number(exact) : clamp(sum), true, picked.map(String), some);
}

function scoreTyped(record, text) {
  if (!text.trim()) return verdict(0, false);
  const fit = fitting(record, text);
  return fit ? verdict(clamp(fit[1]), true, [String(fit[0])]) : verdict(0, true);
}

const partly = (record, share) => (record.exact ? Number(share > 1 - NEARLY) : clamp(share));

function scoreMatch(record, chosen) {
  const right = record.rights.filter((at, position) => chosen[position] === String(at)).length;
  if (!chosen.some(Boolean)) return verdict(0, false);
  const replies = chosen.map((_, position) => String(position)); // they explain the pairs, whatever was chosen
  return verdict(partly(record, right / record.rights.length), true, replies, record.exact && right > 0);
}

function scoreOrder(record, rows) {
  const right = rows.filter((at, position) => record.sequence[at] === record.sequence[position]).length;
  return verdict(partly(record, right / rows.length), true, [], record.exact && right > 0);
}

function scoreGap(gap, value) {
  if (value.trim() === "") return [0, null];
  if (gap.kind === "dropdown") return [clamp(gap.credits[Number(value)]), gap.replies[Number(value)]];
  const fit = fitting(gap, value);
  return fit ? [clamp(fit[1]), String(fit[0])] : [0, null];
}

function scoreGaps(record, values) {
  const weights = record.gaps.map((gap) => gap.weight);
  const whole = weights.reduce((total, weight) => total + weight, 0) || 1;
  const scores = record.gaps.map((gap, at) => scoreGap(gap, values[at]));
  const share = scores.reduce((total, [credit], at) => total + credit * weights[at], 0) / whole;
  const replies = scores.flatMap(([, reply], at) => (reply === null ? [] : [`${at}.${reply}`]));
  const some = record.exact && scores.some(([credit]) => credit > 1 - NEARLY);
  return verdict(partly(record, share), values.some((value) => value.trim()), replies, some);
}
