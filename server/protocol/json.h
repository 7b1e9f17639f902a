// SPDX-License-Identifier: BSD-3-Clause
//
// JSON of the protocol's structs, made from their lists of members. Strict when reading: an unknown
// key or a wrong type is an error that names it; a missing key keeps its default. Text may be any
// bytes (file contents, names): what is not UTF-8 passes through unchanged.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/problem.h"
#include "protocol/routes.h"

namespace ww::protocol {

/// One line of a reply: any number of notes and of progress, then the reply or a problem.
template <class Reply>
struct ReplyLine {
    std::optional<Note> note;
    std::optional<Progress> progress;
    std::optional<Reply> reply;
    std::optional<Problem> problem;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("note", self.note);
        visit("progress", self.progress);
        visit("reply", self.reply);
        visit("problem", self.problem);
    }
};

/// The JSON of one endpoint. Defined in json.cc for every row of the table.
template <class Route>
struct Json {
    using Request = typename Route::Request;
    using Reply = typename Route::Reply;

    /// Compact, members in order.
    static std::string request(const Request& request);
    static std::string reply(const Reply& reply);
    static std::string reply_line(const Reply& reply);
    /// Errors: InvalidArgument, naming the member.
    static Result<Request> read_request(std::string_view text);
    static Result<ReplyLine<Reply>> read_reply_line(std::string_view text);
};

/// The JSON of what a job found out (JobReply::report): ImageDiffReport, OverlayCheckReport,
/// OverlaySizesReport, PlanReport.
template <class T>
struct Report {
    static std::string text(const T& report);
    /// Errors: InvalidArgument, naming the member.
    static Result<T> read(std::string_view text);
};

std::string note_line(const Note& note);
std::string progress_line(const Progress& progress);
std::string problem_line(const Problem& problem);
std::string problem_body(const Problem& problem);
Result<Problem> read_problem_body(std::string_view text);

}  // namespace ww::protocol
