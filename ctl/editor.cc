// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/editor.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/file.h"
#include "base/process.h"

namespace ww::ctl {

Result<EditedFile> EditedFile::create(std::string_view prefix,
                                      std::string_view suffix,
                                      std::string_view text) {
    const char* folder = std::getenv("TMPDIR");
    std::string path = fmt::format(
        "{}/{}XXXXXX{}", folder != nullptr && *folder != '\0' ? folder : "/tmp", prefix, suffix);
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
    const std::string editor = wanted != nullptr && *wanted != '\0' ? wanted : "/bin/vi";
    WW_TRY(const Exit exit, run_program({editor, path_}));
    if (exit.status() == 0) return {};
    return Error(ErrorCode::Cancelled,
                 fmt::format("editor process exited with an error: exit status {}", exit.status()));
}

Result<std::string> EditedFile::read() const { return read_file(path_); }

}  // namespace ww::ctl
