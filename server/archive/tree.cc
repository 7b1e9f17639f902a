// SPDX-License-Identifier: BSD-3-Clause
#include "archive/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include "base/file.h"

namespace ww::archive {

namespace {

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

Result<std::vector<std::string>> sorted_names(int folder, const std::string& shown) {
    UniqueFd fd(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.valid()) return Error::from_errno(errno, "open " + shown);
    const std::unique_ptr<DIR, CloseFolder> stream(::fdopendir(fd.get()));
    if (!stream) return Error::from_errno(errno, "open " + shown);
    fd.release();
    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(stream.get());
        if (entry == nullptr) break;
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return Error::from_errno(errno, "read the folder " + shown);
    std::sort(names.begin(), names.end());
    return names;
}

class Walker {
   public:
    Walker(const std::function<Result<Walk>(const TreeEntry&)>& visit, std::stop_token stop)
        : visit_(visit), stop_(std::move(stop)) {}

    Result<void> folder(int fd, int depth) {
        if (depth > kMaxTreeDepth)
            return Error(ErrorCode::TooLarge,
                         fmt::format("{}… has more than {} folders inside each other",
                                     path_.substr(0, 60),
                                     kMaxTreeDepth));
        WW_TRY(const std::vector<std::string> names, sorted_names(fd, path_.empty() ? "." : path_));
        const size_t length = path_.size();
        for (const std::string& name : names) {
            if (stop_.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
            if (length != 0) path_ += '/';
            path_ += name;
            WW_TRY_VOID(entry(fd, name, depth));
            if (stopped_) return {};
            path_.resize(length);
        }
        return {};
    }

   private:
    Result<void> entry(int folder_fd, const std::string& name, int depth) {
        struct stat status{};
        if (::fstatat(folder_fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno == ENOENT) return {};
            return Error::from_errno(errno, "stat " + path_);
        }
        WW_TRY(const Walk walk, visit_(TreeEntry{path_, status, folder_fd, name.c_str()}));
        stopped_ = walk == Walk::Stop;
        if (walk != Walk::Enter || !S_ISDIR(status.st_mode)) return {};
        const UniqueFd child(
            ::openat(folder_fd, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!child.valid()) {
            if (errno == ENOENT) return {};
            return Error::from_errno(errno, "open " + path_);
        }
        return folder(child.get(), depth + 1);
    }

    const std::function<Result<Walk>(const TreeEntry&)>& visit_;
    std::stop_token stop_;
    std::string path_;
    bool stopped_ = false;
};

}  // namespace

Result<std::string> TreeEntry::link_target() const {
    std::string target(PATH_MAX, '\0');
    const ssize_t length = ::readlinkat(folder, name, target.data(), target.size());
    if (length < 0) return Error::from_errno(errno, "read the link " + path);
    target.resize(static_cast<size_t>(length));
    return target;
}

Result<void> walk_tree(int top,
                       const std::function<Result<Walk>(const TreeEntry&)>& visit,
                       std::stop_token stop) {
    return Walker(visit, std::move(stop)).folder(top, 1);
}

}  // namespace ww::archive
