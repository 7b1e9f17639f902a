// SPDX-License-Identifier: BSD-3-Clause
//
// The only file that knows libyaml: turns its events into a Document.
#include <yaml.h>

#include <algorithm>
#include <cstring>
#include <memory_resource>
#include <unordered_map>
#include <utility>
#include <vector>

#include "yaml/aliases.h"
#include "yaml/dialect.h"
#include "yaml/document.h"

namespace ww::yaml {

struct Document::Storage {
    explicit Storage(size_t size) : arena(size) {}
    std::pmr::monotonic_buffer_resource arena;
};

namespace {

constexpr size_t kArenaBytes = 64 << 10;
constexpr std::string_view kStandardPrefix = "tag:yaml.org,2002:";
constexpr int kLookAhead = 3;  // tokens behind a document that must be well-formed

class Parser {
   public:
    explicit Parser(std::string_view text) {
        ready_ = yaml_parser_initialize(&parser_) == 1;
        if (ready_)
            yaml_parser_set_input_string(
                &parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    }
    ~Parser() {
        if (ready_) yaml_parser_delete(&parser_);
    }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    bool next(yaml_event_t& event) { return ready_ && yaml_parser_parse(&parser_, &event) == 1; }
    bool next(yaml_token_t& token) { return ready_ && yaml_parser_scan(&parser_, &token) == 1; }
    const yaml_parser_t& state() const { return parser_; }

   private:
    yaml_parser_t parser_{};
    bool ready_ = false;
};

class Event {
   public:
    Event() = default;
    ~Event() { yaml_event_delete(&event_); }
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    yaml_event_t& fresh() {
        yaml_event_delete(&event_);
        return event_;
    }
    const yaml_event_t* operator->() const { return &event_; }

   private:
    yaml_event_t event_{};
};

std::string_view view(const yaml_char_t* text) {
    return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

Node::Style style_of(yaml_scalar_style_t style) {
    switch (style) {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE:
            return Node::Style::SingleQuoted;
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
            return Node::Style::DoubleQuoted;
        case YAML_LITERAL_SCALAR_STYLE:
            return Node::Style::Literal;
        case YAML_FOLDED_SCALAR_STYLE:
            return Node::Style::Folded;
        default:
            return Node::Style::Plain;
    }
}

}  // namespace

class Builder {
   public:
    Builder(Dialect& dialect, std::string name) : dialect_(dialect), parser_(dialect.text()) {
        document_.name_ = std::move(name);
        // A tree takes about four times the room of its text.
        const size_t size = std::clamp<size_t>(4 * dialect.text().size(), 1024, kArenaBytes);
        auto storage = std::make_shared<Document::Storage>(size);
        arena_ = &storage->arena;
        document_.storage_ = std::move(storage);
    }

    /// Whether the dialect was amended, so that an error of build() does not count.
    bool again() const { return again_; }

    Result<Document> build() {
        Event event;
        WW_TRY_VOID(next(event));  // stream start
        WW_TRY_VOID(next(event));
        if (event->type == YAML_STREAM_END_EVENT) return document_;
        WW_TRY_VOID(check_version(event));
        WW_TRY_VOID(next(event));
        WW_TRY(document_.root_, node(event, {}));
        WW_TRY_VOID(next(event));  // document end
        WW_TRY_VOID(look_beyond(event));
        WW_TRY(document_.expanded_nodes_, count_expanded(document_));
        return document_;
    }

   private:
    Place place(const yaml_mark_t& mark) const {
        return {
            document_.name_, static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1};
    }

    Error refuse(std::string message, const yaml_mark_t& mark) const {
        return Error(ErrorCode::Unprocessable, std::move(message)).with_place(place(mark));
    }

    Result<void> next(Event& event) {
        if (parser_.next(event.fresh())) return {};
        const yaml_parser_t& state = parser_.state();
        if (state.error == YAML_MEMORY_ERROR)
            return Error(ErrorCode::Io, "out of memory reading YAML");
        std::string message = state.problem == nullptr ? "not YAML" : state.problem;
        again_ = amend(message, state.problem_mark.index);
        if (state.error == YAML_READER_ERROR) return refuse(std::move(message), state.mark);
        if (state.context == nullptr) return refuse(std::move(message), state.problem_mark);
        // Of a token that does not end, its start is the place to look at; of a collection, the
        // item that does not fit.
        const bool at_start =
            state.error == YAML_SCANNER_ERROR && !message.starts_with("found a tab");
        const yaml_mark_t& shown = at_start ? state.context_mark : state.problem_mark;
        const yaml_mark_t& other = at_start ? state.problem_mark : state.context_mark;
        const Error error = refuse(std::move(message), shown);
        if (shown.line == other.line && state.error == YAML_SCANNER_ERROR) return error;
        return error.with_frame(fmt::format(
            "{} {} line {}", context_of(state), at_start ? "up to" : "from", other.line + 1));
    }

    bool amend(std::string_view problem, size_t index) {
        if (problem == "found unexpected ':'") return dialect_.amend_colon(index);
        if (problem == "found unknown escape character") return dialect_.amend_escape(index);
        if (problem == "did not find expected whitespace or line break")
            return dialect_.amend_tag(index);
        return false;
    }

    static std::string_view context_of(const yaml_parser_t& state) {
        std::string_view context = state.context;
        if (context.starts_with("while ")) context.remove_prefix(6);
        return context;
    }

    // What follows the first document is not read, but the user is told of it. Compat: its first
    // tokens must be well-formed, as upstream's parser looks ahead.
    Result<void> look_beyond(Event& event) {
        const yaml_mark_t end = event->end_mark;
        const bool parsed = parser_.next(event.fresh());
        if (parsed && event->type == YAML_STREAM_END_EVENT) return {};
        document_.second_ = place(parsed ? event->start_mark : end);
        Parser scanner(dialect_.text());
        for (int beyond = 0; beyond < kLookAhead;) {
            yaml_token_t token;
            if (!scanner.next(token))
                return refuse(
                    scanner.state().problem == nullptr ? "not YAML" : scanner.state().problem,
                    scanner.state().problem_mark);
            const bool last = token.type == YAML_STREAM_END_TOKEN;
            if (token.start_mark.index >= end.index && token.type != YAML_BLOCK_END_TOKEN) ++beyond;
            yaml_token_delete(&token);
            if (last) break;
        }
        return {};
    }

    // Compat: YAML 1.1 is what upstream's parser knows.
    Result<void> check_version(const Event& event) const {
        const auto* version = event->data.document_start.version_directive;
        if (version != nullptr && (version->major != 1 || version->minor != 1))
            return refuse("found incompatible YAML document", event->start_mark);
        return {};
    }

    std::string_view keep(std::string_view text) {
        if (text.empty()) return {};
        auto* copy = static_cast<char*>(arena_->allocate(text.size(), 1));
        std::memcpy(copy, text.data(), text.size());
        return {copy, text.size()};
    }

    std::string_view keep_tag(const yaml_char_t* tag) {
        if (tag == nullptr) return {};
        const std::string full = dialect_.tag(view(tag));
        if (!full.starts_with(kStandardPrefix)) return keep(full);
        return keep("!!" + full.substr(kStandardPrefix.size()));
    }

    Node* make(const Event& event, Node::Kind kind, Node::Style style) {
        auto* node = new (arena_->allocate(sizeof(Node), alignof(Node))) Node;
        node->kind = kind;
        node->style = style;
        node->line = static_cast<uint32_t>(event->start_mark.line) + 1;
        node->column = static_cast<uint32_t>(event->start_mark.column) + 1;
        set_end(*node, event->end_mark);
        return node;
    }

    static void set_end(Node& node, const yaml_mark_t& mark) {
        node.end_line = static_cast<uint32_t>(mark.line) + 1;
        node.end_column = static_cast<uint32_t>(mark.column) + 1;
        const bool block = node.style == Node::Style::Literal || node.style == Node::Style::Folded;
        if (!block) return;
        // A block scalar ends where the next line starts.
        if (mark.column == 0 && node.end_line > node.line) --node.end_line;
        node.end_column = 0;
    }

    void set_anchor(Node* node, const yaml_char_t* anchor) {
        if (anchor == nullptr) return;
        node->anchor = keep(view(anchor));
        anchors_[node->anchor] = node;
    }

    struct Context {
        int depth = 0;
        bool flow = false;  // inside [] or {}
    };

    Result<const Node*> node(const Event& event, Context context) {
        if (context.depth > kMaxDepth)
            return refuse(fmt::format("nested deeper than {} levels", kMaxDepth),
                          event->start_mark);
        switch (event->type) {
            case YAML_ALIAS_EVENT:
                return alias(event);
            case YAML_SEQUENCE_START_EVENT: {
                const bool flow = event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
                Node* list =
                    make(event, Node::Kind::List, flow ? Node::Style::Flow : Node::Style::Block);
                list->tag = keep_tag(event->data.sequence_start.tag);
                set_anchor(list, event->data.sequence_start.anchor);
                return collection(list, {context.depth + 1, context.flow || flow});
            }
            case YAML_MAPPING_START_EVENT: {
                const bool flow = event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
                Node* map =
                    make(event, Node::Kind::Map, flow ? Node::Style::Flow : Node::Style::Block);
                map->tag = keep_tag(event->data.mapping_start.tag);
                set_anchor(map, event->data.mapping_start.anchor);
                return collection(map, {context.depth + 1, context.flow || flow});
            }
            default: {
                const auto& data = event->data.scalar;
                Node* scalar = make(event, Node::Kind::Scalar, style_of(data.style));
                const std::string_view read(reinterpret_cast<const char*>(data.value), data.length);
                scalar->text = dialect_.amended() ? keep(dialect_.scalar(read)) : keep(read);
                scalar->tag = keep_tag(data.tag);
                if (context.flow && data.tag != nullptr && data.length == 0 &&
                    dialect_.amend_tag(event->end_mark.index)) {
                    again_ = true;
                    return refuse("a tag cannot hold a comma", event->end_mark);
                }
                // Compat: upstream's parser ends a plain text here.
                if (context.flow && scalar->style == Node::Style::Plain &&
                    scalar->text.find('?') != std::string_view::npos)
                    return refuse("a plain text inside [] or {} cannot hold '?'; quote it",
                                  event->start_mark)
                        .with_frame("parsing a flow collection");
                set_anchor(scalar, data.anchor);
                return scalar;
            }
        }
    }

    Result<const Node*> alias(const Event& event) {
        Node* node = make(event, Node::Kind::Alias, Node::Style::Plain);
        node->text = keep(view(event->data.alias.anchor));
        const auto found = anchors_.find(node->text);
        if (found == anchors_.end())
            return refuse(fmt::format("unknown anchor '{}' referenced", node->text),
                          event->start_mark);
        node->target = found->second;
        return node;
    }

    Result<const Node*> collection(Node* node, Context inner) {
        std::vector<const Node*> items;
        Event event;
        for (;;) {
            WW_TRY_VOID(next(event));
            if (event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT)
                break;
            WW_TRY(const Node* item, this->node(event, inner));
            items.push_back(item);
        }
        if (node->style == Node::Style::Flow) {
            set_end(*node, event->end_mark);
        } else {
            node->end_column = 0;
            for (const Node* item : items)
                node->end_line = std::max(node->end_line, item->end_line);
        }
        if (items.empty()) return node;
        auto* kept = static_cast<const Node**>(
            arena_->allocate(items.size() * sizeof(Node*), alignof(Node*)));
        std::copy(items.begin(), items.end(), kept);
        node->items = {kept, items.size()};
        return node;
    }

    Dialect& dialect_;
    Parser parser_;
    bool again_ = false;
    Document document_;
    std::pmr::monotonic_buffer_resource* arena_ = nullptr;
    std::unordered_map<std::string_view, const Node*> anchors_;
};

Result<Document> read(std::string_view text, const std::string& name) {
    Dialect dialect(text);
    for (;;) {
        Builder builder(dialect, name);
        Result<Document> document = builder.build();
        if (document || !builder.again()) return document;
    }
}

}  // namespace ww::yaml
