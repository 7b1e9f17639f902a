// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: versions as objects with methods, and constraints on them.
#include "sprig/functions.h"
#include "sprig/semver_version.h"

namespace ww::sprig {
namespace {

struct VersionObject final : tmpl::Object {
    SemanticVersion version;
};

const SemanticVersion& at(const void* address) {
    return *static_cast<const SemanticVersion*>(address);
}
const SemanticVersion& self(tmpl::Call& call) { return at(call.self().address()); }

tmpl::Value as_value(tmpl::Type type, SemanticVersion version) {
    const tmpl::Ref<VersionObject> owner(new VersionObject);
    owner->version = std::move(version);
    return tmpl::Value::struct_of(type, tmpl::Ref<tmpl::Object>(owner.get()), &owner->version);
}

tmpl::Value number(uint64_t value) {
    return tmpl::Value::unsigned_integer(tmpl::types::kUint64, value);
}

/// A method that returns a changed copy: a semver.Version, not a pointer to one. `change` may fail.
template <class Change>
tmpl::Value changed(tmpl::Call& call, Change change) {
    SemanticVersion next = self(call);
    change(next);
    if (call.failed()) return {};
    const std::string prefix = next.original.starts_with('v') ? "v" : "";
    next.original = prefix + next.to_string();
    static const tmpl::Type kStruct = tmpl::Type::parse("semver.Version");
    return as_value(kStruct, std::move(next));
}

void drop_tails(SemanticVersion& version) {
    version.prerelease.clear();
    version.metadata.clear();
}

tmpl::Value next_major(tmpl::Call& call) {
    return changed(call, [](SemanticVersion& next) {
        drop_tails(next);
        ++next.major;
        next.minor = next.patch = 0;
    });
}

tmpl::Value next_minor(tmpl::Call& call) {
    return changed(call, [](SemanticVersion& next) {
        drop_tails(next);
        ++next.minor;
        next.patch = 0;
    });
}

/// The release that follows: of a prerelease that is its own.
tmpl::Value next_patch(tmpl::Call& call) {
    return changed(call, [](SemanticVersion& next) {
        if (next.prerelease.empty()) ++next.patch;
        drop_tails(next);
    });
}

tmpl::Value with_prerelease(tmpl::Call& call) {
    return changed(call, [&](SemanticVersion& next) {
        next.prerelease = call.text(0);
        const std::string message = check_prerelease(next.prerelease);
        if (!next.prerelease.empty() && !message.empty()) call.fail(message);
    });
}

tmpl::Value with_metadata(tmpl::Call& call) {
    return changed(call, [&](SemanticVersion& next) {
        next.metadata = call.text(0);
        const std::string message = check_metadata(next.metadata);
        if (!next.metadata.empty() && !message.empty()) call.fail(message);
    });
}

tmpl::Value text_value(const std::string& text) { return tmpl::Value::string(text); }
tmpl::Value as_bytes(tmpl::Call& call) {
    return tmpl::Value::string(self(call).to_string(), tmpl::types::kBytes);
}

/// The order of the receiver and the argument; a nil argument is an error.
template <class Use>
tmpl::Value compared(tmpl::Call& call, Use use) {
    if (call[0].is_nil())
        return call.fail("runtime error: invalid memory address or nil pointer dereference");
    return use(self(call).compare(at(call[0].address())));
}

std::vector<tmpl::Method> version_methods() {
    constexpr auto kPointer = tmpl::Method::Receiver::Pointer;
    return {
        {"Major", "", [](tmpl::Call& call) { return number(self(call).major); }},
        {"Minor", "", [](tmpl::Call& call) { return number(self(call).minor); }},
        {"Patch", "", [](tmpl::Call& call) { return number(self(call).patch); }},
        {"Prerelease", "", [](tmpl::Call& call) { return text_value(self(call).prerelease); }},
        {"Metadata", "", [](tmpl::Call& call) { return text_value(self(call).metadata); }},
        {"String", "", [](tmpl::Call& call) { return text_value(self(call).to_string()); }},
        {"MarshalText", "", as_bytes},
        {"IncMajor", "", next_major},
        {"IncMinor", "", next_minor},
        {"IncPatch", "", next_patch},
        {"SetPrerelease", "string", with_prerelease},
        {"SetMetadata", "string", with_metadata},
        {"Original",
         "",
         [](tmpl::Call& call) { return text_value(self(call).original); },
         kPointer},
        {"Compare",
         "*semver.Version",
         [](tmpl::Call& call) {
             return compared(call, [](int order) { return tmpl::Value::integer(order); });
         },
         kPointer},
        {"Equal",
         "*semver.Version",
         [](tmpl::Call& call) {
             return compared(call, [](int order) { return tmpl::Value::boolean(order == 0); });
         },
         kPointer},
        {"LessThan",
         "*semver.Version",
         [](tmpl::Call& call) {
             return compared(call, [](int order) { return tmpl::Value::boolean(order < 0); });
         },
         kPointer},
        {"LessThanEqual",
         "*semver.Version",
         [](tmpl::Call& call) {
             return compared(call, [](int order) { return tmpl::Value::boolean(order <= 0); });
         },
         kPointer},
        {"GreaterThan",
         "*semver.Version",
         [](tmpl::Call& call) {
             return compared(call, [](int order) { return tmpl::Value::boolean(order > 0); });
         },
         kPointer},
        {"GreaterThanEqual",
         "*semver.Version",
         [](tmpl::Call& call) {
             return compared(call, [](int order) { return tmpl::Value::boolean(order >= 0); });
         },
         kPointer},
    };
}

std::vector<tmpl::Field> version_fields() {
    constexpr auto kHidden = tmpl::Field::Access::Unexported;
    return {
        {"major",
         tmpl::types::kUint64,
         [](const void* from) { return number(at(from).major); },
         "",
         kHidden},
        {"minor",
         tmpl::types::kUint64,
         [](const void* from) { return number(at(from).minor); },
         "",
         kHidden},
        {"patch",
         tmpl::types::kUint64,
         [](const void* from) { return number(at(from).patch); },
         "",
         kHidden},
        {"pre",
         tmpl::types::kString,
         [](const void* from) { return text_value(at(from).prerelease); },
         "",
         kHidden},
        {"metadata",
         tmpl::types::kString,
         [](const void* from) { return text_value(at(from).metadata); },
         "",
         kHidden},
        {"original",
         tmpl::types::kString,
         [](const void* from) { return text_value(at(from).original); },
         "",
         kHidden},
    };
}

tmpl::Type version_pointer() {
    static const tmpl::Type kPointer = tmpl::Type::pointer_to(tmpl::Type::define({
        .kind = tmpl::Kind::Struct,
        .name = "semver.Version",
        .fields = version_fields(),
        .methods = version_methods(),
        .text = [](const tmpl::Value& value) { return at(value.address()).to_string(); },
    }));
    return kPointer;
}

tmpl::Value semver(tmpl::Call& call) {
    std::string error;
    auto version = parse_version(call.text(0), error);
    return version ? as_value(version_pointer(), std::move(*version)) : call.fail(error);
}

tmpl::Value semver_compare(tmpl::Call& call) {
    std::string error;
    const auto constraint = VersionConstraint::parse(call.text(0), error);
    if (!constraint) return call.fail(error);
    const auto version = parse_version(call.text(1), error);
    if (!version) return call.fail(error);
    return tmpl::Value::boolean(constraint->allows(*version));
}

constexpr tmpl::Function kSemverFunctions[] = {
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

std::span<const tmpl::Function> semver_functions() {
    version_pointer();  // before a method's parameters name it
    return kSemverFunctions;
}

}  // namespace ww::sprig
