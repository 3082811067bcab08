// Parses GIFT with gift-pegjs, for the tests: one JSON string a line on stdin, one JSON answer a line on stdout.
import { createInterface } from "node:readline";
import { parse } from "gift-pegjs";

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  let answer;
  try {
    answer = { questions: parse(JSON.parse(line)) };
  } catch (error) {
    answer = { error: String(error.message), location: error.location ?? null };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
