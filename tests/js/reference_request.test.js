import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, shownText } from "../../static/js/reference/request.js";

const PATH = "/api/v1/arrays/{host}/{name}/values";

test("fields stand in the path, those that are filled in the query", () => {
  const fields = [
    { name: "host", place: "path", value: "a box" },
    { name: "name", place: "path", value: "a/b$&" },
    { name: "select", place: "query", value: "0:2, 1" },
    { name: "format", place: "query", value: "" },
  ];
  const address = addressOf(PATH, fields);
  assert.equal(address, "/api/v1/arrays/a%20box/a%2Fb%24%26/values?select=0%3A2%2C+1");
  assert.equal(addressOf("/api/v1/host", []), "/api/v1/host");
});

test("json is shown line by line, with its numbers as they were written", () => {
  const text = '{"a": [1, 9007199254740993], "b": {"c": "}, {"}, "d": [{"e": 1}]}';
  const shown = shownText("application/json", new TextEncoder().encode(text));
  assert.equal(
    shown,
    '{\n  "a": [1, 9007199254740993],\n  "b": {\n    "c": "}, {"\n  },\n  "d": [{\n    "e": 1\n  }]\n}',
  );
  assert.deepEqual(JSON.parse(shown), JSON.parse(text));
});

test("what is no text is shown by its size, and long text is cut", () => {
  assert.equal(shownText("application/x-npy", new Uint8Array(1234)), "1,234 bytes");
  const long = shownText("text/csv", new Uint8Array(50_000).fill(65));
  assert.ok(long.length < 21_000 && long.endsWith("…"));
});
