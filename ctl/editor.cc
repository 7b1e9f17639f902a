// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/editor.h"

#include <fmt/format.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/file.h"

namespace ww::ctl {

Result<EditedFile> EditedFile::create(std::string_view prefix, std::string_view suffix,
                                      std::string_view text) {
    const char* folder = std::getenv("TMPDIR");
    std::string path = fmt::format("{}/{}XXXXXX{}",
                                   folder != nullptr && *folder != '\0' ? folder : "/tmp", prefix,
                                   suffix);
    const UniqueFd fd(::mkstemps(path.data(), static_cast<int>(suffix.size())));
    if (!fd.valid()) return Error::from_errno(errno, "create " + path);
    EditedFile file(path);
    WW_TRY_VOID(write_all(fd.get(), text, path));
    return file;
}

EditedFile::EditedFile(EditedFile&& other) noexcept : path_(std::move(other.path_)) {
    other.path_.clear();
}

EditedFile::~EditedFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
}

Result<void> EditedFile::edit() {
    const char* wanted = std::getenv("EDITOR");
    std::string editor = wanted != nullptr && *wanted != '\0' ? wanted : "/bin/vi";
    char* argv[] = {editor.data(), path_.data(), nullptr};
    std::fflush(stdout);
    pid_t child = 0;
    if (const int failed = ::posix_spawnp(&child, editor.c_str(), nullptr, nullptr, argv, environ);
        failed != 0)
        return Error::from_errno(failed, "start " + editor);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    const std::string how = WIFEXITED(status) ? fmt::format("exit status {}", WEXITSTATUS(status))
                                              : fmt::format("signal {}", WTERMSIG(status));
    return Error(ErrorCode::Cancelled, "editor process exited with an error: " + how);
}

Result<std::string> EditedFile::read() const { return read_file(path_); }

}  // namespace ww::ctl
