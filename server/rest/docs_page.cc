// SPDX-License-Identifier: BSD-3-Clause
//
// The page at /api/docs. Everything that comes from the document or an answer is set as text, never
// as HTML.
#include "rest/openapi.h"

namespace ww::rest {

namespace {

constexpr std::string_view kPage = R"HTML(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>wwd: REST interface</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1rem; }
h2 { border-bottom: 1px solid gray; margin: 1.5rem 0 .5rem; }
details { border: 1px solid #8886; border-radius: 4px; margin: .3rem 0; }
summary { cursor: pointer; padding: .35rem .6rem; }
summary b { display: inline-block; width: 4.5rem; }
summary code { margin-right: .8rem; }
.in { padding: 0 .8rem .8rem; }
label { display: block; margin: .4rem 0; }
input, textarea { box-sizing: border-box; font: inherit; padding: .2rem .4rem; }
textarea { font-family: monospace; min-height: 6rem; width: 100%; }
pre { background: #8882; border-radius: 4px; max-height: 24rem; overflow: auto; padding: .5rem; white-space: pre-wrap; }
.role { color: gray; float: right; }
#login { display: flex; flex-wrap: wrap; gap: .5rem; }
</style>
</head>
<body>
<h1>wwd: REST interface</h1>
<p>Warewulf's interface, and below <code>/api/wwd/v1</code> all that <code>wwctl</code> asks.
The same as a document: <a href="/api/openapi.json">openapi.json</a>.</p>
<form id="login">
<input id="user" placeholder="user" autocomplete="username">
<input id="password" type="password" placeholder="password" autocomplete="current-password">
<input id="token" type="password" placeholder="or a token" autocomplete="off">
<input id="filter" placeholder="filter routes" autocomplete="off">
</form>
<p id="state">reading the document …</p>
<main id="routes"></main>
<h2>Schemas</h2>
<div id="schemas"></div>
<script>
"use strict";
const byId = id => document.getElementById(id);
function make(tag, text, parent, set = {}) {
  const one = Object.assign(document.createElement(tag), set);
  if (text !== null) one.textContent = text;
  if (parent) parent.append(one);
  return one;
}
const shown = value => JSON.stringify(value, null, 2);
function credentials() {
  if (byId("token").value) return "Bearer " + byId("token").value;
  if (!byId("user").value) return null;
  const bytes = new TextEncoder().encode(byId("user").value + ":" + byId("password").value);
  return "Basic " + btoa(String.fromCharCode(...bytes));
}
function example(schema, all, depth = 0) {
  if (schema.$ref) return example(all[schema.$ref.split("/").pop()], all, depth);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "object") {
    const out = {};
    if (depth < 3)
      for (const name of schema.required && schema.required.length ? schema.required : Object.keys(schema.properties || {}))
        out[name] = example(schema.properties[name], all, depth + 1);
    return out;
  }
  return { array: [], boolean: false, integer: 0, string: "" }[type] ?? null;
}
async function send(method, path, operation, inputs, body, out) {
  let target = path;
  const query = new URLSearchParams();
  for (const [parameter, input] of inputs) {
    if (parameter.in === "path") target = target.replace("{" + parameter.name + "}", encodeURIComponent(input.value));
    else if (input.value !== "") query.set(parameter.name, input.value);
  }
  if ([...query].length) target += "?" + query;
  const headers = {};
  const who = credentials();
  if (who) headers.Authorization = who;
  if (body) headers["Content-Type"] = "application/json";
  out.textContent = "…";
  try {
    const reply = await fetch(target, { method: method.toUpperCase(), headers, body: body ? body.value : undefined, credentials: "omit" });
    const text = await reply.text();
    let pretty = text;
    try { pretty = shown(JSON.parse(text)); } catch { /* no JSON, or lines of it */ }
    out.textContent = reply.status + " " + reply.statusText + "\n\n" + pretty;
  } catch (error) {
    out.textContent = "no answer: " + error.message;
  }
}
function route(method, path, operation, all, parent) {
  const box = make("details", null, parent, { className: "route", id: operation.operationId.split(".").pop() });
  const head = make("summary", null, box);
  make("b", method.toUpperCase(), head);
  make("code", path, head);
  head.append(operation.summary + " ");
  make("span", operation["x-role"], head, { className: "role", title: "the role it takes" });
  box.addEventListener("toggle", () => {
    if (box.querySelector(".in")) return;
    const inside = make("div", null, box, { className: "in" });
    const form = make("form", null, inside);
    const inputs = operation.parameters.map(parameter => {
      const label = make("label", parameter.name + " (" + parameter.in + "): " + parameter.description + " ", form);
      return [parameter, make("input", null, label, { name: parameter.name, required: parameter.required })];
    });
    let body = null;
    if (operation.requestBody) {
      const schema = operation.requestBody.content["application/json"].schema;
      body = make("textarea", null, make("label", "body ", form), { value: shown(example(schema, all)), name: "body" });
      const about = make("details", null, inside);
      make("summary", "schema of the body", about);
      make("pre", shown(schema), about);
    }
    make("button", "Try it", form);
    const out = make("pre", "", inside, { className: "answer" });
    form.addEventListener("submit", event => {
      event.preventDefault();
      send(method, path, operation, inputs, body, out);
    });
    const about = make("details", null, inside);
    make("summary", "answers", about);
    make("pre", shown(operation.responses), about);
  });
}
function filter() {
  const wanted = byId("filter").value.toLowerCase();
  for (const one of document.querySelectorAll(".route"))
    one.hidden = !one.firstChild.textContent.toLowerCase().includes(wanted);
}
async function start() {
  const api = await (await fetch("/api/openapi.json")).json();
  const sections = new Map();
  let count = 0;
  for (const [path, operations] of Object.entries(api.paths))
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags[0];
      if (!sections.has(tag)) {
        const section = make("section", null, byId("routes"));
        make("h2", tag, section);
        sections.set(tag, section);
      }
      route(method, path, operation, api.components.schemas, sections.get(tag));
      count += 1;
    }
  for (const [name, schema] of Object.entries(api.components.schemas)) {
    const box = make("details", null, byId("schemas"), { className: "schema" });
    make("summary", name, box);
    make("pre", shown(schema), box);
  }
  byId("state").textContent = api.info.title + " " + api.info.version + ": " + count + " routes";
}
byId("login").addEventListener("submit", event => event.preventDefault());
byId("filter").addEventListener("input", filter);
start().catch(error => { byId("state").textContent = "the document cannot be read: " + error.message; });
</script>
</body>
</html>
)HTML";

}  // namespace

std::string_view docs_page() { return kPage; }

}  // namespace ww::rest
