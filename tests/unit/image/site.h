// SPDX-License-Identifier: BSD-3-Clause
//
// A site with images in a temporary folder.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "base/file.h"
#include "image/image.h"
#include "support/catch.h"
#include "support/shell.h"
#include "support/temp_dir.h"

namespace ww::image {

struct Site {
    test::TempDir dir;
    Images images{dir / "chroots", dir / "provision"};

    /// Writes CHROOTS/`path`, making folders.
    void put(const std::string& path, std::string_view text = "x", mode_t mode = 0644) const {
        put_at(images.chroots() + "/" + path, text, mode);
    }
    void put_at(const std::string& full, std::string_view text = "x", mode_t mode = 0644) const {
        REQUIRE(make_directories(full.substr(0, full.rfind('/'))));
        // Not replace_file(): its fsync would make up most of the tests' time.
        const UniqueFd fd(::open(full.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        REQUIRE(write_all(fd.get(), text, full));
        REQUIRE(::fchmod(fd.get(), mode) == 0);
    }
    void link(const std::string& target, const std::string& path) const {
        const std::string full = images.chroots() + "/" + path;
        REQUIRE(make_directories(full.substr(0, full.rfind('/'))));
        REQUIRE(::symlink(target.c_str(), full.c_str()) == 0);
    }
    std::string text(const std::string& path) const {
        return read_file(images.chroots() + "/" + path).value();
    }
    ConfinedDir open(std::string_view name) const { return images.open(name).value(); }
};

using test::output_of;
using test::shell;

}  // namespace ww::image
