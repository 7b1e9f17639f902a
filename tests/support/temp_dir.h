// SPDX-License-Identifier: BSD-3-Clause
//
// A folder of its own for one test, removed at the end.
#pragma once

#include <cstdlib>
#include <string>

#include "base/check.h"
#include "base/file.h"

namespace ww::test {

class TempDir {
   public:
    TempDir() {
        char name[] = "/tmp/ww-test-XXXXXX";
        WW_CHECK(::mkdtemp(name) != nullptr, "mkdtemp");
        path_ = name;
    }
    ~TempDir() { (void)remove_tree(path_); }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    const std::string& path() const { return path_; }
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }

   private:
    std::string path_;
};

}  // namespace ww::test
