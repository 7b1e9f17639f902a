// SPDX-License-Identifier: BSD-3-Clause
//
// The few words wwctl and the first process inside an image exchange, each a packet of its own on a
// socket pair. Both ends are ours; the image's programs never have it.
#pragma once

#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace ww::enter {

enum class Word : char {
    // from inside
    Warn = 'w',     // text
    Failed = 'f',   // an error, before or instead of the command
    Stopped = 's',  // the command, by a signal
    Ended = 'e',    // the command; number: what waitpid() said
    // from outside
    Continue = 'c',  // number: whether the terminal goes with it
    Signal = 'k',    // number
};

struct Message {
    Word word;
    int number = 0;
    std::string text;  // cut off after a few KiB
    std::string hint;
};

/// Two connected ends, both close-on-exec. Errors: Io.
Result<std::pair<UniqueFd, UniqueFd>> make_channel();

/// Whether it went; it does not when nobody is at the other end.
bool send(int channel, const Message& message);
/// Blocks. Nothing: the other end is gone.
std::optional<Message> receive(int channel);

Message failure(const Error& error);
/// Of a Failed message.
Error error_of(const Message& message);

}  // namespace ww::enter
