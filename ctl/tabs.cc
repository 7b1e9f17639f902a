// SPDX-License-Identifier: BSD-3-Clause
#include "ctl/tabs.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "ctl/output.h"

namespace ww::ctl {

namespace {

constexpr size_t kGap = 2;

using Lines = std::vector<std::vector<std::string_view>>;

class Aligner {
   public:
    explicit Aligner(const Lines& lines) : lines_(lines) {}

    std::string run() {
        align(0, lines_.size());
        return std::move(out_);
    }

   private:
    bool has_column(size_t line, size_t column) const { return column + 1 < lines_[line].size(); }

    // Lines that agree in the columns found so far.
    void align(size_t first, size_t end) {
        const size_t column = widths_.size();
        for (size_t line = first; line < end; ++line) {
            if (!has_column(line, column)) continue;
            print(first, line);
            first = line;
            size_t width = 0;
            for (; line < end && has_column(line, column); ++line)
                width = std::max(width, display_width(lines_[line][column]) + kGap);
            widths_.push_back(width);
            align(first, line);
            widths_.pop_back();
            first = line;
        }
        print(first, end);
    }

    void print(size_t first, size_t end) {
        for (size_t line = first; line < end; ++line) {
            const auto& cells = lines_[line];
            for (size_t i = 0; i < cells.size(); ++i) {
                out_ += cells[i];
                if (i < widths_.size()) out_.append(widths_[i] - display_width(cells[i]), ' ');
            }
            out_ += '\n';
        }
    }

    const Lines& lines_;
    std::vector<size_t> widths_;
    std::string out_;
};

}  // namespace

std::string align_tabs(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const size_t length = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, length);
        text.remove_prefix(std::min(length + 1, text.size()));
        auto& cells = lines.emplace_back();
        for (size_t tab; (tab = line.find('\t')) != std::string_view::npos;) {
            cells.push_back(line.substr(0, tab));
            line.remove_prefix(tab + 1);
        }
        cells.push_back(line);
    }
    return Aligner(lines).run();
}

}  // namespace ww::ctl
