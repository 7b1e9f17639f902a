# SPDX-License-Identifier: BSD-3-Clause
"""The document of the REST interface: it is one, every answer is as it says, and the page that shows it works in a browser."""

import json
import re
import sys
import urllib.parse

import hypothesis
import hypothesis.configuration
import jsonschema
import pytest
from daemon import PROJECT
from hypothesis import strategies as st
from rest_site import PASSWORD, call, with_api

sys.path.insert(0, f"{PROJECT}/tests")

from lab.browser import Browser  # noqa: E402

hypothesis.configuration.set_hypothesis_home_dir(f"{PROJECT}/build/cache/hypothesis")  # tables it makes for itself

# They would change this machine, ask other ones, or never end.
NOT_TRIED = {
    "Configure", "ServerControl", "ImageImport", "warewulfd/api.importImage", "ImageEnter", "ImageSyncUser", "NodeStatusWatch", "getStatusEvents", "Warewulf3Import",
}  # fmt: skip
NODES = 'nodeprofiles:\n  default: {tags: {a: b}}\nnodes:\n  n1: {profiles: [default], comment: one}\n  n2: {}\n'


NOBODY = {"Authorization": "Basic none"}


@pytest.fixture(name="rest")
def rest_site(site):
    with_api(site)
    site.write("etc/warewulf/nodes.conf", NODES)
    site.start()
    return site


@pytest.fixture(name="document")
def read_document(rest):
    answer = call(rest, "GET", "/api/openapi.json", headers=NOBODY)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    return answer.json


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_the_document_says_what_there_is(rest, document):
    assert document["openapi"] == "3.1.0"
    assert call(rest, "GET", "/api/docs/openapi.json", headers=NOBODY).json == document
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids)) > 60
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    text = json.dumps(document)
    for name in re.findall(r'"#/components/schemas/([^"]+)"', text):
        assert name in document["components"]["schemas"]
    # Every path leads somewhere, and by the methods it tells only.
    for path, methods in document["paths"].items():
        concrete = re.sub(r"{\w+}", "x", path)
        for method in ("GET", "PUT", "POST", "PATCH", "DELETE"):
            answer = call(rest, method, concrete, user="eve")  # who may look only
            assert (answer.status == 405) == (method.lower() not in methods), (method, path)
            assert answer.body != b"404 page not found\n", path
    assert call(rest, "POST", "/api/openapi.json").status == 405
    assert "onbot" in document["components"]["schemas"]["Node"]["properties"]["network devices"]["additionalProperties"]["properties"]


# ---- every answer is as the document says


class Maker:
    """Values that fit a schema, or nearly."""

    names = st.sampled_from(["n1", "n2", "default", "x", "", "a/b", "ä", "%", "..", "n[1-2]"]) | st.text(max_size=8)

    def __init__(self, document):
        self.document = document
        self.anything = st.recursive(
            st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
            max_leaves=4,
        )

    def resolved(self, schema):
        return self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema

    def of(self, schema):
        schema = self.resolved(schema)
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = kind[0]
        if kind == "object":
            members = {name: self.of(one) for name, one in schema.get("properties", {}).items()}
            required = {name: members[name] for name in schema.get("required", ())}
            optional = {name: one for name, one in members.items() if name not in required}
            made = st.fixed_dictionaries(required, optional=optional)
            more = schema.get("additionalProperties")
            if isinstance(more, dict):
                made |= st.dictionaries(self.names, self.of(more), max_size=2)
            return made
        if kind == "array":
            return st.lists(self.of(schema["items"]), max_size=2)
        return {"string": self.names, "boolean": st.booleans(), "integer": st.integers(-5, 5)}.get(kind, self.anything)


def check_answer(document, operation, answer):
    status, headers, body = answer.status, answer.headers, answer.body
    told = operation["responses"].get(str(status)) or operation["responses"]["default"]
    kind = headers.get("content-type", "").split(";")[0]
    if status in (304, 405) or (status == 404 and kind == "text/plain"):  # a name that is none of this path
        return
    if status == 400 and not kind and not body:  # nor of any: a NUL
        return
    assert kind in told["content"], f"{operation['operationId']} answers {status} {kind}: {body[:200]!r}"
    schema = {**told["content"][kind]["schema"], "components": document["components"]}
    if kind == "text/plain":
        return
    for line in body.decode(errors="replace").splitlines() if kind == "application/x-ndjson" else [body]:
        jsonschema.Draft202012Validator(schema).validate(json.loads(line))


@pytest.mark.parametrize("seed", range(4))
def test_no_call_fails_and_every_answer_is_as_it_is_told(rest, document, seed):
    maker = Maker(document)
    tried = [one for one in operations(document) if one[2]["operationId"] not in NOT_TRIED]

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=150, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck), derandomize=False
    )
    @hypothesis.given(st.data())
    def ask(data):
        method, path, operation = data.draw(st.sampled_from(tried))
        query = {}
        for parameter in operation["parameters"]:
            value = data.draw(maker.names if parameter["schema"]["type"] == "string" else st.sampled_from(["true", "no", "", "x"]))
            if parameter["in"] == "path":
                value = value or "x"  # without one it is another path
                path = path.replace("{%s}" % parameter["name"], urllib.parse.quote(value, safe=""))
            else:
                query[parameter["name"]] = value
        body = None
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            body = json.dumps(data.draw(maker.of(schema) | maker.anything)).encode()
        target = path + ("?" + urllib.parse.urlencode(query) if query else "")
        answer = call(rest, method, target, body=body)
        assert answer.status < 500, (method, target, body, answer.body)
        check_answer(document, operation, answer)

    ask()
    assert call(rest, "GET", "/api/nodes").status == 200


# ---- the page


def test_the_page_lists_and_tries_routes_in_a_browser(rest, document):
    browser = Browser()
    try:
        browser.open(f"http://127.0.0.1:{rest.port}/api/docs")
        count = len(list(operations(document)))
        browser.wait_for("document.getElementById('state').textContent.endsWith('routes')")
        assert browser.run("document.getElementById('state').textContent") == (
            f"{document['info']['title']} {document['info']['version']}: {count} routes"
        )
        assert browser.run("document.querySelectorAll('.route').length") == count
        assert browser.run("document.querySelectorAll('.schema').length") == len(document["components"]["schemas"])

        def try_it(route, **inputs):
            browser.run(f"document.getElementById('{route}').open = true")
            browser.wait_for(f"document.querySelector('#{route} form')")
            for name, value in inputs.items():
                browser.run(f"document.querySelector('#{route} [name={name}]').value = {json.dumps(value)}")
            browser.run(f"document.querySelector('#{route} .answer').textContent = ''")
            browser.run(f"document.querySelector('#{route} form button').click()")
            answer = f"document.querySelector('#{route} .answer').textContent"
            browser.wait_for(f"{answer}.length > 3")
            return browser.run(answer)

        assert try_it("getNodeByID", id="n1").startswith("401 ")
        for field, value in (("user", "ops"), ("password", PASSWORD)):
            browser.run(f"document.getElementById('{field}').value = '{value}'")
        assert try_it("getNodeByID", id="n1").startswith("200 ") and '"comment": "one"' in try_it("getNodeByID", id="n1")
        assert try_it("addNode", id="n3", body='{"node": {"comment": "<b>made by hand</b>"}}').startswith("200 ")
        assert "made by hand" in rest.read("etc/warewulf/nodes.conf")
        # What comes is text, whatever stands in it.
        assert browser.run("document.querySelectorAll('b').length") == count
        browser.run("document.getElementById('filter').value = 'overlay'; filter()")
        shown = browser.run("[...document.querySelectorAll('.route')].filter(one => !one.hidden).length")
        assert 0 < shown < count
        assert [problem for problem in browser.problems if "401" not in problem] == []
    finally:
        browser.stop()
