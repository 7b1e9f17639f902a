// SPDX-License-Identifier: BSD-3-Clause
#include "store/file_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/text/line_diff.h"

namespace ww::store {

namespace {

std::string what_it_is(const KeptFile& file) {
    switch (file.type) {
        case KeptFile::Type::Folder:
            return "folder";
        case KeptFile::Type::Link:
            return "link to " + file.text.value_or("");
        case KeptFile::Type::File:
            break;
    }
    return fmt::format("{} bytes", file.size);
}

std::string what_became(const FileChange& change) {
    if (!change.before)
        return change.after ? fmt::format("added, {}", what_it_is(*change.after)) : "";
    if (!change.after) return fmt::format("deleted, {}", what_it_is(*change.before));
    const KeptFile& before = *change.before;
    const KeptFile& after = *change.after;
    std::vector<std::string> parts;
    if (before.type != after.type || before.digest != after.digest || before.text != after.text)
        parts.push_back(fmt::format("{} → {}", what_it_is(before), what_it_is(after)));
    if (before.mode != after.mode)
        parts.push_back(fmt::format("mode {:04o} → {:04o}", before.mode, after.mode));
    if (before.uid != after.uid || before.gid != after.gid)
        parts.push_back(
            fmt::format("owner {}:{} → {}:{}", before.uid, before.gid, after.uid, after.gid));
    return fmt::format("{}", fmt::join(parts, ", "));
}

bool is_text(const std::optional<KeptFile>& file) {
    return !file || (file->type == KeptFile::Type::File && file->text &&
                     file->text->find('\0') == std::string::npos);
}

}  // namespace

std::string name_files(const std::vector<FileChange>& files) {
    if (files.empty()) return {};
    const FileChange& first = files.front();
    if (files.size() > 1) return fmt::format("overlay {} ({} files)", first.overlay, files.size());
    return first.path.empty() ? "overlay " + first.overlay : "overlay " + first.name();
}

std::string describe(const std::vector<FileChange>& files) {
    std::string out;
    for (const FileChange& file : files)
        out += fmt::format("{}: {}\n", name_files({file}), what_became(file));
    return out;
}

std::string text_diff(const std::vector<FileChange>& files) {
    std::string out;
    for (const FileChange& file : files) {
        out += describe({file});
        if (!is_text(file.before) || !is_text(file.after)) continue;
        const auto text = [](const std::optional<KeptFile>& side) {
            return side ? *side->text : std::string();
        };
        out += line_diff(text(file.before), text(file.after));
    }
    return out;
}

std::vector<FileChange> joined(const std::vector<FileChange>& files) {
    std::map<std::pair<std::string, std::string>, FileChange> all;
    for (const FileChange& file : files) {
        const auto [at, added] = all.emplace(std::pair(file.overlay, file.path), file);
        if (!added) at->second.after = file.after;
    }
    std::vector<FileChange> out;
    for (auto& [key, file] : all)
        if (file.before != file.after) out.push_back(std::move(file));
    return out;
}

// Folders are made before what is in them, and go after it.
std::vector<FileChange> reversed(std::vector<FileChange> files) {
    for (FileChange& file : files) std::swap(file.before, file.after);
    std::stable_sort(files.begin(), files.end(), [](const FileChange& a, const FileChange& b) {
        const bool a_goes = !a.after;
        const bool b_goes = !b.after;
        if (a_goes != b_goes) return a_goes;
        return a_goes ? a.path > b.path : a.path < b.path;
    });
    return files;
}

}  // namespace ww::store
