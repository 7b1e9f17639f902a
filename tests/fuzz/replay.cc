// SPDX-License-Identifier: BSD-3-Clause
//
// fuzz_replay TARGET FILE...: gives each file to a fuzz target, as libFuzzer would. A target that
// finds something ends the program; the name on stderr before that is the file.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#define WW_FUZZ_TARGET(name) extern "C" int fuzz_##name(const uint8_t* data, size_t size);
#include "fuzz_targets.h"
#undef WW_FUZZ_TARGET

namespace {

using Target = int (*)(const uint8_t* data, size_t size);

Target target_called(std::string_view wanted) {
#define WW_FUZZ_TARGET(name) \
    if (wanted == #name) return fuzz_##name;
#include "fuzz_targets.h"
#undef WW_FUZZ_TARGET
    return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
    const Target target = argc > 1 ? target_called(argv[1]) : nullptr;
    if (target == nullptr) {
        std::fputs("usage: fuzz_replay TARGET FILE...\n", stderr);
        return 2;
    }
    for (int i = 2; i < argc; ++i) {
        std::fprintf(stderr, "%s\n", argv[i]);
        std::ifstream file(argv[i], std::ios::binary);
        const std::string input((std::istreambuf_iterator<char>(file)), {});
        if (!file) return 2;
        target(reinterpret_cast<const uint8_t*>(input.data()), input.size());
    }
    return 0;
}
