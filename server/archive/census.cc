// SPDX-License-Identifier: BSD-3-Clause
#include "archive/census.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <utility>

#include "archive/tree.h"

namespace ww::archive {

namespace {

class Counter {
   public:
    Counter(const Census::Options& options, const std::stop_token& stop)
        : options_(options), stop_(stop) {}

    /// False: not all of it.
    bool folder(UniqueFd fd, int depth) {
        struct stat status{};
        if (depth > kMaxTreeDepth || ::fstat(fd.get(), &status) != 0) return false;
        if (!device_) device_ = status.st_dev;
        if (options_.one_file_system && status.st_dev != *device_) return true;
        const std::unique_ptr<DIR, int (*)(DIR*)> names(::fdopendir(fd.get()), &::closedir);
        if (!names) return false;
        (void)fd.release();
        const size_t length = path_.size();
        while (const dirent* entry = ::readdir(names.get())) {
            const std::string_view name = entry->d_name;
            if (name == "." || name == "..") continue;
            if (stop_.stop_requested()) return false;
            if (length != 0) path_ += '/';
            path_ += name;
            if (!one(::dirfd(names.get()), *entry, depth)) return false;
            path_.resize(length);
        }
        return true;
    }

    uint64_t names() const { return names_; }

   private:
    bool one(int parent, const dirent& entry, int depth) {
        if (options_.counts && !options_.counts(path_)) return true;
        ++names_;
        if (entry.d_type != DT_DIR && entry.d_type != DT_UNKNOWN) return true;
        UniqueFd child(
            ::openat(parent, entry.d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        // Gone meanwhile, or no folder where the file system does not say beforehand.
        return !child.valid() || folder(std::move(child), depth + 1);
    }

    const Census::Options& options_;
    const std::stop_token& stop_;
    std::optional<dev_t> device_;
    std::string path_;
    uint64_t names_ = 0;
};

}  // namespace

Census::Census(const ConfinedDir& folder, Options options)
    : thread_([this, &folder, options = std::move(options)](const std::stop_token& stop) {
          auto top = folder.open_file(".", O_RDONLY | O_DIRECTORY);
          if (!top) return;
          Counter counter(options, stop);
          if (counter.folder(std::move(*top), 1)) names_ = counter.names();
      }) {}

}  // namespace ww::archive
