// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as a layer over a small tree: whatever they hold, nothing beside the tree changes.
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/check.h"
#include "base/file.h"
#include "oci/unpack.h"

namespace {

class Once final : public ww::oci::ByteSource {
   public:
    explicit Once(std::string_view bytes) : bytes_(bytes) {}
    ww::Result<std::string_view> next() override { return std::exchange(bytes_, {}); }

   private:
    std::string_view bytes_;
};

/// A folder of this process, in memory where that is possible.
const std::string& ground() {
    static const std::string path = [] {
        std::string name =
            ww::is_directory("/dev/shm") ? "/dev/shm/ww-fuzz-XXXXXX" : "/tmp/ww-fuzz-XXXXXX";
        WW_CHECK(::mkdtemp(name.data()) != nullptr, "mkdtemp");
        static std::string to_remove = name;
        std::atexit([] { (void)ww::remove_tree(to_remove); });
        return name;
    }();
    return path;
}

bool put(const std::string& path, std::string_view text) {
    return ww::replace_file(path, text).has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string tree = ground() + "/tree";
    (void)ww::remove_tree(tree);
    (void)ww::make_directories(tree + "/dir");
    WW_CHECK(put(ground() + "/outside", "whole"), "a file beside the tree");
    WW_CHECK(::symlink("../outside", (tree + "/out").c_str()) == 0 &&
                 ::symlink("..", (tree + "/up").c_str()) == 0 &&
                 ::symlink("dir", (tree + "/inner").c_str()) == 0,
             "links to write through");
    {
        const auto root = ww::ConfinedDir::open(tree);
        WW_CHECK(root.has_value(), "the tree");
        ww::oci::UnpackLimits limits{.entries = 200, .bytes = 1 << 20, .depth = 20};
        limits.apparent_bytes = 1 << 22;
        ww::oci::Unpacker unpacker(*root, {.limits = limits, .stop = {}, .progress = {}});
        Once layer({reinterpret_cast<const char*>(data), size});
        (void)unpacker.unpack(layer, ww::oci::Whiteouts::Apply);
    }
    const auto outside = ww::read_file(ground() + "/outside");
    WW_CHECK(outside && *outside == "whole", "what is outside stays");
    const auto beside = ww::ConfinedDir::open(ground());
    WW_CHECK(beside && beside->list(".").size() == 2, "nothing was put beside the tree");
    return 0;
}
