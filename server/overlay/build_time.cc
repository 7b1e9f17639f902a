// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/build_time.h"

#include <ctime>

namespace ww::overlay {

std::string build_time_text(int64_t unix_seconds) {
    const time_t time = unix_seconds;
    tm parts{};
    ::localtime_r(&time, &parts);
    char text[64];
    const size_t length = ::strftime(text, sizeof text, "%m-%d-%Y %H:%M:%S %Z", &parts);
    return {text, length};
}

}  // namespace ww::overlay
