// SPDX-License-Identifier: BSD-3-Clause
#include "protocol/problem.h"

namespace ww::protocol {

namespace {

struct Row {
    ErrorCode code;
    int http;
    int exit;
};

constexpr Row kRows[] = {
    {ErrorCode::InvalidArgument, 400, 2},
    {ErrorCode::Unauthenticated, 401, 3},
    {ErrorCode::PermissionDenied, 403, 3},
    {ErrorCode::NotFound, 404, 4},
    {ErrorCode::AlreadyExists, 409, 5},
    {ErrorCode::Conflict, 409, 5},
    {ErrorCode::FailedPrecondition, 409, 6},
    {ErrorCode::TooLarge, 413, 7},
    {ErrorCode::Unprocessable, 422, 8},
    {ErrorCode::Unavailable, 503, 9},
    {ErrorCode::Timeout, 504, 9},
    {ErrorCode::Io, 500, 10},
    {ErrorCode::Cancelled, 500, 10},
    {ErrorCode::Internal, 500, 10},
};

const Row& row_of(ErrorCode code) {
    for (const Row& row : kRows)
        if (row.code == code) return row;
    return kRows[std::size(kRows) - 1];
}

}  // namespace

int http_status(ErrorCode code) { return row_of(code).http; }
int exit_status(ErrorCode code) { return row_of(code).exit; }

Problem to_problem(const Error& error) {
    Problem problem;
    problem.status = http_status(error.code());
    problem.code = to_string(error.code());
    problem.detail = error.message();
    problem.file = error.place().file;
    problem.line = error.place().line;
    problem.column = error.place().column;
    problem.frames = error.frames();
    problem.hint = error.hint();
    return problem;
}

Error to_error(const Problem& problem) {
    ErrorCode code = ErrorCode::Internal;
    for (const Row& row : kRows)
        if (to_string(row.code) == problem.code) code = row.code;
    Error error(code, problem.detail);
    const Place place{
        problem.file, static_cast<int>(problem.line), static_cast<int>(problem.column)};
    if (place.known()) error = error.with_place(place);
    for (const std::string& frame : problem.frames) error = error.with_frame(frame);
    if (!problem.hint.empty()) error = error.with_hint(problem.hint);
    return error;
}

}  // namespace ww::protocol
