// SPDX-License-Identifier: BSD-3-Clause
#include "store/outline.h"

#include <algorithm>

namespace ww::store {

namespace {

// What may stand behind the colon of a section: nothing, a comment, or an empty map.
bool ends_section_key(std::string_view rest) {
    const auto skip = [&] {
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    };
    const bool spaced = rest.empty() || rest.front() == ' ';
    skip();
    if (rest.empty()) return true;
    if (!spaced) return false;
    if (rest.starts_with("{}")) {
        rest.remove_prefix(2);
        if (!rest.empty() && rest.front() != ' ') return false;
        skip();
    }
    return rest.empty() || rest.front() == '#';
}

bool is_empty_map(std::string_view line) { return line.find(" {}") < line.find('#'); }

// First characters of keys that are nothing but names. What begins otherwise may be an anchor, an
// alias, a merge, a list, a tag or a mistake.
bool begins_name(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '"' || c == '\'' || c == '/' || c == '.' || byte >= 0x80;
}

class OutlineReader {
   public:
    explicit OutlineReader(std::string_view text) : text_(text) {}

    std::optional<Outline> read() {
        for (size_t at = 0; at < text_.size(); ++line_) {
            const size_t end = std::min(text_.find('\n', at), text_.size());
            if (!take(at, text_.substr(at, end - at))) return std::nullopt;
            at = end + 1;
        }
        close(text_.size());
        if (!outline_.profiles && !outline_.nodes) return std::nullopt;
        return std::move(outline_);
    }

   private:
    bool take(size_t at, std::string_view line) {
        size_t indent = 0;
        while (indent < line.size() && line[indent] == ' ') ++indent;
        if (indent == line.size() || line[indent] == '#') return true;
        if (indent == 0) return take_root(at, line);
        if (section_ == nullptr || is_closed_) return false;
        if (section_->blocks.empty()) indent_ = indent;
        if (indent > indent_) return true;
        if (indent < indent_ || !begins_name(line[indent])) return false;
        close(at);
        section_->blocks.push_back({at, at, line_});
        return true;
    }

    bool take_root(size_t at, std::string_view line) {
        if (line == "---" && section_ == nullptr && !started_) return started_ = true;
        constexpr std::string_view kProfiles = "nodeprofiles:";
        constexpr std::string_view kNodes = "nodes:";
        const bool profiles = line.starts_with(kProfiles);
        if (!profiles && !line.starts_with(kNodes)) return false;
        if (!ends_section_key(line.substr(profiles ? kProfiles.size() : kNodes.size())))
            return false;
        auto& section = profiles ? outline_.profiles : outline_.nodes;
        if (section) return false;
        close(at);
        if (section_ == nullptr) outline_.profiles_first = profiles;
        section_ = &section.emplace();
        section_->header = {at, at, line_};
        is_closed_ = is_empty_map(line);
        return true;
    }

    // The block or header that is being read ends at `at`.
    void close(size_t at) {
        if (section_ == nullptr) return;
        (section_->blocks.empty() ? section_->header : section_->blocks.back()).end = at;
    }

    std::string_view text_;
    Outline outline_;
    OutlineSection* section_ = nullptr;
    size_t indent_ = 0;       // of the entries of `section_`
    bool is_closed_ = false;  // `section_` is {}
    bool started_ = false;    // by ---
    uint32_t line_ = 1;
};

}  // namespace

std::optional<Outline> outline_of(std::string_view text) { return OutlineReader(text).read(); }

bool has_plain_lines(std::string_view text) {
    constexpr auto kNone = std::string_view::npos;
    return text.find('\r') == kNone && text.find("\xC2\x85") == kNone &&
           text.find("\xE2\x80\xA8") == kNone && text.find("\xE2\x80\xA9") == kNone &&
           !text.starts_with("\xEF\xBB\xBF");
}

}  // namespace ww::store
