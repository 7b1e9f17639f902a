// SPDX-License-Identifier: BSD-3-Clause
//
// Format strings: verbs, flags, widths, precisions and argument indexes, and what Go prints where
// they do not match their operands.
#include "base/unicode.h"
#include "tmpl/formatter.h"
#include "tmpl/go_format.h"

namespace ww::tmpl {
namespace {

constexpr int kMaxNumber = 1'000'000;  // of a width or precision

class FormatReader {
   public:
    FormatReader(std::string& out,
                 std::string_view format,
                 std::span<const Value> operands,
                 size_t max_size)
        : out_(out), format_(format), operands_(operands), formatter_(out, max_size) {}

    void run() {
        while (at_ < format_.size() && out_.size() <= formatter_.max_size) {
            const size_t percent = std::min(format_.find('%', at_), format_.size());
            out_ += format_.substr(at_, percent - at_);
            at_ = percent;
            if (at_ >= format_.size()) break;
            ++at_;
            if (!read_directive()) break;
        }
        print_extra_operands();
    }

   private:
    bool read_directive();
    void read_flags();
    bool read_index();
    void read_width();
    void read_precision();
    bool read_number(int& number);
    bool take_number(int& number);
    void print_verb(char32_t verb);
    void print_extra_operands();

    bool more() const { return at_ < format_.size(); }

    std::string& out_;
    std::string_view format_;
    std::span<const Value> operands_;
    Formatter formatter_;
    size_t at_ = 0;
    size_t next_ = 0;         // operand
    bool reordered_ = false;  // an index like [3] was seen
    bool good_index_ = true;
    bool after_index_ = false;  // the item before was an index
};

void FormatReader::read_flags() {
    golib::FieldFormat& format = formatter_.format;
    for (; more(); ++at_) {
        switch (format_[at_]) {
            case '#':
                format.sharp = true;
                break;
            case '0':
                format.zero = true;
                break;
            case '+':
                format.plus = true;
                break;
            case '-':
                format.minus = true;
                break;
            case ' ':
                format.space = true;
                break;
            default:
                return;
        }
    }
}

// Digits; a number over the limit swallows the rest of the format.
bool FormatReader::read_number(int& number) {
    number = 0;
    bool found = false;
    for (; more() && format_[at_] >= '0' && format_[at_] <= '9'; ++at_) {
        if (number > kMaxNumber) {
            number = 0;
            at_ = format_.size();
            return false;
        }
        number = number * 10 + (format_[at_] - '0');
        found = true;
    }
    return found;
}

// "*": the number is an operand.
bool FormatReader::take_number(int& number) {
    number = 0;
    if (next_ >= operands_.size()) return false;
    const Value& operand = operands_[next_++];
    if (operand.kind() < Kind::Int || operand.kind() > Kind::Uint64) return false;
    const int64_t value = operand.as_int();
    const bool wrapped = operand.kind() >= Kind::Uint && value < 0;
    if (wrapped || value > kMaxNumber || value < -kMaxNumber) return false;
    number = static_cast<int>(value);
    return true;
}

// "[3]": the next operand is the third.
bool FormatReader::read_index() {
    if (!more() || format_[at_] != '[') return false;
    reordered_ = true;
    const size_t close = format_.find(']', at_);
    if (close == format_.npos || format_.size() - at_ < 3) {
        good_index_ = false;
        ++at_;
        return false;
    }
    const std::string_view digits = format_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
    int64_t number = 0;
    bool good = !digits.empty();
    for (const char c : digits) {
        good &= c >= '0' && c <= '9' && number <= kMaxNumber;
        if (!good) break;
        number = number * 10 + (c - '0');
    }
    if (good && number >= 1 && static_cast<size_t>(number) <= operands_.size()) {
        next_ = static_cast<size_t>(number) - 1;
        return true;
    }
    good_index_ = false;
    return good;
}

void FormatReader::read_width() {
    golib::FieldFormat& format = formatter_.format;
    if (!more() || format_[at_] != '*') {
        format.has_width = read_number(format.width);
        if (after_index_ && format.has_width) good_index_ = false;
        return;
    }
    ++at_;
    format.has_width = take_number(format.width);
    if (!format.has_width) out_ += "%!(BADWIDTH)";
    if (format.width < 0) {
        format.width = -format.width;
        format.minus = true;
        format.zero = false;
    }
    after_index_ = false;
}

void FormatReader::read_precision() {
    if (at_ + 1 >= format_.size() || format_[at_] != '.') return;
    golib::FieldFormat& format = formatter_.format;
    ++at_;
    if (after_index_) good_index_ = false;
    after_index_ = read_index();
    if (more() && format_[at_] == '*') {
        ++at_;
        format.has_precision = take_number(format.precision);
        if (format.precision < 0) {
            format.precision = 0;
            format.has_precision = false;
        }
        if (!format.has_precision) out_ += "%!(BADPREC)";
        after_index_ = false;
        return;
    }
    read_number(format.precision);
    format.has_precision = true;
}

// False at the end of the format.
bool FormatReader::read_directive() {
    formatter_.format = {};
    good_index_ = true;
    read_flags();
    after_index_ = read_index();
    read_width();
    read_precision();
    if (!after_index_) after_index_ = read_index();
    if (!more()) {
        out_ += "%!(NOVERB)";
        return false;
    }
    const DecodedRune verb = decode_rune(format_.substr(at_));
    at_ += verb.size;
    print_verb(verb.rune);
    return true;
}

void FormatReader::print_verb(char32_t verb) {
    const auto complain = [&](std::string_view text) {
        out_ += "%!";
        append_rune(out_, verb);
        out_ += text;
    };
    if (verb == '%') {
        out_ += '%';
    } else if (!good_index_) {
        complain("(BADINDEX)");
    } else if (next_ >= operands_.size()) {
        complain("(MISSING)");
    } else {
        golib::FieldFormat& format = formatter_.format;
        if (verb == 'v' || verb == 'w') {
            format.sharp_v = std::exchange(format.sharp, false);
            format.plus_v = std::exchange(format.plus, false);
        }
        formatter_.operand(operands_[next_++], verb);
    }
}

void FormatReader::print_extra_operands() {
    if (reordered_ || next_ >= operands_.size()) return;
    formatter_.format = {};
    out_ += "%!(EXTRA ";
    bool first = true;
    for (const Value& operand : operands_.subspan(next_)) {
        if (!std::exchange(first, false)) out_ += ", ";
        if (operand.kind() == Kind::Interface || !operand.is_valid()) {
            out_ += "<nil>";
            continue;
        }
        out_ += operand.type().name();
        out_ += '=';
        formatter_.operand(operand, 'v');
    }
    out_ += ')';
}

}  // namespace

void append_sprintf(std::string& out,
                    std::string_view format,
                    std::span<const Value> operands,
                    size_t max_size) {
    FormatReader(out, format, operands, max_size).run();
}

void append_sprint(std::string& out, std::span<const Value> operands, size_t max_size) {
    bool string_before = true;
    for (const Value& operand : operands) {
        const bool is_string = operand.kind() == Kind::String;
        if (!is_string && !string_before) out += ' ';
        append_value(out, operand, max_size);
        string_before = is_string;
    }
}

void append_sprintln(std::string& out, std::span<const Value> operands, size_t max_size) {
    bool first = true;
    for (const Value& operand : operands) {
        if (!std::exchange(first, false)) out += ' ';
        append_value(out, operand, max_size);
    }
    out += '\n';
}

}  // namespace ww::tmpl
