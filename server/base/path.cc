// SPDX-License-Identifier: BSD-3-Clause
#include "base/path.h"

#include <algorithm>

namespace ww {

std::string clean_path(std::string_view path) {
    const bool rooted = path.starts_with('/');
    std::string out(rooted ? "/" : "");
    out.reserve(path.size() + 1);
    size_t kept = out.size();  // what ".." cannot take back: the root, or the ".." before it
    while (!path.empty()) {
        const std::string_view part = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(part.size() + 1, path.size()));
        if (part.empty() || part == ".") continue;
        if (part == ".." && out.size() > kept) {
            const size_t slash = out.rfind('/');
            out.resize(slash == out.npos ? kept : std::max(slash, kept));
            continue;
        }
        if (part == ".." && rooted) continue;
        if (!out.empty() && out.back() != '/') out += '/';
        out += part;
        if (part == "..") kept = out.size();
    }
    return out.empty() ? "." : out;
}

std::string rooted_path(std::string_view path) { return clean_path("/" + std::string(path)); }

std::optional<std::string> path_beneath(std::string_view path) {
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    std::string clean = clean_path(path);
    if (clean == ".") return "";
    if (clean == ".." || clean.starts_with("../")) return std::nullopt;
    return clean;
}

std::string_view base_name(std::string_view path) {
    if (path.empty()) return ".";
    const size_t last = path.find_last_not_of('/');
    if (last == path.npos) return path.substr(0, 1);
    path = path.substr(0, last + 1);
    return path.substr(path.rfind('/') + 1);
}

std::string_view parent_of(std::string_view path) {
    const size_t slash = path.rfind('/');
    return slash == path.npos ? std::string_view() : path.substr(0, slash);
}

std::string_view folder_of(std::string_view path) {
    const size_t slash = path.rfind('/');
    if (slash == path.npos) return ".";
    return path.substr(0, std::max<size_t>(slash, 1));
}

}  // namespace ww
