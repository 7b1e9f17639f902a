// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/editor.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

#include "base/file.h"
#include "base/process.h"

namespace ww::ctl {

namespace {

/// Compat: EDITOR comes first and may be the path of a program, blanks and all, as upstream takes
/// it; else it is a command with arguments, as for everybody else ("code --wait").
std::vector<std::string> editor_command(const std::string& path) {
    std::string editor = "/bin/vi";
    for (const char* name : {"VISUAL", "EDITOR"})
        if (const char* wanted = std::getenv(name); wanted != nullptr && *wanted != '\0')
            editor = wanted;
    if (editor.find_first_of(" \t\"'$\\") == std::string::npos ||
        ::access(editor.c_str(), X_OK) == 0)
        return {editor, path};
    return {"/bin/sh", "-c", "exec " + editor + " \"$@\"", editor, path};
}

}  // namespace

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
    WW_TRY(const Exit exit, run_program(editor_command(path_)));
    if (exit.status() == 0) return {};
    return Error(ErrorCode::Cancelled,
                 fmt::format("editor process exited with an error: exit status {}", exit.status()));
}

Result<std::string> EditedFile::read() const { return read_file(path_); }

}  // namespace ww::ctl
