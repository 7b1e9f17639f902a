// SPDX-License-Identifier: BSD-3-Clause
//
// Text in the user's editor: a private temporary file, the editor on the caller's terminal,
// and the text read back by name, since many editors save by renaming.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace ww::ctl {

class EditedFile {
   public:
    /// Below $TMPDIR, mode 0600. Removed with the object.
    static Result<EditedFile> create(std::string_view prefix,
                                     std::string_view suffix,
                                     std::string_view text);
    EditedFile(EditedFile&& other) noexcept;
    EditedFile& operator=(EditedFile&&) = delete;
    ~EditedFile();

    /// Blocks until the editor ($EDITOR, $VISUAL, else /bin/vi) ends. Errors: Cancelled when it
    /// fails.
    Result<void> edit();
    Result<std::string> read() const;
    /// Leaves the file where it is, for the user to come back to. Returns its path.
    std::string keep() { return std::exchange(path_, {}); }
    const std::string& path() const { return path_; }

   private:
    explicit EditedFile(std::string path) : path_(std::move(path)) {}

    std::string path_;
};

}  // namespace ww::ctl
