// SPDX-License-Identifier: BSD-3-Clause
//
// Error: what went wrong, where, during which task, and what to do next. Not an exception and not a
// log line: it travels as a value (see result.h) until the code that answers somebody turns it into
// text, once.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace ww {

/// What the caller can do about it, not where it broke. Maps to HTTP and exit status in
/// protocol/problem.
enum class ErrorCode {
    InvalidArgument,     // fix the request
    Unauthenticated,     // say who you are
    PermissionDenied,    // ask somebody who may
    NotFound,            // that name does not exist
    AlreadyExists,       // choose another name
    Conflict,            // someone changed it; read again
    FailedPrecondition,  // change something else first
    TooLarge,            // over a documented limit
    Unprocessable,       // well-formed but wrong: bad template, bad layer, bad YAML value
    Unavailable,         // try again later
    Timeout,             // try again later
    Io,                  // the system said no (errno in the message)
    Cancelled,           // somebody stopped it
    Internal,            // a bug of ours
};

std::string_view to_string(ErrorCode code);

/// A position in an input. `line` and `column` count from 1; 0 means unknown.
struct Place {
    std::string file;
    int line = 0;
    int column = 0;

    bool known() const { return !file.empty() || line > 0; }
};

/// Immutable, one pointer wide, cheap to copy; safe to share between threads.
class [[nodiscard]] Error {
   public:
    Error(ErrorCode code, std::string message);

    /// errno as an Error: NotFound for ENOENT, PermissionDenied for EACCES and EPERM, AlreadyExists
    /// for EEXIST, otherwise Io. `what` names the call and the path: "open /etc/x".
    static Error from_errno(int error_number, std::string_view what);

    ErrorCode code() const;
    const std::string& message() const;
    const Place& place() const;
    /// Innermost first: "rendering etc/hosts.ww", "building overlay hosts for node n1".
    const std::vector<std::string>& frames() const;
    const std::string& hint() const;

    /// Copies with one thing added.
    Error with_frame(std::string frame) const;
    Error with_place(Place place) const;
    Error with_hint(std::string hint) const;
    Error with_code(ErrorCode code) const;

    /// "file:line:column: message", without frames or hint.
    std::string headline() const;
    /// Headline, frames ("  while …") and hint, one per line, no newline at the end.
    std::string describe() const;

    struct Data;

   private:
    explicit Error(boost::intrusive_ptr<const Data> data);
    boost::intrusive_ptr<const Data> data_;
};

void intrusive_ptr_add_ref(const Error::Data* data);
void intrusive_ptr_release(const Error::Data* data);

}  // namespace ww
