// SPDX-License-Identifier: BSD-3-Clause
#include "api/overlays/differences.h"

#include <fmt/format.h>

#include <set>

#include "base/text/line_diff.h"

namespace ww::api {

namespace {

using overlay::Brought;
using overlay::Kind;
using overlay::Origins;

std::string_view kind_word(Kind kind) {
    switch (kind) {
        case Kind::Folder:
            return "folder";
        case Kind::Link:
            return "link";
        case Kind::File:
            break;
    }
    return "file";
}

/// What changes but for the content, a line each.
std::string other_changes(const Brought& before, const Brought& after) {
    std::string out;
    if (before.kind != after.kind)
        out += fmt::format("{} → {}\n", kind_word(before.kind), kind_word(after.kind));
    if (before.meta.mode != after.meta.mode && after.kind != Kind::Link)
        out += fmt::format("mode {:04o} → {:04o}\n", before.meta.mode, after.meta.mode);
    if (before.meta.uid != after.meta.uid || before.meta.gid != after.meta.gid)
        out += fmt::format("owner {}:{} → {}:{}\n",
                           before.meta.uid,
                           before.meta.gid,
                           after.meta.uid,
                           after.meta.gid);
    return out;
}

bool is_text(const std::string& content) { return content.find('\0') == std::string::npos; }

/// Templates that fail, by overlay and what is said.
std::set<std::pair<std::string, std::string>> failures_of(const Origins& origins) {
    std::set<std::pair<std::string, std::string>> all;
    for (const auto* list : {&origins.failures, &origins.conflicts})
        for (const Origins::Failure& failure : *list)
            all.emplace(failure.overlay, failure.error.describe());
    return all;
}

}  // namespace

std::string on_node(const std::string& path) { return "/" + path; }

std::string place_of(const std::string& source, int line) {
    return line > 0 ? fmt::format("{}:{}", source, line) : source;
}

std::vector<Difference> Differ::between(overlay::Context context,
                                        const Origins& before,
                                        const Origins& after) {
    std::vector<Difference> out;
    const std::string in(to_string(context));
    const auto add = [&](const std::string& path, const Brought* was, const Brought* is) {
        const Brought& shown = is != nullptr ? *is : *was;
        const char* what = was == nullptr ? "added" : is == nullptr ? "removed" : "changed";
        out.push_back({in, on_node(path), shown.overlay, what, text(was, is)});
    };
    const auto failed_before = failures_of(before);
    for (const auto* list : {&after.failures, &after.conflicts})
        for (const Origins::Failure& failure : *list)
            if (const std::string said = failure.error.describe();
                !failed_before.contains({failure.overlay, said}))
                out.push_back({in, failure.source, failure.overlay, "fails", said});
    for (const auto& [path, here] : before.files) {
        const Brought* is = after.at(path);
        if (is == nullptr || !before.brought[here.by].is_same_as(*is))
            add(path, &before.brought[here.by], is);
    }
    for (const auto& [path, here] : after.files)
        if (before.at(path) == nullptr) add(path, nullptr, &after.brought[here.by]);
    return out;
}

std::string Differ::text(const Brought* before, const Brought* after) {
    if (texts_ == Texts::Left) return {};
    std::string out;
    if (before != nullptr && after != nullptr) out = other_changes(*before, *after);
    const Brought& shown = after != nullptr ? *after : *before;
    if (shown.kind == Kind::Folder) return out;
    if (shown.kind == Kind::Link) {
        const auto target = [](const Brought* side) {
            return side != nullptr && side->text ? *side->text : std::string();
        };
        return out + fmt::format("{}{}{}\n",
                                 target(before),
                                 before != nullptr && after != nullptr ? " → " : "",
                                 target(after));
    }
    static const auto kNothing = std::make_shared<const std::string>();
    const Data was = before == nullptr ? kNothing : before_.text_of(*before);
    const Data is = after == nullptr ? kNothing : after_.text_of(*after);
    if (!was || !is) {
        const bool unknown =
            (before != nullptr && !before->is_known) || (after != nullptr && !after->is_known);
        return out + (unknown ? "its content then is not known\n"
                              : "its content is too large to compare\n");
    }
    return out + content_text(was, is);
}

std::string Differ::content_text(const Data& before, const Data& after) {
    if (*before == *after) return {};
    if (!is_text(*before) || !is_text(*after))
        return fmt::format("{} → {} bytes\n", before->size(), after->size());
    {
        const std::lock_guard lock(mutex_);
        for (const Compared& each : compared_)
            if (each.before == before && each.after == after) return each.text;
    }
    Compared compared{before, after, line_diff(*before, *after)};
    const std::lock_guard lock(mutex_);
    if (compared_.size() == kMostRemembered) compared_.erase(compared_.begin());
    compared_.push_back(compared);
    return std::move(compared.text);
}

}  // namespace ww::api
