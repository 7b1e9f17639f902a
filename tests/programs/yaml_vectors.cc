// SPDX-License-Identifier: BSD-3-Clause
//
// Plays YAML vectors: a JSON object {"id", "yaml"} per line on stdin, {"id", "tree"} or {"id",
// "err"} per line on stdout, the tree in the form of the vectors' README §3.
#include <boost/json.hpp>
#include <iostream>
#include <string>

#include "store/yaml_document.h"
#include "store/yaml_map.h"
#include "store/yaml_scalar.h"

namespace json = boost::json;
using ww::store::YamlNode;

namespace {

json::value tree_of(const YamlNode& node) {
    json::value out;
    switch (node.kind) {
        case YamlNode::Kind::Alias:
            return {{"alias", node.text}};
        case YamlNode::Kind::Scalar:
            out = json::array{json::string(ww::store::short_tag(node)), json::string(node.text)};
            break;
        case YamlNode::Kind::List: {
            json::array items;
            for (const YamlNode* item : node.items) items.push_back(tree_of(*item));
            out = {{"seq", std::move(items)}};
            break;
        }
        case YamlNode::Kind::Map: {
            json::array pairs;
            for (size_t i = 0; i < node.items.size(); i += 2)
                pairs.push_back(json::array{tree_of(*node.items[i]), tree_of(*node.items[i + 1])});
            out = {{"map", std::move(pairs)}};
            break;
        }
    }
    if (node.anchor.empty()) return out;
    return {{"anchor", node.anchor}, {"node", std::move(out)}};
}

// The text of an error. Of something that covers several lines upstream names another one than we
// do (the one before its first), so then there is nothing to compare.
std::string text_of(const ww::Error& error) {
    return error.frames().empty() ? error.headline() : error.message();
}

json::object play(const json::object& vector) {
    json::object out{{"id", vector.at("id")}};
    auto document = ww::store::read_yaml(std::string_view(vector.at("yaml").as_string()), "");
    if (!document) {
        out["err"] = text_of(document.error());
        return out;
    }
    if (document->root() == nullptr) {
        out["tree"] = nullptr;
        return out;
    }
    ww::store::Problems problems;
    (void)ww::store::to_value(*document, *document->root(), problems);
    if (problems.empty())
        out["tree"] = tree_of(*document->root());
    else
        out["err"] = text_of(problems.error());
    return out;
}

}  // namespace

int main() {
    json::parse_options options;
    options.max_depth = size_t{2} * ww::store::kMaxYamlDepth;  // expected trees come along
    std::string line;
    while (std::getline(std::cin, line)) {
        if (line.empty()) continue;
        std::cout << json::serialize(play(json::parse(line, {}, options).as_object())) << "\n";
    }
}
