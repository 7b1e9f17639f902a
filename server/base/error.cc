// SPDX-License-Identifier: BSD-3-Clause
#include "base/error.h"

#include <fmt/core.h>

#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>

namespace ww {

struct Error::Data {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
    Place place;
    std::vector<std::string> frames;
    std::string hint;
    mutable std::atomic<int> references{0};

    Data() = default;
    Data(const Data& other)
        : code(other.code),
          message(other.message),
          place(other.place),
          frames(other.frames),
          hint(other.hint) {}
    Data& operator=(const Data&) = delete;
};

void intrusive_ptr_add_ref(const Error::Data* data) {
    data->references.fetch_add(1, std::memory_order_relaxed);
}

void intrusive_ptr_release(const Error::Data* data) {
    if (data->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete data;
}

std::string_view to_string(ErrorCode code) {
    switch (code) {
        case ErrorCode::InvalidArgument:
            return "InvalidArgument";
        case ErrorCode::Unauthenticated:
            return "Unauthenticated";
        case ErrorCode::PermissionDenied:
            return "PermissionDenied";
        case ErrorCode::NotFound:
            return "NotFound";
        case ErrorCode::AlreadyExists:
            return "AlreadyExists";
        case ErrorCode::Conflict:
            return "Conflict";
        case ErrorCode::FailedPrecondition:
            return "FailedPrecondition";
        case ErrorCode::TooLarge:
            return "TooLarge";
        case ErrorCode::Unprocessable:
            return "Unprocessable";
        case ErrorCode::Unavailable:
            return "Unavailable";
        case ErrorCode::Timeout:
            return "Timeout";
        case ErrorCode::Io:
            return "Io";
        case ErrorCode::Cancelled:
            return "Cancelled";
        case ErrorCode::Internal:
            return "Internal";
    }
    return "Internal";
}

Error::Error(ErrorCode code, std::string message) {
    auto* data = new Data;
    data->code = code;
    data->message = std::move(message);
    data_ = data;
}

Error::Error(boost::intrusive_ptr<const Data> data) : data_(std::move(data)) {}

Error Error::from_errno(int error_number, std::string_view what) {
    ErrorCode code = ErrorCode::Io;
    if (error_number == ENOENT || error_number == ENOTDIR) code = ErrorCode::NotFound;
    if (error_number == EACCES || error_number == EPERM) code = ErrorCode::PermissionDenied;
    if (error_number == EEXIST) code = ErrorCode::AlreadyExists;
    return {code, fmt::format("{}: {}", what, std::generic_category().message(error_number))};
}

ErrorCode Error::code() const { return data_->code; }
const std::string& Error::message() const { return data_->message; }
const Place& Error::place() const { return data_->place; }
const std::vector<std::string>& Error::frames() const { return data_->frames; }
const std::string& Error::hint() const { return data_->hint; }

Error Error::with_frame(std::string frame) const {
    auto* copy = new Data(*data_);
    copy->frames.push_back(std::move(frame));
    return Error(copy);
}

Error Error::with_place(Place place) const {
    auto* copy = new Data(*data_);
    copy->place = std::move(place);
    return Error(copy);
}

Error Error::with_hint(std::string hint) const {
    auto* copy = new Data(*data_);
    copy->hint = std::move(hint);
    return Error(copy);
}

Error Error::with_code(ErrorCode code) const {
    auto* copy = new Data(*data_);
    copy->code = code;
    return Error(copy);
}

std::string Error::headline() const {
    const Place& at = data_->place;
    std::string out = at.file;
    if (at.line > 0) out += fmt::format("{}{}", out.empty() ? "line " : ":", at.line);
    if (at.line > 0 && at.column > 0) out += fmt::format(":{}", at.column);
    if (!out.empty()) out += ": ";
    return out + data_->message;
}

std::string Error::describe() const {
    std::string out = headline();
    for (const std::string& frame : data_->frames) out += "\n  while " + frame;
    if (!data_->hint.empty()) out += "\n  " + data_->hint;
    return out;
}

}  // namespace ww
