// SPDX-License-Identifier: BSD-3-Clause
//
// How everything the user sees looks: message levels and their prefixes, tables, JSON layout. The
// only place that writes to the terminal. Source: reference/cli.md §1.4, §1.7, §1.8.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/types.h"

namespace ww::ctl {

/// Numbers as upstream's --loglevel counts them.
enum class Level : int { Error = 40, Warn = 30, Out = 22, Info = 20, Verbose = 15, Debug = 10 };

/// Whether standard output is a terminal whose user did not turn colours off, by NO_COLOR or
/// TERM=dumb. Source: no-color.org.
bool colours_wanted();

/// Writes to stdout and stderr. One thread.
class Output {
   public:
    /// Messages below `threshold` are not shown.
    explicit Output(int threshold = static_cast<int>(Level::Info)) : threshold_(threshold) {}
    ~Output();
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    void set_threshold(int threshold) { threshold_ = threshold; }
    int threshold() const { return threshold_; }

    /// A message of one or more lines. Out and Info go to stdout, and have a prefix only when the
    /// threshold is not the usual one; the others go to stderr.
    void message(Level level, std::string_view text);
    void note(const protocol::Note& note);

    /// Text as it is, on stdout or stderr.
    void print(std::string_view text);
    void print_error(std::string_view text);
    /// "ERROR: text", then the error's frames and hint.
    void failure(const Error& error);

    void flush();
    /// Writes what is left. Errors: Io, if anything of it all did not reach standard output.
    Result<void> finish();

   private:
    int threshold_;
    int lost_ = 0;  // errno of the first write to standard output that failed
};

/// Header, dashes, rows; columns two blanks apart. Empty cells become `blank`.
std::string format_table(const protocol::Table& table, std::string_view blank = "");

/// JSON with two blanks per level, as Go's MarshalIndent lays it out. `compact` must be valid.
std::string indent_json(std::string_view compact);

/// The first `lines` of a text, and how many more there are.
std::string first_lines(std::string_view text, size_t lines);

/// "34.8 KiB": base 1024, one decimal.
std::string format_size(uint64_t bytes);

/// Columns a terminal needs for UTF-8 text, counting each character as one.
size_t display_width(std::string_view text);

}  // namespace ww::ctl
