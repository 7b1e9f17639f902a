// SPDX-License-Identifier: BSD-3-Clause
//
// One line per event, "key=value" at its end, on stderr (the journal keeps it). Never a secret:
// asset keys and passwords are not arguments of any of these.
#pragma once

#include <fmt/core.h>

#include <string_view>

namespace ww::log {

enum class Level { Debug, Info, Warn, Error };

/// Messages below `level` are dropped. Any thread. Default: Info.
void set_level(Level level);
bool enabled(Level level);
void write(Level level, std::string_view text);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::Debug))
        write(Level::Debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::Info)) write(Level::Info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::Warn)) write(Level::Warn, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
    if (enabled(Level::Error))
        write(Level::Error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace ww::log
