// SPDX-License-Identifier: BSD-3-Clause
#include "store/outline.h"

#include <algorithm>
#include <utility>

namespace ww::store {

namespace {

struct KeyLine {
    std::string_view key;
    std::string_view rest;  // behind the colon
};

// "n1:", "'n 1': {}". Nothing for keys that would have to be decoded.
std::optional<KeyLine> split_key(std::string_view line) {
    size_t end = std::string_view::npos;
    std::string_view key;
    if (line.starts_with('"') || line.starts_with('\'')) {
        const size_t close = line.find(line[0], 1);
        if (close == std::string_view::npos) return std::nullopt;
        key = line.substr(1, close - 1);
        if (key.find('\\') != std::string_view::npos) return std::nullopt;
        end = line.find_first_not_of(' ', close + 1);
        if (end == std::string_view::npos || line[end] != ':') return std::nullopt;
    } else {
        for (size_t at = line.find(':'); at != std::string_view::npos; at = line.find(':', at + 1))
            if (at + 1 == line.size() || line[at + 1] == ' ') {
                end = at;
                break;
            }
        if (end == std::string_view::npos) return std::nullopt;
        key = line.substr(0, line.find_last_not_of(' ', end - 1) + 1);
    }
    return KeyLine{key, line.substr(end + 1)};
}

// What may stand behind the colon of a section.
enum class SectionValue { Nothing, EmptyMap, Other };

SectionValue section_value(std::string_view rest) {
    const auto is_over = [](std::string_view text) {
        const size_t first = text.find_first_not_of(' ');
        return first == std::string_view::npos || (first > 0 && text[first] == '#');
    };
    if (is_over(rest)) return SectionValue::Nothing;
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return rest.starts_with("{}") && is_over(rest.substr(2)) ? SectionValue::EmptyMap
                                                             : SectionValue::Other;
}

// First characters of keys that are nothing but names. What begins otherwise may be an anchor, an
// alias, a merge, a list, a tag or a mistake.
bool begins_name(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '"' || c == '\'' || c == '/' || c == '.' || byte >= 0x80;
}

class Scanner {
   public:
    explicit Scanner(std::string_view text) : text_(text) {}

    Outline scan() {
        for (size_t at = 0; at < text_.size(); ++line_) {
            const size_t end = std::min(text_.find('\n', at), text_.size());
            std::string_view line = text_.substr(at, end - at);
            if (line.ends_with('\r')) {
                line.remove_suffix(1);
                outline_.is_plain = false;
            }
            take(at, line);
            at = end + 1;
        }
        close(text_.size());
        if (!outline_.profiles && !outline_.nodes) outline_.is_plain = false;
        return std::move(outline_);
    }

   private:
    void take(size_t at, std::string_view line) {
        const size_t indent = line.find_first_not_of(' ');
        if (indent == std::string_view::npos) return;
        const bool in_entry = section_ != nullptr && depth_ > 0;
        if (line[indent] == '#') {
            if (in_entry && indent > depth_) section_->entries.back().own_end = at + line.size();
        } else if (indent == 0) {
            take_root(at, line);
        } else if (section_ == nullptr || is_closed_) {
            outline_.is_plain = false;
        } else {
            if (!in_entry) depth_ = indent;
            if (indent <= depth_) take_key(at, line, indent);
            section_->entries.back().own_end = at + line.size();
        }
    }

    void take_key(size_t at, std::string_view line, size_t indent) {
        if (indent < depth_ || !begins_name(line[indent])) outline_.is_plain = false;
        close(at);
        const auto key = split_key(line.substr(indent));
        section_->entries.push_back({key ? key->key : std::string_view(), {at, at, line_}, at});
    }

    void take_root(size_t at, std::string_view line) {
        close(at);
        section_ = nullptr;
        const bool is_first = !std::exchange(has_root_, true);
        if (line == "---" && is_first) return;
        const auto key = split_key(line);
        const bool is_nodes = key && key->key == "nodes";
        const bool is_section = is_nodes || (key && key->key == "nodeprofiles");
        const auto value = is_section ? section_value(key->rest) : SectionValue::Other;
        if (value == SectionValue::Other) {
            outline_.is_plain = false;
            return;
        }
        auto& section = is_nodes ? outline_.nodes : outline_.profiles;
        if (section || line[key->key.size()] != ':') outline_.is_plain = false;
        if (!outline_.nodes && !outline_.profiles) outline_.profiles_first = !is_nodes;
        if (!section) section.emplace().header = {at, at, line_};
        section_ = &*section;
        is_closed_ = value == SectionValue::EmptyMap;
        depth_ = 0;
    }

    // The block or header that is being read ends at `at`.
    void close(size_t at) {
        if (section_ == nullptr) return;
        (depth_ == 0 || section_->entries.empty() ? section_->header
                                                  : section_->entries.back().block)
            .end = at;
    }

    std::string_view text_;
    Outline outline_;
    OutlineSection* section_ = nullptr;
    size_t depth_ = 0;        // of the keys of `section_`; 0: it has none yet
    bool is_closed_ = false;  // `section_` is {}
    bool has_root_ = false;   // a line without indentation was there
    uint32_t line_ = 1;
};

}  // namespace

Outline outline_of(std::string_view text) { return Scanner(text).scan(); }

bool has_plain_lines(std::string_view text) {
    constexpr auto kNone = std::string_view::npos;
    return text.find('\r') == kNone && text.find("\xC2\x85") == kNone &&
           text.find("\xE2\x80\xA8") == kNone && text.find("\xE2\x80\xA9") == kNone &&
           !text.starts_with("\xEF\xBB\xBF");
}

}  // namespace ww::store
