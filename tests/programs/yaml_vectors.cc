// SPDX-License-Identifier: BSD-3-Clause
//
// Plays YAML vectors: a JSON object {"id", "yaml"} per line on stdin, {"id", "tree"} or {"id",
// "err"} per line on stdout, the tree in the form of the vectors' README §3.
#include <boost/json.hpp>
#include <iostream>
#include <string>

#include "yaml/document.h"
#include "yaml/map.h"
#include "yaml/scalar.h"

namespace json = boost::json;
using ww::yaml::Node;

namespace {

json::value tree_of(const Node& node) {
    json::value out;
    switch (node.kind) {
        case Node::Kind::Alias:
            return {{"alias", node.text}};
        case Node::Kind::Scalar:
            out = json::array{json::string(ww::yaml::short_tag(node)), json::string(node.text)};
            break;
        case Node::Kind::List: {
            json::array items;
            for (const Node* item : node.items) items.push_back(tree_of(*item));
            out = {{"seq", std::move(items)}};
            break;
        }
        case Node::Kind::Map: {
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
    auto document = ww::yaml::read(std::string_view(vector.at("yaml").as_string()), "");
    if (!document) {
        out["err"] = text_of(document.error());
        return out;
    }
    if (document->root() == nullptr) {
        out["tree"] = nullptr;
        return out;
    }
    ww::yaml::Problems problems;
    (void)ww::yaml::to_value(*document, *document->root(), problems);
    if (problems.empty())
        out["tree"] = tree_of(*document->root());
    else
        out["err"] = text_of(problems.error());
    return out;
}

}  // namespace

int main() {
    json::parse_options options;
    options.max_depth = size_t{2} * ww::yaml::kMaxDepth;  // expected trees come along
    std::string line;
    while (std::getline(std::cin, line)) {
        if (line.empty()) continue;
        std::cout << json::serialize(play(json::parse(line, {}, options).as_object())) << "\n";
    }
}
