// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: paths, by their text alone. The os... twins are the same on the systems we run on.
#include <vector>

#include "sprig/functions.h"

namespace ww::sprig {
namespace {

/// Without "//", "/./", "/../" and a slash at the end; "." if nothing is left.
std::string cleaned(std::string_view path) {
    const bool rooted = path.starts_with('/');
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        const size_t slash = path.find('/');
        const std::string_view part = path.substr(0, slash);
        path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
        if (part.empty() || part == ".") continue;
        const bool up = part == "..";
        if (up && !parts.empty() && parts.back() != "..")
            parts.pop_back();
        else if (!up || !rooted)
            parts.push_back(part);
    }
    std::string out = rooted ? "/" : "";
    for (size_t index = 0; index < parts.size(); ++index) {
        if (index > 0) out += '/';
        out += parts[index];
    }
    return out.empty() ? "." : out;
}

tmpl::Value clean(tmpl::Call& call) { return tmpl::Value::string(cleaned(call.text(0))); }

tmpl::Value base(tmpl::Call& call) {
    std::string_view path = call.text(0);
    if (path.empty()) return tmpl::Value::text(".");
    while (path.ends_with('/')) path.remove_suffix(1);
    if (path.empty()) return tmpl::Value::text("/");
    return tmpl::Value::part(call[0], path.substr(path.rfind('/') + 1));
}

tmpl::Value dir(tmpl::Call& call) {
    const std::string_view path = call.text(0);
    return tmpl::Value::string(cleaned(path.substr(0, path.rfind('/') + 1)));
}

tmpl::Value ext(tmpl::Call& call) {
    const std::string_view path = call.text(0);
    const size_t dot = path.rfind('.');
    const size_t slash = path.rfind('/');
    if (dot == path.npos || (slash != path.npos && slash > dot)) return tmpl::Value::text("");
    return tmpl::Value::part(call[0], path.substr(dot));
}

tmpl::Value is_absolute(tmpl::Call& call) {
    return tmpl::Value::boolean(call.text(0).starts_with('/'));
}

constexpr tmpl::Function kFunctions[] = {
    {"base", "string", base, "The last part of PATH."},
    {"osBase", "string", base, "As base."},
    {"dir", "string", dir, "PATH without its last part."},
    {"osDir", "string", dir, "As dir."},
    {"clean", "string", clean, "The shortest PATH of the same meaning."},
    {"osClean", "string", clean, "As clean."},
    {"ext", "string", ext, "The ending of PATH from its last dot on."},
    {"osExt", "string", ext, "As ext."},
    {"isAbs", "string", is_absolute, "Whether PATH starts at the root."},
    {"osIsAbs", "string", is_absolute, "As isAbs."},
};

}  // namespace

std::span<const tmpl::Function> path_functions() { return kFunctions; }

}  // namespace ww::sprig
