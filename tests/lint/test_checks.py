# SPDX-License-Identifier: BSD-3-Clause
"""Each check finds what it is there to find, with the line, and leaves the rest alone."""

import documents
import forbidden
import layering
import messages
import pytest
import once
import sizes
import source

TABLE = "| layer | may include |\n|---|---|\n| `base` | |\n| `tmpl` | `base` |\n| `http` | `base` |\n| `ctl` | `base` |\n"


def found(check, **files):
    """What a check says about made-up files: {path_with__for_slash: text}."""
    texts = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}
    texts.setdefault(layering.TABLE, TABLE)
    texts.setdefault(sizes.ALLOWED, "")
    return [str(finding) for finding in check(list(texts), texts.__getitem__)]


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [
        ("server__tmpl__a_dot_cc", '#include "base/file.h"\n#include "http/a.h"\n', "server/tmpl/a.cc:2: tmpl must not"),
        ("server__base__a_dot_h", '#include "tmpl/a.h"\n', "server/base/a.h:1: base must not include tmpl"),
        ("ctl__a_dot_cc", '  #  include "http/a.h"\n', "ctl/a.cc:1: ctl must not include http"),
        ("server__tmpl__a_dot_h", "#include <yaml-cpp/yaml.h>\n", "server/tmpl/a.h:1: <yaml-cpp/yaml.h> in a header"),
        ("server__tmpl__a_dot_h", "#include <boost/asio/post.hpp>\n", "server/tmpl/a.h:1: <boost/asio/post.hpp>"),
        ("server__new__a_dot_h", "", "server/new/a.h:1: layer new has no row"),
    ],
)
def test_an_include_that_goes_up(path, text, place):
    findings = found(layering.check, **{path: text})
    assert len(findings) == 1 and findings[0].startswith(place)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("server__tmpl__a_dot_cc", '#include "tmpl/b.h"\n#include "base/b.h"\n#include <yaml.h>\n#include <vector>\n'),
        ("server__http__a_dot_h", "#include <boost/asio/post.hpp>\n#include <fmt/core.h>\n#include <sys/stat.h>\n"),
        ("server__tmpl__a_dot_cc", '// #include "http/a.h"\n'),
        ("server__tmpl__a_dot_h", "// lint: third_party, two sources share it\n#include <openssl/evp.h>\n"),
        ("tests__unit__tmpl__a_dot_cc", '#include "http/a.h"\n'),
    ],
)
def test_an_include_that_may_be(path, text):
    assert found(layering.check, **{path: text}) == []


def test_a_test_that_is_not_there():
    text = "| x | `unit/base/a_test.cc`, e2e/test_b.py |\n"
    findings = found(documents.check, SECURITY_dot_md=text, tests__unit__base__a_test_dot_cc=f"// {documents.SPDX}\n")
    assert [each for each in findings if "no test" in each] == ["SECURITY.md:1: there is no test e2e/test_b.py"]


def test_a_table_that_goes_round():
    table = "| `a` | `b` |\n| `b` | `c` |\n| `c` | `a` |\n"
    findings = layering.check([], lambda path: table)
    assert len(findings) == 3


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("remove_all", "std::filesystem::remove_all(p);"),
        ("create_directories", "fs::create_directories(p, ec);"),
        ("stoi", "int n = std::stoi(text);"),
        ("stoi", "n = strtoull(text, &end, 10);"),
        ("system", "system(command);"),
        ("system", "f = ::popen(command, mode);"),
        ("sprintf", "sprintf(buffer, f);"),
        ("capture_all", "asio::co_spawn(context, [&]() -> Task<void> {});"),
        ("co_await_condition", "if (!co_await ready()) co_return;"),
        ("sleep", "std::this_thread::sleep_for(1s);"),
        ("cout", "std::cout << 1;"),
        ("debug_format", 'text = fmt::format("no path: {:?}", path);'),
        ("using_throw", "throw std::runtime_error(x);"),
        ("todo", "// TODO: later"),
    ],
)
def test_a_forbidden_call(rule, line):
    assert found(forbidden.check, server__x__a_dot_cc=f"int a;\n{line}\n") != []
    assert found(forbidden.check, server__x__a_dot_cc=f"int a;\n{line}\n")[0].startswith(f"server/x/a.cc:2: {rule}: ")
    assert found(forbidden.check, server__x__a_dot_cc=f"int a;\n{line}  // lint: {rule}, for once\n") == []


@pytest.mark.parametrize(
    "line",
    [
        "// std::filesystem::remove_all would race",
        'log("system(x)");',
        'auto text = R"(std::stoi(1))";',
        "file.system();",
        "my_system(x);",
        "Value atoi(Call& call) {",
        "dispatch(site, [&] { return 1; });",
        "context->system(x);",
        "// TODO(when Boost >= 1.91): drop",
        "catch (...) { std::rethrow_exception(p); }",
        "run([&] { return 1; });",
    ],
)
def test_what_only_looks_forbidden(line):
    assert found(forbidden.check, server__x__a_dot_cc=line) == []


def test_names_that_say_nothing():
    for name in ("server__x__utils_dot_cc", "server__x__node_helper_dot_h", "ctl__common__a_dot_h"):
        assert len(found(forbidden.check, **{name: ""})) == 1
    assert found(forbidden.check, server__x__utility_room_dot_cc="") == []


def test_blanking_keeps_lines():
    text = 'a /* b\nc */ d "e // f" g // h\n#include "i.h"\n'
    assert source.code(text) == 'a     \n     d          g     \n#include "i.h"\n'


SPDX = "// SPDX-License-Identifier: BSD-3-Clause\n"


def test_licences():
    assert found(documents.check, server__a_dot_cc=SPDX) == []
    assert len(found(documents.check, server__a_dot_cc="int a;\n")) == 1


def test_links_and_commands():
    page = "[good](server/README.md) [out](https://example.org/x) [folder](server)\n[bad](gone.md#part)\n./dev build and ./dev dance\n"
    findings = found(documents.check, README_dot_md=page, dev=f"#\n# {SPDX}  build    builds\n")
    assert [text.split(": ")[0] for text in findings] == ["README.md:2", "README.md:3"]


def test_a_layer_without_a_readme():
    findings = found(documents.check, server__tmpl__a_dot_cc=SPDX)
    assert findings == ["server/tmpl/README.md:1: each layer has a README that fits a screen"]


def test_the_picture_agrees_with_the_table():
    table = {"base": [], "yaml": ["base"], "nodes": ["yaml"], "http": ["base"]}
    good = layering.read_picture("# A\n```\n 2 nodes\n 1  yaml   http\n 0 base\n```\n")
    assert list(layering.check_picture(table, good)) == []
    assert list(layering.check_picture(table, good | {"yaml": 2, "gone": 1})) == [
        "layer gone is in this picture only",
        "nodes may include yaml, and must stand above it",
    ]


def test_a_second_copy_of_an_idea():
    findings = found(
        once.check,
        server__base__process_dot_cc="::posix_spawn(a)",
        ctl__a_dot_cc="\nif (fork() == 0)",
        server__fields__field_dot_h="nothing",
    )
    assert findings == [
        "server/fields/field.h:1: the mask of secrets: this row of once.py no longer finds it here",
        "ctl/a.cc:2: starting programs: stands in server/base/process.cc already",
    ]


def test_sizes():
    long = {"server__a_dot_h": "\n" * 301, "server__a_dot_cc": "\n" * 501, "server__b_dot_cc": "\n" * 500}
    assert len(found(sizes.check, **long)) == 2
    excuse = {sizes.ALLOWED.replace("/", "__").replace(".", "_dot_"): "server/a.h\ttables\nserver/a.cc\tworse\n"}
    assert found(sizes.check, **long, **excuse) == []


def test_folders():
    many = {f"server__a__f{i}_dot_cc": "" for i in range(46)}
    assert found(sizes.check, **many) == ["server/a:1: 46 files: which of them are a folder of their own? (over 45)"]
    many.popitem()
    assert found(sizes.check, **many) == []


def test_messages_and_their_manual():
    code = 'log::warn("a.known x {}", x);\nlog::error(\n    "a.missing {}", x);\nlog::warn("{}", x);\nlog::info("{}", x);\n'
    manual = "# Messages\n\n### `a.known`\n### `b.gone`, `a.known`\n"
    findings = found(messages.check, server__x__a_dot_cc=code, docs__messages_dot_md=manual)
    assert [finding.partition(": ")[0] for finding in findings] == ["server/x/a.cc:2", "server/x/a.cc:4", "docs/messages.md:4"]
