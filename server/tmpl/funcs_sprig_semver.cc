// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: versions as objects with methods, and constraints on them.
#include "tmpl/funcs_sprig.h"
#include "tmpl/funcs_sprig_semver_version.h"

namespace ww::tmpl::sprig {
namespace {

struct VersionObject final : Object {
    SemanticVersion version;
};

const SemanticVersion& at(const void* address) {
    return *static_cast<const SemanticVersion*>(address);
}
const SemanticVersion& self(Call& call) { return at(call.self().address()); }

Value as_value(Type type, SemanticVersion version) {
    const Ref<VersionObject> owner(new VersionObject);
    owner->version = std::move(version);
    return Value::struct_of(type, Ref<Object>(owner.get()), &owner->version);
}

Value number(uint64_t value) { return Value::unsigned_integer(types::kUint64, value); }

/// A method that returns a changed copy: a semver.Version, not a pointer to one. `change` may fail.
template <class Change>
Value changed(Call& call, Change change) {
    SemanticVersion next = self(call);
    change(next);
    if (call.failed()) return {};
    const std::string prefix = next.original.starts_with('v') ? "v" : "";
    next.original = prefix + next.to_string();
    static const Type kStruct = Type::parse("semver.Version");
    return as_value(kStruct, std::move(next));
}

void drop_tails(SemanticVersion& version) {
    version.prerelease.clear();
    version.metadata.clear();
}

Value next_major(Call& call) {
    return changed(call, [](SemanticVersion& next) {
        drop_tails(next);
        ++next.major;
        next.minor = next.patch = 0;
    });
}

Value next_minor(Call& call) {
    return changed(call, [](SemanticVersion& next) {
        drop_tails(next);
        ++next.minor;
        next.patch = 0;
    });
}

/// The release that follows: of a prerelease that is its own.
Value next_patch(Call& call) {
    return changed(call, [](SemanticVersion& next) {
        if (next.prerelease.empty()) ++next.patch;
        drop_tails(next);
    });
}

Value with_prerelease(Call& call) {
    return changed(call, [&](SemanticVersion& next) {
        next.prerelease = call.text(0);
        const std::string message = check_prerelease(next.prerelease);
        if (!next.prerelease.empty() && !message.empty()) call.fail(message);
    });
}

Value with_metadata(Call& call) {
    return changed(call, [&](SemanticVersion& next) {
        next.metadata = call.text(0);
        const std::string message = check_metadata(next.metadata);
        if (!next.metadata.empty() && !message.empty()) call.fail(message);
    });
}

Value text_value(const std::string& text) { return Value::string(text); }
Value as_bytes(Call& call) { return Value::string(self(call).to_string(), types::kBytes); }

/// The order of the receiver and the argument; a nil argument is an error.
template <class Use>
Value compared(Call& call, Use use) {
    if (call[0].is_nil())
        return call.fail("runtime error: invalid memory address or nil pointer dereference");
    return use(self(call).compare(at(call[0].address())));
}

std::vector<Method> version_methods() {
    constexpr auto kPointer = Method::Receiver::Pointer;
    return {
        {"Major", "", [](Call& call) { return number(self(call).major); }},
        {"Minor", "", [](Call& call) { return number(self(call).minor); }},
        {"Patch", "", [](Call& call) { return number(self(call).patch); }},
        {"Prerelease", "", [](Call& call) { return text_value(self(call).prerelease); }},
        {"Metadata", "", [](Call& call) { return text_value(self(call).metadata); }},
        {"String", "", [](Call& call) { return text_value(self(call).to_string()); }},
        {"MarshalText", "", as_bytes},
        {"IncMajor", "", next_major},
        {"IncMinor", "", next_minor},
        {"IncPatch", "", next_patch},
        {"SetPrerelease", "string", with_prerelease},
        {"SetMetadata", "string", with_metadata},
        {"Original", "", [](Call& call) { return text_value(self(call).original); }, kPointer},
        {"Compare",
         "*semver.Version",
         [](Call& call) { return compared(call, [](int order) { return Value::integer(order); }); },
         kPointer},
        {"Equal",
         "*semver.Version",
         [](Call& call) {
             return compared(call, [](int order) { return Value::boolean(order == 0); });
         },
         kPointer},
        {"LessThan",
         "*semver.Version",
         [](Call& call) {
             return compared(call, [](int order) { return Value::boolean(order < 0); });
         },
         kPointer},
        {"LessThanEqual",
         "*semver.Version",
         [](Call& call) {
             return compared(call, [](int order) { return Value::boolean(order <= 0); });
         },
         kPointer},
        {"GreaterThan",
         "*semver.Version",
         [](Call& call) {
             return compared(call, [](int order) { return Value::boolean(order > 0); });
         },
         kPointer},
        {"GreaterThanEqual",
         "*semver.Version",
         [](Call& call) {
             return compared(call, [](int order) { return Value::boolean(order >= 0); });
         },
         kPointer},
    };
}

std::vector<Field> version_fields() {
    constexpr auto kHidden = Field::Access::Unexported;
    return {
        {"major",
         types::kUint64,
         [](const void* from) { return number(at(from).major); },
         "",
         kHidden},
        {"minor",
         types::kUint64,
         [](const void* from) { return number(at(from).minor); },
         "",
         kHidden},
        {"patch",
         types::kUint64,
         [](const void* from) { return number(at(from).patch); },
         "",
         kHidden},
        {"pre",
         types::kString,
         [](const void* from) { return text_value(at(from).prerelease); },
         "",
         kHidden},
        {"metadata",
         types::kString,
         [](const void* from) { return text_value(at(from).metadata); },
         "",
         kHidden},
        {"original",
         types::kString,
         [](const void* from) { return text_value(at(from).original); },
         "",
         kHidden},
    };
}

Type version_pointer() {
    static const Type kPointer = Type::pointer_to(Type::define({
        .kind = Kind::Struct,
        .name = "semver.Version",
        .fields = version_fields(),
        .methods = version_methods(),
        .text = [](const Value& value) { return at(value.address()).to_string(); },
    }));
    return kPointer;
}

Value semver(Call& call) {
    std::string error;
    auto version = parse_version(call.text(0), error);
    return version ? as_value(version_pointer(), std::move(*version)) : call.fail(error);
}

Value semver_compare(Call& call) {
    std::string error;
    const auto constraint = VersionConstraint::parse(call.text(0), error);
    if (!constraint) return call.fail(error);
    const auto version = parse_version(call.text(1), error);
    if (!version) return call.fail(error);
    return Value::boolean(constraint->allows(*version));
}

constexpr Function kFunctions[] = {
    {"semver",
     "string",
     semver,
     "TEXT as a version, with the methods Major, Minor, Patch, Prerelease, Metadata, Original, "
     "Compare "
     "and others."},
    {"semverCompare",
     "string, string",
     semver_compare,
     "CONSTRAINT VERSION: whether VERSION is one that CONSTRAINT allows."},
};

}  // namespace

std::span<const Function> semver_functions() {
    version_pointer();  // before a method's parameters name it
    return kFunctions;
}

}  // namespace ww::tmpl::sprig
