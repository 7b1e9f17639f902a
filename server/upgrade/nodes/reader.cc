// SPDX-License-Identifier: BSD-3-Clause
//
// The walk: today's schema, with old_keys.cc asked in each struct before and after.
#include "upgrade/nodes/reader.h"

#include <fmt/format.h>

#include "upgrade/nodes/old_keys.h"
#include "upgrade/nodes/values.h"

namespace ww::upgrade {

namespace {

class OldNodesReader {
   public:
    OldNodesReader(const yaml::Document& document, const KernelOverride& kernel_override)
        : in(document), document_(document), kernel_override_(kernel_override) {}

    void run() {
        if (document_.root() == nullptr) return;
        Entries top = in.entries_of(*document_.root(), "the file ");
        if (const yaml::Node* version = take(top, "WW_INTERNAL"))  // 4.3 to 4.5
            in.note(*version,
                    fmt::format("ignore: WW_INTERNAL: {} (no longer used)", version->text));
        read_all(top, "nodeprofiles", registry.profiles);
        read_all(top, "nodes", registry.nodes);
        in.keep_unknown(top);
    }

    NodeValues in;
    nodes::Registry registry;

   private:
    using At = NodeValues::At;

    template <class T>
    void read_all(Entries& top, std::string_view key, nodes::SharedMap<std::string, T>& into) {
        const yaml::Node* map = take(top, key);
        if (map == nullptr) return;
        const At at(in, key);
        for (const yaml::MapEntry& entry :
             in.list_of(*map, fmt::format("{}s ", to_string(nodes::kKindOf<T>)))) {
            const At at_entry(in, entry.key->text);
            read_entry(*entry.value, into[std::string(entry.key->text)]);
        }
    }

    template <class T>
    void read_entry(const yaml::Node& node, T& entry) {
        left_ = {};
        nodes::Profile& common = entry;
        Entries entries = in.entries_of(node);
        read_old_forms(in, entries, common, left_);
        read_fields(entries, entry);
        port_old_keys(in, entries, common, left_);
        finish_entry(in, node, entries, common, left_, kernel_override_);
        in.keep_unknown(entries);
    }

    template <class T>
    void read_section(const yaml::Node& node, T& section) {
        Entries entries = in.entries_of(node);
        read_old_forms(in, entries, section, left_);
        read_fields(entries, section);
        port_old_keys(in, entries, section, left_);
        in.keep_unknown(entries);
    }

    template <class T>
    void read_fields(Entries& entries, T& object) {
        nodes::for_each_field(object, [&](const auto& field, auto& value) {
            const yaml::Node* node = take(entries, field.key);
            if (node == nullptr) return;
            const At at(in, field.key);
            read(*node, value);
        });
    }

    template <class T>
    void read(const yaml::Node& node, T& value) {
        if constexpr (nodes::SingleSection<T>) {
            value.present = true;
            read_section(node, value);
        } else if constexpr (nodes::SectionMap<T>) {
            for (const yaml::MapEntry& entry : in.list_of(node)) {
                const At at(in, entry.key->text);
                read_section(*entry.value, value[std::string(entry.key->text)]);
            }
        } else {
            in.read(node, value);
        }
    }

    const yaml::Document& document_;
    const KernelOverride& kernel_override_;
    EntryLeftovers left_;  // of the entry being read
};

}  // namespace

Result<OldNodes> read_old_nodes(const yaml::Document& document,
                                const KernelOverride& kernel_override) {
    OldNodesReader reader(document, kernel_override);
    reader.run();
    NodeValues& in = reader.in;
    if (!in.problems.empty()) return in.problems.error();
    return OldNodes{
        std::move(reader.registry), std::move(in.notes), std::move(in.unknown), in.legacy};
}

}  // namespace ww::upgrade
