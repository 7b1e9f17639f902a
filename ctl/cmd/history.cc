// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl history, blame and diff: what happened to nodes and profiles.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <ctime>

#include "ctl/cmd/handlers.h"
#include "ctl/cmd/revision.h"
#include "ctl/cmd/where.h"
#include "ctl/json.h"
#include "ctl/time.h"

namespace ww::ctl::cmd {

namespace {

using protocol::RevisionRow;

constexpr const char* kNone = "--";
/// Of names or commands in a table.
constexpr size_t kCellWidth = 60;

std::string shortened(const std::string& text) {
    if (display_width(text) <= kCellWidth) return text;
    size_t end = kCellWidth - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return text.substr(0, end) + "...";
}

void print_long(const RevisionRow& row, Output& output) {
    output.print(describe(row) + "\n");
    std::string_view rest = row.summary;
    while (!rest.empty()) {
        const size_t end = std::min(rest.find('\n'), rest.size());
        output.print(end == 0 ? "\n" : fmt::format("  {}\n", rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    output.print("\n");
}

}  // namespace

std::string time_text(int64_t unix_seconds) {
    const auto seconds = static_cast<std::time_t>(unix_seconds);
    std::tm time{};
    ::localtime_r(&seconds, &time);
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", time);
}

std::string who(const RevisionRow& row) { return row.user.empty() ? row.via : row.user; }

std::string what(const RevisionRow& row) {
    if (!row.command.empty()) return row.command;
    return row.via == "start" ? "the history begins" : row.via;
}

std::string describe(const RevisionRow& row) {
    std::string text =
        fmt::format("revision {}  {}  {}", row.revision, time_text(row.time), who(row));
    if (!row.user.empty()) text += fmt::format(" ({})", row.via);
    if (!row.command.empty()) text += fmt::format("  {}", row.command);
    if (row.undoes != 0) text += fmt::format("  (takes back revision {})", row.undoes);
    return text;
}

Result<int64_t> revision_number(const std::string& word) {
    int64_t number = 0;
    const char* const end = word.data() + word.size();
    const auto [at, error] = std::from_chars(word.data(), end, number);
    if (error != std::errc() || at != end || number < 0)
        return Error(ErrorCode::InvalidArgument, fmt::format("not a revision: {}", word))
            .with_hint("wwctl history shows their numbers");
    return number;
}

Result<int> history(Context& context) {
    const FlagValues& flags = context.flags();
    const bool fields = flags.is_true("long");
    protocol::HistoryRequest request;
    request.names = context.arguments();
    request.limit = flags.number("number");
    request.fields = fields;
    request.user = flags.text("user");
    request.where = where_of(flags);
    if (flags.given("since")) {
        WW_TRY(request.since, read_time(flags.text("since"), std::time(nullptr), DayIs::Begun));
    }
    if (flags.given("until")) {
        WW_TRY(request.until, read_time(flags.text("until"), std::time(nullptr), DayIs::Over));
    }
    WW_TRY(const auto reply, context.call(protocol::route::History{}, request));
    Output& output = context.output();
    if (flags.is_true("json")) {
        print_json(output, protocol::route::History{}, reply);
        return 0;
    }
    if (fields) {
        for (const RevisionRow& row : reply.revisions) print_long(row, output);
    } else {
        protocol::Table table;
        table.columns = {"REV", "WHEN", "WHO", "VIA", "CHANGED", "COMMAND"};
        for (const RevisionRow& row : reply.revisions)
            table.rows.push_back({fmt::to_string(row.revision),
                                  time_text(row.time),
                                  row.user,
                                  row.via,
                                  shortened(row.changed),
                                  shortened(row.command)});
        output.print(format_table(table, kNone));
    }
    if (reply.more)
        output.message(Level::Warn,
                       fmt::format("there are more than these {}; --number 0 shows all",
                                   reply.revisions.size()));
    return 0;
}

Result<int> blame(Context& context) {
    const auto& words = context.arguments();
    WW_TRY(const auto reply,
           context.call(protocol::route::Blame{},
                        {words[0], words.size() > 1 ? words[1] : std::string()}));
    if (context.flags().is_true("json")) {
        print_json(context.output(), protocol::route::Blame{}, reply);
        return 0;
    }
    protocol::Table table;
    table.columns = {"FIELD", "VALUE", "REV", "WHEN", "WHO", "COMMAND"};
    for (const protocol::BlameRow& field : reply.fields) {
        const RevisionRow& row = field.revision;
        if (row.revision == 0)
            table.rows.push_back(
                {field.field, field.value, "", "", "", "before the history begins"});
        else
            table.rows.push_back({field.field,
                                  field.value,
                                  fmt::to_string(row.revision),
                                  time_text(row.time),
                                  who(row),
                                  shortened(what(row))});
    }
    context.output().print(format_table(table, kNone));
    return 0;
}

Result<int> diff(Context& context) {
    const auto& words = context.arguments();
    protocol::DiffRequest request;
    WW_TRY(request.from, revision_number(words[0]));
    if (words.size() > 1) {
        WW_TRY(request.to, revision_number(words[1]));
    }
    request.fields = context.flags().is_true("json");
    WW_TRY(const auto reply, context.call(protocol::route::Diff{}, request));
    if (request.fields)
        print_json(context.output(), protocol::route::Diff{}, reply);
    else
        context.output().print(reply.text);
    return 0;
}

}  // namespace ww::ctl::cmd
