// SPDX-License-Identifier: BSD-3-Clause
#include "render/template_info.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <map>
#include <optional>
#include <span>

#include "fields/table.h"
#include "render/model.h"
#include "render/render.h"
#include "tmpl/parser.h"

namespace ww::render {

namespace {

using tmpl::Kind;
using tmpl::Name;
using tmpl::Node;
using tmpl::NodeKind;
using tmpl::Type;

// ---- Fields and methods by their static types ----

// Where a chain of names ends: a field, a method, or an entry of a map. `field` is the schema's row
// behind it, if any.
struct Member {
    std::string name;
    Type type;
    const fields::Field* field = nullptr;
};

std::optional<fields::Scope> scope_of(std::string_view type) {
    static const std::map<std::string_view, fields::Scope> kScopes = {
        {"overlay.TemplateStruct", fields::Scope::Entry},
        {"node.Node", fields::Scope::Entry},
        {"node.Profile", fields::Scope::Entry},
        {"node.KernelConf", fields::Scope::Kernel},
        {"node.IpmiConf", fields::Scope::Ipmi},
        {"node.NetDev", fields::Scope::NetDev},
        {"node.Disk", fields::Scope::Disk},
        {"node.Partition", fields::Scope::Partition},
        {"node.FileSystem", fields::Scope::FileSystem},
    };
    const auto found = kScopes.find(type);
    if (found == kScopes.end()) return std::nullopt;
    return found->second;
}

// The schema's row for a field of a Go type. Maps of free names have no option and, as upstream has
// it, no help.
const fields::Field* schema_row(Type owner, std::string_view field) {
    const auto scope = scope_of(owner.name());
    if (!scope) return nullptr;
    if (field.ends_with('P')) field.remove_suffix(1);  // WipeTableP is "WipeTable" there
    for (const fields::Field& row : fields::kAll) {
        const bool is_map = row.kind == fields::Kind::Tags || row.kind == fields::Kind::Resources;
        if (row.scope == *scope && row.last_name() == field && !is_map) return &row;
    }
    return nullptr;
}

const tmpl::Field* find_field(Type owner, std::string_view name) {
    for (const tmpl::Field& field : owner.info().fields)
        if (field.name == name) return &field;
    return nullptr;
}

// Methods of embedded structs count as the outer one's own.
const tmpl::Method* find_method(Type owner, std::string_view name) {
    for (const tmpl::Method& method : owner.info().methods)
        if (method.name == name) return &method;
    for (const tmpl::Field& field : owner.info().fields) {
        if (field.json != ",inline") continue;
        if (const auto* method = find_method(field.type, name)) return method;
    }
    return nullptr;
}

std::optional<Member> member_of(Type owner, const std::string& name) {
    if (const tmpl::Field* field = find_field(owner, name)) {
        // A root field of its own has no row, even where a node's field has the same name.
        const bool of_root = owner.name() == "overlay.TemplateStruct" &&
                             field->access != tmpl::Field::Access::Promoted;
        return Member{name, field->type, of_root ? nullptr : schema_row(owner, name)};
    }
    const tmpl::Method* method = find_method(owner, name);
    if (method == nullptr || method->result.empty()) return std::nullopt;
    const bool backed = find_field(owner, name + "P") != nullptr;
    return Member{name, Type::parse(method->result), backed ? schema_row(owner, name) : nullptr};
}

Type behind_pointer(Type type) { return type.kind() == Kind::Pointer ? type.element() : type; }

// Below a map all further names are keys.
std::optional<Member> resolve(Type from, std::span<const std::string> names) {
    Type type = behind_pointer(from);
    std::optional<Member> member;
    for (size_t i = 0; i < names.size(); ++i) {
        if (type.kind() != Kind::Struct) return std::nullopt;
        member = member_of(type, names[i]);
        if (!member) return std::nullopt;
        type = behind_pointer(member->type);
        if (type.kind() == Kind::Map && i + 1 < names.size())
            return Member{names.back(), type.element(), nullptr};
    }
    return member;
}

// The same, where the last name may be a method `X` that upstream keeps as a field `XP`.
std::optional<Member> resolve_or_backed(Type from, std::vector<std::string> names) {
    if (auto member = resolve(from, names)) return member;
    if (names.empty()) return std::nullopt;
    names.back() += 'P';
    return resolve(from, names);
}

std::vector<std::string> texts(std::span<const Name> names) {
    std::vector<std::string> all;
    for (const Name& name : names) all.push_back(name.text);
    return all;
}

// ---- Walking the tree ----

// Compat: what upstream's `overlay info` looks at and in which order: `with` does not change the
// type of dot, types of variables are known from := and range only and stay known to the end, the
// body of a range over something unknown is passed over.
class Walk {
   public:
    /// By variable; a name without a member is a variable used by itself.
    std::map<std::string, std::optional<Member>> found;

    explicit Walk(Type root) { variables_["$"] = root; }

    void list(const tmpl::List& nodes, Type dot) {
        for (const auto& node : nodes) walk(*node, dot);
    }

   private:
    void walk(const Node& node, Type dot) {
        switch (node.kind) {
            case NodeKind::Action: {
                const auto& pipe_node = *static_cast<const tmpl::ActionNode&>(node).pipe;
                declare(pipe_node, dot);
                pipe(pipe_node, dot);
                break;
            }
            case NodeKind::If:
            case NodeKind::With: {
                const auto& branch = static_cast<const tmpl::BranchNode&>(node);
                pipe(*branch.pipe, dot);
                list(branch.body, dot);
                list(branch.otherwise, dot);
                break;
            }
            case NodeKind::Range:
                range(static_cast<const tmpl::BranchNode&>(node), dot);
                break;
            case NodeKind::Template: {
                const auto& called = static_cast<const tmpl::TemplateNode&>(node);
                if (called.pipe) pipe(*called.pipe, dot);
                break;
            }
            case NodeKind::Pipe:
                pipe(static_cast<const tmpl::PipeNode&>(node), dot);
                break;
            case NodeKind::Field:
                field(static_cast<const tmpl::FieldNode&>(node), dot);
                break;
            case NodeKind::Variable:
                variable(static_cast<const tmpl::VariableNode&>(node));
                break;
            default:
                break;
        }
    }

    void pipe(const tmpl::PipeNode& node, Type dot) {
        for (const auto& command : node.commands)
            for (const auto& word : command->words) walk(*word, dot);
    }

    void declare(const tmpl::PipeNode& node, Type dot) {
        if (node.declarations.empty()) return;
        const Node& first = *node.commands[0]->words[0];
        std::optional<Type> type;
        if (first.kind == NodeKind::Field) {
            const auto member =
                resolve(dot, texts(static_cast<const tmpl::FieldNode&>(first).fields));
            if (member) type = member->type;
        } else if (first.kind == NodeKind::Variable) {
            const auto& source = static_cast<const tmpl::VariableNode&>(first);
            if (source.fields.empty()) type = type_of(source);
        }
        if (!type) return;
        for (const auto& declared : node.declarations) variables_[declared->name.text] = *type;
    }

    void range(const tmpl::BranchNode& node, Type dot) {
        pipe(*node.pipe, dot);
        if (const auto over = range_operand(*node.pipe, dot)) {
            Type element = *over;
            if (element.kind() == Kind::Slice) element = element.element();
            if (element.kind() == Kind::Map) element = element.element();
            element = behind_pointer(element);
            const auto& declared = node.pipe->declarations;
            if (declared.size() == 2)
                variables_[declared[0]->name.text] =
                    over->kind() == Kind::Map ? over->key() : tmpl::types::kInt;
            if (!declared.empty()) variables_[declared.back()->name.text] = element;
            list(node.body, element);
        }
        list(node.otherwise, dot);
    }

    // The type of the first field in the pipeline, or else of the first variable.
    std::optional<Type> range_operand(const tmpl::PipeNode& node, Type dot) const {
        for (const auto& command : node.commands) {
            for (const auto& word : command->words) {
                if (word->kind != NodeKind::Field) continue;
                return type_in(
                    resolve(dot, texts(static_cast<const tmpl::FieldNode&>(*word).fields)));
            }
        }
        for (const auto& command : node.commands) {
            for (const auto& word : command->words) {
                if (word->kind != NodeKind::Variable) continue;
                const auto& source = static_cast<const tmpl::VariableNode&>(*word);
                const auto type = type_of(source);
                if (!type) continue;
                if (source.fields.empty()) return type;
                if (auto reached = type_in(resolve(*type, texts(source.fields)))) return reached;
                break;
            }
        }
        return std::nullopt;
    }

    static std::optional<Type> type_in(const std::optional<Member>& member) {
        if (!member) return std::nullopt;
        return member->type;
    }

    std::optional<Type> type_of(const tmpl::VariableNode& node) const {
        const auto known = variables_.find(node.name.text);
        if (known == variables_.end()) return std::nullopt;
        return known->second;
    }

    void field(const tmpl::FieldNode& node, Type dot) {
        if (auto member = resolve_or_backed(dot, texts(node.fields)))
            found[node.to_string()] = std::move(member);
    }

    void variable(const tmpl::VariableNode& node) {
        const auto type = type_of(node);
        if (!type) return;
        if (node.fields.empty()) {
            found[node.name.text] = std::nullopt;
            return;
        }
        std::vector<std::string> names = texts(node.fields);
        std::string shown = node.to_string();
        auto member = resolve(*type, names);
        if (!member && names.size() > 1) {  // the last one may be a method
            names.pop_back();
            member = resolve(*type, names);
            if (member) shown.resize(shown.rfind('.'));
        }
        if (!member) member = resolve_or_backed(*type, names);
        if (member) found[shown] = std::move(member);
    }

    std::map<std::string, Type> variables_;
};

class Functions {
   public:
    std::map<std::string_view, const tmpl::Function*> found;

    void list(const tmpl::List& nodes) {
        for (const auto& node : nodes) walk(*node);
    }

   private:
    void walk(const Node& node) {
        switch (node.kind) {
            case NodeKind::Action:
                pipe(static_cast<const tmpl::ActionNode&>(node).pipe.get());
                break;
            case NodeKind::If:
            case NodeKind::With:
            case NodeKind::Range: {
                const auto& branch = static_cast<const tmpl::BranchNode&>(node);
                pipe(branch.pipe.get());
                list(branch.body);
                list(branch.otherwise);
                break;
            }
            case NodeKind::Template:
                pipe(static_cast<const tmpl::TemplateNode&>(node).pipe.get());
                break;
            case NodeKind::Pipe:
                pipe(&static_cast<const tmpl::PipeNode&>(node));
                break;
            case NodeKind::Chain:
                walk(*static_cast<const tmpl::ChainNode&>(node).base);
                break;
            case NodeKind::Identifier: {
                const auto& identifier = static_cast<const tmpl::IdentifierNode&>(node);
                found[identifier.name()] = identifier.function->function;
                break;
            }
            default:
                break;
        }
    }

    void pipe(const tmpl::PipeNode* node) {
        if (node == nullptr) return;
        for (const auto& command : node->commands)
            for (const auto& word : command->words) walk(*word);
    }
};

// ---- Comments ----

// {{/* key: text */}}, on one line each; the last comment on a key counts.
std::map<std::string, std::string> comments(std::string_view text) {
    static const RE2 kComment(R"({{-?\s*/\*\s*(.*?):\s*(.*?)\s*\*/\s*-?}})", RE2::Latin1);
    std::map<std::string, std::string> all;
    re2::StringPiece rest(text.data(), text.size());
    std::string key;
    std::string value;
    while (RE2::FindAndConsume(&rest, kComment, &key, &value)) all[key] = value;
    return all;
}

TemplateVariable describe(const std::string& name, const std::optional<Member>& member) {
    TemplateVariable variable{name, {}, {}, {}};
    if (!member) return variable;
    variable.type = member->type.name();
    if (const fields::Field* row = member->field) {
        if (!row->flag.empty()) variable.option = fmt::format("--{}", row->flag);
        if (row->kind == fields::Kind::Address) variable.type = "IP";
        if (!row->form.empty()) variable.type = row->form;
        variable.help = row->help;
    }
    return variable;
}

}  // namespace

Result<TemplateInfo> describe_template(std::string_view text, std::string_view name) {
    WW_TRY(const auto set, tmpl::Parser(text, name, overlay_functions()).run());
    const auto documented = comments(text);
    TemplateInfo info;
    for (const auto& [key, value] : documented)
        if (key.find("wwdoc") != std::string::npos) info.documentation.push_back(value);

    Walk walk(root_type());
    walk.list(set->main().root, root_type());
    for (const auto& [variable_name, member] : walk.found) {
        const auto comment = documented.find(variable_name);
        const bool shown = member || comment != documented.end() ||
                           variable_name.find("Tags") != std::string::npos;
        if (!shown) continue;
        info.variables.push_back(describe(variable_name, member));
        if (comment != documented.end()) info.variables.back().help = comment->second;
    }

    Functions functions;
    for (const auto& [tree_name, tree] : set->trees()) functions.list(tree->root);
    for (const auto& [function_name, function] : functions.found)
        info.functions.push_back({std::string(function_name), std::string(function->doc)});
    return info;
}

}  // namespace ww::render
