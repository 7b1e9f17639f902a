// SPDX-License-Identifier: BSD-3-Clause
//
// Each field of the table by itself, everywhere in this layer: whoever adds a field and forgets a
// place is told which. Templates and commands have a test of this name, too.
#include <set>

#include "nodes/diff.h"
#include "nodes/digest.h"
#include "nodes/emit.h"
#include "nodes/field_lister.h"
#include "nodes/flatten.h"
#include "nodes/patch.h"
#include "nodes/secrets.h"
#include "nodes/set.h"
#include "nodes/unset.h"
#include "support/one_field.h"

using namespace ww::nodes;
using namespace ww::test;
using ww::fields::Kind;

namespace {

const std::string kNothing = "n1: {}\n";

std::string written(const Node& node) { return emit_nodes({{"n1", node}}, 2); }

std::string last_key(const FieldKeys& each) { return each.keys.substr(each.keys.rfind('.') + 1); }

bool is_inherited(const FieldKeys& each) {
    static const std::set<std::string_view> kOwn = {"Profiles", "Comment"};
    return !kOwn.contains(each.field->name);
}

// As --diskname and its like address the section.
Selectors selectors() {
    return {.netname = "sec", .diskname = "sec", .partname = "sec", .fsname = "/dev/sec"};
}

// Only what the field needs: naming a partition makes it.
Selectors selectors_of(const ww::fields::Field& field) {
    using ww::fields::Scope;
    Selectors at = selectors();
    if (field.scope != Scope::Partition) at.partname = "";
    if (field.scope != Scope::Partition && field.scope != Scope::Disk) at.diskname = "";
    if (field.scope != Scope::FileSystem) at.fsname = "";
    return at;
}

}  // namespace

TEST_CASE("every field is written and read back", "[nodes][every_field]") {
    for (const FieldKeys& each : field_keys()) {
        CAPTURE(each.field->name);
        const Node node = with_one_field(each);
        const std::string text = written(node);
        CHECK(text.find(last_key(each) + ":") != std::string::npos);
        CHECK(text.find(sample_text(each.field->kind)) != std::string::npos);
        std::vector<ww::yaml::Warning> warnings;
        const auto back = read_node_map(text, "nodes", warnings);
        REQUIRE(back);
        CHECK(back->at("n1") == node);
        CHECK(node_json(node).find(sample_text(each.field->kind)) != std::string::npos);
        const bool in_profile = profile_json(node) != profile_json(Profile());
        CHECK(in_profile != each.field->node_only);
    }
}

TEST_CASE("every field is listed, compared and counted", "[nodes][every_field]") {
    for (const FieldKeys& each : field_keys()) {
        CAPTURE(each.field->name);
        const Node node = with_one_field(each);
        Registry raw;
        raw.nodes["n1"] = node;
        const auto listed = FieldLister(raw).node("n1");
        REQUIRE(listed);
        REQUIRE(listed->size() == 1);
        CHECK(listed->front().name == listed_name(*each.field));
        CHECK(listed->front().value.find(sample_text(each.field->kind)) != std::string::npos);
        CHECK(listed->front().is_secret == each.field->secret);

        const auto changes = diff(Node(), node);
        REQUIRE(changes.size() == 1);
        CHECK(changes.front().after.find(sample_text(each.field->kind)) != std::string::npos);
        CHECK(changes.front().is_secret == each.field->secret);
        CHECK(changes.front().path.find(each.field->flag) != std::string::npos);

        CHECK(digest_of(node) != digest_of(Node()));

        Node shown = node;
        mask_secrets(shown);
        CHECK((shown == node) != each.field->secret);
    }
}

TEST_CASE("every field is inherited, or an entry's own", "[nodes][every_field]") {
    for (const FieldKeys& each : field_keys()) {
        if (each.field->node_only) continue;
        CAPTURE(each.field->name);
        Registry raw;
        raw.profiles["p"] = with_one_field(each);
        raw.nodes["n1"].profiles = {"p"};
        const std::string text = written(merged(raw, "n1"));
        const bool inherited = text.find(sample_text(each.field->kind)) != std::string::npos;
        CHECK(inherited == is_inherited(each));
        raw.nodes["n1"] = with_one_field(each);
        CHECK(written(merged(raw, "n1")).find(sample_text(each.field->kind)) != std::string::npos);
    }
}

TEST_CASE("every flag sets its field and clears it", "[nodes][every_field]") {
    for (const FieldKeys& each : field_keys()) {
        if (each.field->flag.empty()) continue;
        CAPTURE(each.field->flag);
        SetRequest request;
        request.selectors = selectors_of(*each.field);
        request.fields = {{std::string(each.field->flag), {sample_text(each.field->kind)}}};
        const auto set = SetEdit::of(request);
        REQUIRE(set);
        Node node;
        REQUIRE(set->apply(node));
        const auto changes = diff(Node(), node);
        REQUIRE(changes.size() == 1);
        CHECK(changes.front().path.find(each.field->flag) != std::string::npos);

        UnsetRequest back;
        back.selectors = request.selectors;
        back.fields = {std::string(each.field->flag)};
        REQUIRE(UnsetEdit::of(back)->apply(node));
        CHECK(written(node) == kNothing);
        Profile profile;
        CHECK(set->apply(profile).has_value() != each.field->node_only);
    }
}

TEST_CASE("every field is cleared by a null, texts by UNDEF too", "[nodes][every_field]") {
    for (const FieldKeys& each : field_keys()) {
        CAPTURE(each.field->name);
        Registry raw;
        raw.nodes["n1"] = with_one_field(each);
        const auto after =
            apply_patch(raw, "nodes: {n1: " + body(each.keys, "null") + "}", "patch");
        REQUIRE(after);
        Node node = after->nodes.at("n1");
        flatten(node);
        CHECK(written(node) == kNothing);

        const Kind kind = each.field->kind;
        if (kind != Kind::Text && kind != Kind::WWbool && kind != Kind::List) continue;
        node = node_of(body(each.keys, kind == Kind::List ? "[a, UNDEF]" : "UNDEF"));
        flatten(node);
        CHECK(written(node) == kNothing);
    }
}
