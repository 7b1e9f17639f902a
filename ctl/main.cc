// SPDX-License-Identifier: BSD-3-Clause
#include <clocale>

#include "ctl/run.h"

int main(int argc, char** argv) {
    std::setlocale(LC_ALL, "");
    ww::ctl::Output output;
    return ww::ctl::run({argv + 1, argv + argc}, output);
}
