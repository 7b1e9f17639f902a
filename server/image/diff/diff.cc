// SPDX-License-Identifier: BSD-3-Clause
#include "image/diff/diff.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include "base/digest.h"

namespace ww::image {

namespace {

/// What the archive has besides the tree.
constexpr std::string_view kAttributesPath = "warewulf/xattrs";

/// Counts what is compared, and ends at a stop, within a file too.
class Pace {
   public:
    Pace(const DiffOptions& options, uint64_t files) : options_(options) {
        so_far_.total_files = files;
    }
    Result<void> read(uint64_t bytes) {
        so_far_.bytes += bytes;
        return tell();
    }
    Result<void> entry() {
        ++so_far_.files;
        return tell();
    }

   private:
    Result<void> tell() {
        if (options_.stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        if (options_.progress) options_.progress(so_far_);
        return {};
    }

    const DiffOptions& options_;
    Progress so_far_{.phase = "comparing"};
};

Result<bool> same_content(const Side& before,
                          const Side& after,
                          const std::string& path,
                          Pace& pace) {
    // One in full, which in a build costs nothing; then the other against it.
    const SideEntry& entry = before.entries().at(path);
    const SideEntry& other = after.entries().at(path);
    if (entry.size == 0) return true;
    const bool reversed = entry.data.empty() && !other.data.empty();
    const std::string_view known = reversed ? other.data : entry.data;
    const Side& reading = reversed ? before : after;
    if (!known.empty()) {
        size_t at = 0;
        bool same = true;
        WW_TRY_VOID(reading.read(path, [&](std::string_view piece) -> Result<bool> {
            WW_TRY_VOID(pace.read(piece.size()));
            same = known.substr(at, piece.size()) == piece;
            at += piece.size();
            return same;
        }));
        return same && at == known.size();
    }
    // Two trees: both are read, in pieces of one size.
    Sha256 first;
    Sha256 second;
    const auto into = [&pace](Sha256& digest) {
        return [&digest, &pace](std::string_view piece) -> Result<bool> {
            WW_TRY_VOID(pace.read(piece.size()));
            digest.update(piece);
            return true;
        };
    };
    WW_TRY_VOID(before.read(path, into(first)));
    WW_TRY_VOID(after.read(path, into(second)));
    return first.finish() == second.finish();
}

std::string kind_of(uint32_t mode) {
    return S_ISREG(mode)   ? "file"
           : S_ISDIR(mode) ? "folder"
           : S_ISLNK(mode) ? "link"
           : S_ISCHR(mode) ? "device"
           : S_ISBLK(mode) ? "block device"
                           : "special file";
}

/// How an entry that both have differs; empty: it does not.
Result<std::string> changes_of(const Side& before,
                               const Side& after,
                               const std::string& path,
                               Pace& pace) {
    const SideEntry& a = before.entries().at(path);
    const SideEntry& b = after.entries().at(path);
    if ((a.mode & S_IFMT) != (b.mode & S_IFMT))
        return fmt::format("{} -> {}", kind_of(a.mode), kind_of(b.mode));
    std::vector<std::string> found;
    if (S_ISREG(a.mode)) {
        bool same = a.size == b.size;
        if (same && a.mtime != b.mtime) {
            WW_TRY(same, same_content(before, after, path, pace));
        }
        if (!same) found.emplace_back("content");
    }
    if (a.link != b.link) found.push_back(fmt::format("target {} -> {}", a.link, b.link));
    if (a.device != b.device) found.emplace_back("device number");
    constexpr uint32_t kPermissions = 07777;
    if (!S_ISLNK(a.mode) && (a.mode & kPermissions) != (b.mode & kPermissions))
        found.push_back(
            fmt::format("mode {:04o} -> {:04o}", a.mode & kPermissions, b.mode & kPermissions));
    if (a.uid != b.uid || a.gid != b.gid)
        found.push_back(fmt::format("owner {}:{} -> {}:{}", a.uid, a.gid, b.uid, b.gid));
    return fmt::format("{}", fmt::join(found, ", "));
}

Result<void> compare_packages(const Images& images,
                              const Side& before,
                              const Side& after,
                              const DiffOptions& options,
                              Difference& difference) {
    if (options.progress) options.progress({.phase = "comparing packages"});
    const auto old = packages_of(images, before, options.stop);
    const auto now = packages_of(images, after, options.stop);
    if (!old || !now) {
        const Error& why = old ? now.error() : old.error();
        if (why.code() == ErrorCode::Cancelled) return why;
        difference.warnings.push_back(
            why.hint().empty() ? why.message() : fmt::format("{}: {}", why.message(), why.hint()));
        return {};
    }
    std::map<std::string, PackageChange> changes;
    for (const auto& [name, version] : *old) changes[name].before = version;
    for (const auto& [name, version] : *now) changes[name].after = version;
    for (auto& [name, change] : changes) {
        if (change.before == change.after) continue;
        change.name = name;
        difference.packages.push_back(std::move(change));
    }
    return {};
}

}  // namespace

Result<Difference> compare(const Images& images,
                           const Side& before,
                           const Side& after,
                           const DiffOptions& options) {
    Difference difference;
    WW_TRY_VOID(compare_packages(images, before, after, options, difference));
    Pace pace(options, before.entries().size());
    const auto add = [&](const std::string& path, FileChange change) {
        change.path = "/" + path;
        difference.files.push_back(std::move(change));
    };
    auto a = before.entries().begin();
    auto b = after.entries().begin();
    while (a != before.entries().end() || b != after.entries().end()) {
        const bool only_before =
            b == after.entries().end() || (a != before.entries().end() && a->first < b->first);
        const bool only_after =
            a == before.entries().end() || (b != after.entries().end() && b->first < a->first);
        if (!only_after) WW_TRY_VOID(pace.entry());
        if (only_before) {
            if (a->first != kAttributesPath) add(a->first, {.was = true, .before = a->second.size});
            ++a;
        } else if (only_after) {
            if (b->first != kAttributesPath) add(b->first, {.is = true, .after = b->second.size});
            ++b;
        } else {
            WW_TRY(std::string what, changes_of(before, after, a->first, pace));
            if (!what.empty())
                add(a->first,
                    {.was = true,
                     .is = true,
                     .before = a->second.size,
                     .after = b->second.size,
                     .what = std::move(what)});
            ++a;
            ++b;
        }
    }
    return difference;
}

}  // namespace ww::image
