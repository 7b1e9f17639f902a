// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: paths, by their text alone. The os... twins are the same on the systems we run on.
#include "base/path.h"
#include "sprig/functions.h"

namespace ww::sprig {
namespace {

tmpl::Value clean(tmpl::Call& call) { return tmpl::Value::string(clean_path(call.text(0))); }

tmpl::Value base(tmpl::Call& call) {
    const std::string_view path = call.text(0);
    if (path.empty()) return tmpl::Value::text(".");
    return tmpl::Value::part(call[0], base_name(path));
}

tmpl::Value dir(tmpl::Call& call) {
    const std::string_view path = call.text(0);
    return tmpl::Value::string(clean_path(path.substr(0, path.rfind('/') + 1)));
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

constexpr tmpl::Function kPathFunctions[] = {
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

std::span<const tmpl::Function> path_functions() { return kPathFunctions; }

}  // namespace ww::sprig
