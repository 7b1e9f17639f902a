// SPDX-License-Identifier: BSD-3-Clause
#include "store/exchange.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

#include "base/digest.h"
#include "base/log.h"
#include "base/path.h"
#include "store/durable.h"

namespace ww::store {

namespace {

constexpr size_t kMark = 16;   // hex digits
constexpr size_t kRandom = 7;  // with the dot
constexpr int kMostKept = 1000;

std::string mark_of(std::string_view text) { return sha256_hex(text).substr(0, kMark); }

int change_places(const std::string& one, const std::string& other) {
    return ::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0
               ? 0
               : errno;
}

/// File systems that cannot, such as NFS, and where nothing is to change places with.
bool cannot_exchange(int error) {
    return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP || error == ENOENT;
}

bool holds_text(const std::string& path, std::string_view text) {
    const auto now = read_file(path);
    return now && *now == text;
}

/// What a file's name tells.
struct LeftExchange {
    std::string path;
    std::string before;  // marks
    std::string after;
};

std::optional<LeftExchange> left_exchange(const std::string& target, std::string_view name) {
    const std::string prefix = fmt::format(".{}-", base_name(target));
    if (name.size() != prefix.size() + kMark + 1 + kMark + kRandom || !name.starts_with(prefix))
        return std::nullopt;
    const std::string_view marks = name.substr(prefix.size());
    if (marks[kMark] != '-' || marks[kMark + 1 + kMark] != '.') return std::nullopt;
    return LeftExchange{fmt::format("{}/{}", folder_of(target), name),
                        std::string(marks.substr(0, kMark)),
                        std::string(marks.substr(kMark + 1, kMark))};
}

std::vector<LeftExchange> left_exchanges(const std::string& target) {
    std::vector<LeftExchange> found;
    const std::string folder(folder_of(target));
    const std::unique_ptr<DIR, int (*)(DIR*)> all(::opendir(folder.c_str()), &::closedir);
    if (!all) return found;
    while (const dirent* entry = ::readdir(all.get()))
        if (auto left = left_exchange(target, entry->d_name)) found.push_back(std::move(*left));
    return found;
}

void keep_beside(const std::string& path, const std::string& target, std::string_view why) {
    int failed = EEXIST;
    for (int i = 0; failed == EEXIST && i < kMostKept; ++i) {
        const std::string kept = i == 0 ? target + "-old" : fmt::format("{}-old.{}", target, i);
        failed = ::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, kept.c_str(), RENAME_NOREPLACE) == 0
                     ? 0
                     : errno;
        if (failed != 0) continue;
        if (const auto synced = sync_name(kept); !synced)
            log::warn("store.sync {}", synced.error().describe());
        log::warn("store.recovery {}: {}", why, kept);
    }
    if (failed != 0)
        log::warn("store.recovery {}: {}; {}",
                  why,
                  path,
                  Error::from_errno(failed, "rename it").message());
}

/// A power failure leaves that of a file whose bytes nobody had put on the disk.
bool never_arrived(std::string_view text) {
    return text.empty() || text.find('\0') != std::string_view::npos;
}

void end_left_exchange(const LeftExchange& left, const std::string& target) {
    const auto text = read_file(left.path);
    if (!text) return log::warn("store.recovery {}", text.error().describe());
    const std::string mark = mark_of(*text);
    if (mark == left.before || mark == left.after) return remove_durably(left.path);
    const auto now = read_file(target);
    const bool is_ours = now && mark_of(*now) == left.after;
    if (is_ours && !never_arrived(*text)) {
        const int failed = change_places(left.path, target);
        if (failed == 0 && holds_text(left.path, *now)) {
            remove_durably(left.path);
            return log::warn(
                "store.recovery {} was saved by another program while wwd was interrupted in "
                "changing it: that is in place again, and the change was not made",
                target);
        }
        // Saved once more in this moment: that counts.
        if (failed == 0) (void)change_places(left.path, target);
    }
    keep_beside(left.path,
                target,
                fmt::format("{} was changed since wwd was interrupted in changing it, so it stays "
                            "as it is; what another program had saved before is kept",
                            target));
}

/// A name that goes with its owner.
class PassingName {
   public:
    explicit PassingName(std::string path) : path_(std::move(path)) {}
    PassingName(const PassingName&) = delete;
    PassingName& operator=(const PassingName&) = delete;
    ~PassingName() {
        if (!stays_) (void)::unlink(path_.c_str());
    }
    const std::string& path() const { return path_; }
    void stay() { stays_ = true; }

   private:
    const std::string path_;
    bool stays_ = false;
};

}  // namespace

Error saved_by_another(const std::string& target) {
    return Error(ErrorCode::Conflict, target + " was saved by another program meanwhile")
        .with_hint("that is kept, and this change was not made: try again");
}

Result<int> put_in_place(AtomicFile& file,
                         const std::string& target,
                         std::string_view before,
                         std::string_view after) {
    const std::string& unnamed = file.temporary();
    PassingName name(fmt::format("{}/.{}-{}-{}{}",
                                 folder_of(target),
                                 base_name(target),
                                 mark_of(before),
                                 mark_of(after),
                                 unnamed.substr(unnamed.size() - kRandom)));
    if (::rename(unnamed.c_str(), name.path().c_str()) != 0) return errno;
    const int failed = change_places(name.path(), target);
    if (cannot_exchange(failed))
        return ::rename(name.path().c_str(), target.c_str()) == 0 ? 0 : errno;
    if (failed != 0 || holds_text(name.path(), before)) return failed;
    if (const int stuck = change_places(name.path(), target); stuck != 0) {
        name.stay();
        return Error::from_errno(stuck, "give " + target + " back");
    }
    return saved_by_another(target);
}

bool has_left_exchange(const std::string& target) { return !left_exchanges(target).empty(); }

void end_left_exchanges(const std::string& target) {
    for (const LeftExchange& left : left_exchanges(target)) end_left_exchange(left, target);
}

}  // namespace ww::store
