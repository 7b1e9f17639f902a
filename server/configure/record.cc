// SPDX-License-Identifier: BSD-3-Clause
#include "configure/record.h"

#include <fmt/format.h>

#include "base/digest.h"

namespace ww::configure {

namespace {

// First line; then "wrote DIGEST PATH" and "restart UNIT", a line each.
constexpr std::string_view kHeading = "wwd configured 1";
constexpr mode_t kRecordMode = 0600;

}  // namespace

Result<Record> Record::open(const std::string& folder) {
    WW_TRY_VOID(make_directories(folder));
    Record record;
    record.path_ = folder + "/configured";
    WW_TRY(record.lock_, LockFile::open(record.path_ + ".lock"));
    WW_TRY(const bool ours, record.lock_->try_lock());
    if (!ours)
        return Error(ErrorCode::Conflict, "another wwctl configure is at work on this machine")
            .with_hint("run this again when it is done");
    record.read();
    return record;
}

Record Record::look(const std::string& folder) {
    Record record;
    record.path_ = folder + "/configured";
    record.read();
    return record;
}

void Record::read() {
    const auto text = read_file(path_);
    if (!text || !text->starts_with(kHeading)) return;
    std::string_view rest = *text;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        const size_t blank = line.find(' ');
        if (blank == std::string_view::npos) continue;
        const std::string_view word = line.substr(0, blank);
        const std::string_view value = line.substr(blank + 1);
        if (word == "restart") due_.emplace(value);
        if (word != "wrote") continue;
        const size_t end = value.find(' ');
        if (end != std::string_view::npos)
            digests_.emplace(value.substr(end + 1), value.substr(0, end));
    }
}

bool Record::is_ours(const std::string& path, std::string_view text) const {
    const auto found = digests_.find(path);
    return found != digests_.end() && found->second == sha256_hex(text);
}

void Record::wrote(const std::string& path, std::string_view text) {
    digests_[path] = sha256_hex(text);
}

void Record::set_restart_due(const std::string& unit, bool due) {
    if (due)
        due_.insert(unit);
    else
        due_.erase(unit);
}

Result<void> Record::save() const {
    std::string text = fmt::format("{}\n", kHeading);
    for (const auto& [path, digest] : digests_) text += fmt::format("wrote {} {}\n", digest, path);
    for (const std::string& unit : due_) text += fmt::format("restart {}\n", unit);
    return replace_file(path_, text, kRecordMode);
}

}  // namespace ww::configure
