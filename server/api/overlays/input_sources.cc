// SPDX-License-Identifier: BSD-3-Clause
#include "api/overlays/input_sources.h"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "api/history/revisions.h"
#include "fields/field.h"
#include "nodes/diff.h"
#include "nodes/field_lister.h"
#include "render/follow.h"
#include "store/entry_text.h"

namespace ww::api {

namespace {

using fields::EntryKind;
using protocol::ExplainedInput;
using render::FieldRead;
using store::EntryId;

/// A value as one line that can be looked at.
constexpr size_t kMostShown = 200;

std::string shortened(std::string text) {
    for (char& c : text)
        if (c == '\n' || c == '\t') c = ' ';
    if (text.size() <= kMostShown) return text;
    size_t end = kMostShown;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return text.substr(0, end) + "…";
}

class Sources {
   public:
    explicit Sources(const nodes::Registry& registry) : lister_(registry) {}

    /// The entry that decides a field of a node; nothing if none sets it. Errors: see FieldLister.
    Result<std::optional<EntryId>> of(const std::string& node, const std::string& field) {
        auto known = fields_.find(node);
        if (known == fields_.end()) {
            WW_TRY(const auto values, lister_.node(node));
            known = fields_.emplace(node, std::map<std::string, std::string>()).first;
            for (const nodes::FieldValue& value : values)
                known->second.emplace(value.name, value.source);
        }
        const auto source = known->second.find(field);
        if (source == known->second.end()) return std::optional<EntryId>();
        const std::string& by = source->second;
        if (by.empty() || by == "SUPERSEDED") return std::optional(EntryId{EntryKind::Node, node});
        // Of a list several have added to it; the last one is told.
        const std::string last = by.substr(by.rfind(',') + 1);
        const bool is_node = by.find(',') != std::string::npos && last == node;
        return std::optional(EntryId{is_node ? EntryKind::Node : EntryKind::Profile, last});
    }

   private:
    nodes::FieldLister lister_;
    std::map<std::string, std::map<std::string, std::string>> fields_;  // by node: field, source
};

/// Fills in the revisions of all inputs of one entry.
void add_revisions(Call& call, std::vector<ExplainedInput>& inputs, const EntryId& id) {
    const auto journal = open_journal(call);
    if (!journal) return;
    const std::string entry = fmt::format("{} {}", to_string(id.kind), id.name);
    std::vector<protocol::BlameRow> rows;
    for (const ExplainedInput& input : inputs)
        if (input.entry == entry) rows.push_back({input.field, input.value, {}});
    if (!find_revisions(**journal, id, "", rows)) return;
    for (ExplainedInput& input : inputs)
        for (const protocol::BlameRow& row : rows)
            if (input.entry == entry && input.field == row.field) input.revision = row.revision;
}

}  // namespace

Result<std::vector<ExplainedInput>> inputs_of(Call& call,
                                              const render::RootData& root,
                                              const render::Trace& trace) {
    std::vector<ExplainedInput> inputs;
    std::map<EntryId, bool> entries;
    Sources sources(root.snapshot->raw());
    for (const render::Path& path : trace.reads) {
        ExplainedInput input{.read = to_text(path)};
        input.value = shortened(render::value_text(root, path).value_or(""));
        const auto field = render::field_read(path);
        if (!field) {
            if (render::is_of_any_node(path)) input.entry = "all nodes";
            if (render::is_of_server(path)) input.entry = "server";
        } else if (field->of == FieldRead::Of::All) {
            input.entry = "all nodes";
        } else {
            const std::string& node = field->of == FieldRead::Of::This ? root.node.id : field->node;
            if (field->is_secret && !call.caller.is_admin && !input.value.empty())
                input.value = fields::kMask;
            WW_TRY(const auto id, sources.of(node, field->name));
            if (id) {
                input.entry = fmt::format("{} {}", to_string(id->kind), id->name);
                input.field = nodes::change_path(field->name);
                entries[*id] = true;
            }
        }
        inputs.push_back(std::move(input));
    }
    for (const auto& [id, unused] : entries) add_revisions(call, inputs, id);
    for (const render::Inputs::Seen& file : trace.files.seen())
        inputs.push_back(
            {.read = file.path, .value = file.was_there ? "" : "not there", .entry = "file"});
    return inputs;
}

}  // namespace ww::api
