// SPDX-License-Identifier: BSD-3-Clause
#include <clocale>

#include <algorithm>
#include <string>
#include <vector>

#include "base/path.h"
#include "ctl/run.h"
#include "ctl/warewulf3/run.h"
#include "ctl/warewulf3/words.h"

int main(int argc, char** argv) {
    std::setlocale(LC_ALL, "");
    ww::ctl::Output output;
    // Links with the names of Warewulf 3's commands lead here.
    const std::string name(argc > 0 ? ww::base_name(argv[0]) : std::string_view());
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    return ww::ctl::warewulf3::is_program(name) ? ww::ctl::warewulf3::run(name, words, output)
                                                : ww::ctl::run(words, output);
}
