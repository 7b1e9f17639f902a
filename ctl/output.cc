// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "ctl/tabs.h"

namespace ww::ctl {

namespace {

std::string_view level_name(Level level) {
    switch (level) {
        case Level::Error:
            return "ERROR";
        case Level::Warn:
            return "WARN";
        case Level::Out:
            return "OUT";
        case Level::Info:
            return "INFO";
        case Level::Verbose:
            return "VERBOSE";
        case Level::Debug:
            return "DEBUG";
    }
    return "";
}

Level level_of(std::string_view name) {
    if (name == "error") return Level::Error;
    if (name == "warn") return Level::Warn;
    if (name == "verbose") return Level::Verbose;
    if (name == "debug") return Level::Debug;
    return Level::Info;
}

}  // namespace

bool colours_wanted() {
    const char* off = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return ::isatty(STDOUT_FILENO) != 0 && (off == nullptr || *off == '\0') &&
           (terminal == nullptr || std::string_view(terminal) != "dumb");
}

Output::~Output() { flush(); }

void Output::flush() {
    if (std::fflush(stdout) != 0 && lost_ == 0) lost_ = errno;
}

Result<void> Output::finish() {
    flush();
    if (lost_ == 0) return {};
    return Error::from_errno(lost_, "write to standard output");
}

void Output::message(Level level, std::string_view text) {
    if (static_cast<int>(level) < threshold_) return;
    const bool to_stdout = level == Level::Out || level == Level::Info;
    std::string line;
    if (!to_stdout || threshold_ != static_cast<int>(Level::Info))
        line = fmt::format("{:<7}: ", level_name(level));
    line += text;
    if (!line.ends_with('\n')) line += '\n';
    to_stdout ? print(line) : print_error(line);
}

void Output::note(const protocol::Note& note) { message(level_of(note.level), note.text); }

void Output::print(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() && lost_ == 0)
        lost_ = errno;
}

void Output::print_error(std::string_view text) {
    flush();  // keep the order of the two streams on a terminal
    std::fwrite(text.data(), 1, text.size(), stderr);
}

void Output::failure(const Error& error) {
    print_error(fmt::format("ERROR: {}\n", error.describe()));
}

size_t display_width(std::string_view text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string format_table(const protocol::Table& table, std::string_view blank) {
    // Compat: a tab or a line break inside of a value counts.
    std::string text;
    const auto add_row = [&](const protocol::Names& row) {
        for (const std::string& cell : row) {
            text += cell.empty() ? blank : std::string_view(cell);
            text += '\t';
        }
        if (!row.empty()) text.back() = '\n';
    };
    // "OVERLAYS (S/R)" is underlined as a whole, blanks too.
    protocol::Names dashes;
    for (const std::string& column : table.columns) dashes.emplace_back(display_width(column), '-');
    add_row(table.columns);
    add_row(dashes);
    for (const protocol::Names& row : table.rows) add_row(row);
    return align_tabs(text);
}

std::string indent_json(std::string_view compact) {
    std::string out;
    size_t depth = 0;
    bool in_string = false;
    const auto new_line = [&] { out.append(1, '\n').append(2 * depth, ' '); };
    for (size_t i = 0; i < compact.size(); ++i) {
        const char c = compact[i];
        if (in_string) {
            out += c;
            if (c == '\\')
                out += compact[++i];
            else if (c == '"')
                in_string = false;
            continue;
        }
        if (c == '{' || c == '[') {
            out += c;
            if (i + 1 < compact.size() && compact[i + 1] == (c == '{' ? '}' : ']')) {
                out += compact[++i];
            } else {
                ++depth;
                new_line();
            }
        } else if (c == '}' || c == ']') {
            --depth;
            new_line();
            out += c;
        } else if (c == ',') {
            out += c;
            new_line();
        } else if (c == ':') {
            out += ": ";
        } else {
            in_string = c == '"';
            out += c;
        }
    }
    return out;
}

std::string first_lines(std::string_view text, size_t lines) {
    size_t end = 0;
    for (size_t i = 0; i < lines; ++i) {
        end = text.find('\n', end);
        if (end == std::string_view::npos) return std::string(text);
        ++end;
    }
    const auto left = std::count(text.begin() + static_cast<ptrdiff_t>(end), text.end(), '\n');
    if (left == 0) return std::string(text);
    return fmt::format(
        "{}... and {} more lines; a pipe or a file gets them all\n", text.substr(0, end), left);
}

std::string format_size(uint64_t bytes) {
    if (bytes < 1024) return fmt::format("{} B", bytes);
    double amount = static_cast<double>(bytes);
    size_t unit = 0;
    constexpr std::string_view kUnits = "KMGTPE";
    for (amount /= 1024; amount >= 1024 && unit + 1 < kUnits.size(); ++unit) amount /= 1024;
    return fmt::format("{:.1f} {}iB", amount, kUnits[unit]);
}

}  // namespace ww::ctl
