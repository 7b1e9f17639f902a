// SPDX-License-Identifier: BSD-3-Clause
//
// Error as it travels: the JSON of RFC 9457 with our code, place, frames and hint, and the one
// table that maps an ErrorCode to HTTP and to an exit status. Source: reference/style.md "Errors".
#pragma once

#include "base/error.h"
#include "protocol/types.h"

namespace ww::protocol {

inline constexpr const char* kProblemType = "application/problem+json";

struct Problem {
    int64_t status = 500;
    std::string code;
    std::string detail;  // the message
    std::string file;
    int64_t line = 0;
    int64_t column = 0;
    Names frames;
    std::string hint;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("status", self.status);
        visit("code", self.code);
        visit("detail", self.detail);
        visit("file", self.file);
        visit("line", self.line);
        visit("column", self.column);
        visit("frames", self.frames);
        visit("hint", self.hint);
    }
};

int http_status(ErrorCode code);
/// For commands of our own; upstream's commands end with 255 on every failure.
int exit_status(ErrorCode code);

Problem to_problem(const Error& error);
/// An unknown code becomes Internal.
Error to_error(const Problem& problem);

}  // namespace ww::protocol
