// SPDX-License-Identifier: BSD-3-Clause
//
// Go's regular expressions in RE2's words. Go writes (?<name>...) where RE2 wants (?P<name>...),
// knows long and sloppy names of Unicode classes (\p{letter}), counts unassigned characters as \pC,
// and has no \C. Everything else is the same and is left to RE2, its errors included.
#include <algorithm>
#include <array>

#include "sprig/regexp.h"

namespace ww::sprig {
namespace {

/// Names that RE2 does not know, as parts of a bracket expression.
struct ClassName {
    std::string_view name;  // in lower case, without spaces, hyphens and underscores
    std::string_view parts;
    bool complement = false;  // of the parts
};

constexpr std::string_view kAssigned = "\\pL\\pM\\pN\\pP\\pS\\pZ\\p{Cc}\\p{Cf}\\p{Co}";

constexpr ClassName kClassNames[] = {
    {"assigned", kAssigned},
    {"ascii", "\\x00-\\x7F"},
    {"c", "\\pL\\pM\\pN\\pP\\pS\\pZ", true},
    {"casedletter", "\\p{Lu}\\p{Ll}\\p{Lt}"},
    {"closepunctuation", "\\p{Pe}"},
    {"cn", kAssigned, true},
    {"cntrl", "\\p{Cc}"},
    {"combiningmark", "\\pM"},
    {"connectorpunctuation", "\\p{Pc}"},
    {"control", "\\p{Cc}"},
    {"currencysymbol", "\\p{Sc}"},
    {"dashpunctuation", "\\p{Pd}"},
    {"decimalnumber", "\\p{Nd}"},
    {"digit", "\\p{Nd}"},
    {"enclosingmark", "\\p{Me}"},
    {"finalpunctuation", "\\p{Pf}"},
    {"format", "\\p{Cf}"},
    {"initialpunctuation", "\\p{Pi}"},
    {"lc", "\\p{Lu}\\p{Ll}\\p{Lt}"},
    {"letter", "\\pL"},
    {"letternumber", "\\p{Nl}"},
    {"lineseparator", "\\p{Zl}"},
    {"lowercaseletter", "\\p{Ll}"},
    {"mark", "\\pM"},
    {"mathsymbol", "\\p{Sm}"},
    {"modifierletter", "\\p{Lm}"},
    {"modifiersymbol", "\\p{Sk}"},
    {"nonspacingmark", "\\p{Mn}"},
    {"number", "\\pN"},
    {"openpunctuation", "\\p{Ps}"},
    {"other", "\\pL\\pM\\pN\\pP\\pS\\pZ", true},
    {"otherletter", "\\p{Lo}"},
    {"othernumber", "\\p{No}"},
    {"otherpunctuation", "\\p{Po}"},
    {"othersymbol", "\\p{So}"},
    {"paragraphseparator", "\\p{Zp}"},
    {"privateuse", "\\p{Co}"},
    {"punct", "\\pP"},
    {"punctuation", "\\pP"},
    {"separator", "\\pZ"},
    {"spaceseparator", "\\p{Zs}"},
    {"spacingmark", "\\p{Mc}"},
    {"symbol", "\\pS"},
    {"titlecaseletter", "\\p{Lt}"},
    {"unassigned", kAssigned, true},
    {"uppercaseletter", "\\p{Lu}"},
};

/// Compat: as in Go, a name of several words, such as Old_Italic, is not found.
std::string canonical(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c == '_' || c == '-' || c == ' ') continue;
        out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

class Translator {
   public:
    Translator(std::string_view pattern, std::string& error) : rest_(pattern), error_(error) {}

    std::string translate() {
        while (!rest_.empty() && error_.empty()) {
            if (rest_.starts_with("\\Q"))
                copy_literal();
            else if (rest_[0] == '\\')
                translate_escape(Where::Outside);
            else if (rest_[0] == '[')
                translate_class();
            else if (rest_.starts_with("(?<"))
                translate_group();
            else
                copy(1);
        }
        return error_.empty() ? std::move(out_) : "";
    }

   private:
    void copy(size_t size) {
        size = std::min(size, rest_.size());
        out_ += rest_.substr(0, size);
        rest_.remove_prefix(size);
    }

    void copy_literal() {
        const size_t end = rest_.find("\\E");
        copy(end == rest_.npos ? rest_.size() : end + 2);
    }

    void translate_group() {
        rest_.remove_prefix(3);
        out_ += "(?P<";
    }

    /// "[...]": nothing in it means what it means outside, but for escapes.
    void translate_class() {
        copy(1);
        if (rest_.starts_with('^')) copy(1);
        bool first = true;
        while (!rest_.empty() && error_.empty()) {
            if (rest_[0] == ']' && !first) return copy(1);
            first = false;
            if (rest_[0] == '\\') {
                translate_escape(Where::InClass);
            } else if (const size_t end = rest_.find(":]", 2);
                       rest_.starts_with("[:") && end != rest_.npos) {
                copy(end + 2);
            } else {
                copy(1);
            }
        }
    }

    enum class Where { Outside, InClass };
    void translate_escape(Where where) {
        if (rest_.size() < 2) return copy(1);
        if (rest_[1] == 'C' && where == Where::Outside)
            return refuse("invalid escape sequence", "\\C");
        if (rest_[1] != 'p' && rest_[1] != 'P') return copy(2);
        translate_unicode_class(where);
    }

    void translate_unicode_class(Where where) {
        if (rest_.size() < 3) return copy(2);
        const size_t end = rest_[2] == '{' ? rest_.find('}') : 2;
        if (end == rest_.npos) return copy(rest_.size());
        const std::string_view whole = rest_.substr(0, end + 1);
        std::string_view name = rest_[2] == '{' ? whole.substr(3, end - 3) : whole.substr(2);
        bool negative = whole[1] == 'P';
        if (name.starts_with('^')) {
            negative = !negative;
            name.remove_prefix(1);
        }

        const std::string wanted = canonical(name);
        const auto known = std::find_if(std::begin(kClassNames),
                                        std::end(kClassNames),
                                        [&](const ClassName& one) { return one.name == wanted; });
        if (known == std::end(kClassNames)) {
            std::string spelled = wanted;
            if (!spelled.empty() && spelled[0] >= 'a' && spelled[0] <= 'z') spelled[0] -= 'a' - 'A';
            out_ += (negative ? "\\P{" : "\\p{") + spelled + "}";
        } else if (where == Where::Outside) {
            out_.append(negative != known->complement ? "[^" : "[")
                .append(known->parts)
                .append("]");
        } else if (negative == known->complement) {
            out_ += known->parts;
        } else if (!add_complement(known->parts)) {
            return refuse("invalid character class range", whole);
        }
        rest_.remove_prefix(whole.size());
    }

    /// Inside brackets a complement can be written only of a single part.
    bool add_complement(std::string_view parts) {
        if (parts == "\\x00-\\x7F") {
            out_ += "\\x{80}-\\x{10FFFF}";
            return true;
        }
        if (parts.find('\\', 1) != parts.npos) return false;
        out_.append("\\P").append(parts.substr(2));
        return true;
    }

    void refuse(std::string_view reason, std::string_view where) {
        error_.append(reason).append(": `").append(where).append("`");
    }

    std::string_view rest_;
    std::string& error_;
    std::string out_;
};

}  // namespace

std::string translated_pattern(std::string_view pattern, std::string& error) {
    return Translator(pattern, error).translate();
}

}  // namespace ww::sprig
