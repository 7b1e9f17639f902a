// SPDX-License-Identifier: BSD-3-Clause
//
// What is different between two sides: packages by the databases of dpkg and rpm, files with their
// sizes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "image/diff/side.h"

namespace ww::image {

struct PackageChange {
    std::string name;    // "bash", of another architecture than the first of its name "libc6:i386"
    std::string before;  // version; empty: it came
    std::string after;   // empty: it went
};

struct FileChange {
    std::string path;     // with a slash in front
    bool was = false;     // there before
    bool is = false;      // there now
    uint64_t before = 0;  // bytes; of what is no file 0
    uint64_t after = 0;
    std::string what;  // of one that was and is: "content, mode 0644 -> 0600, owner"
};

struct Difference {
    std::vector<PackageChange> packages;  // by name
    std::vector<FileChange> files;        // by path
    std::vector<std::string> warnings;    // why packages are missing
};

/// Dates do not count; a file of one size and date is taken for unchanged, any other is read.
/// Packages that cannot be told are a word in `warnings`. Errors: those of reading, Cancelled.
Result<Difference> compare(const Images& images,
                           const Side& before,
                           const Side& after,
                           const DiffOptions& options = {});

/// Installed packages, NAME or NAME:ARCH, with their versions.
using Packages = std::map<std::string, std::string>;
/// What a status file of dpkg has as installed.
Packages packages_of_dpkg(std::string_view status);
/// Errors: FailedPrecondition (rpm is needed, and is not installed or does not read this kind of
/// database), Unprocessable (its database is damaged), TooLarge, those of reading, Cancelled.
Result<Packages> packages_of(const Images& images, const Side& side, std::stop_token stop = {});

}  // namespace ww::image
