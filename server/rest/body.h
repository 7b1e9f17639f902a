// SPDX-License-Identifier: BSD-3-Clause
//
// The JSON that clients send. Source: reference/http.md §5.2, §5.3. Internal to this layer.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "nodes/node.h"
#include "rest/head.h"

namespace ww::rest {

/// Lists and objects within each other; a resource may be any JSON.
inline constexpr int kMaxJsonDepth = 32;

/// Upstream takes no body that says it is something else. Errors: InvalidArgument.
Result<void> check_content_type(const Head& head);

/// The entry in {"node": {…}} or {"profile": {…}}. Member names match regardless of case, the last
/// of several counts, unknown ones are ignored; null is no value, but below resources, where it is
/// left out. Errors: InvalidArgument, naming the member.
Result<nodes::Node> read_node(std::string_view body);
Result<nodes::Profile> read_profile(std::string_view body);

/// A body of a few plain members.
class Document {
   public:
    /// Errors: InvalidArgument.
    static Result<Document> read(std::string_view body);

    /// Errors: InvalidArgument, if it is not there.
    Result<void> require(std::string_view name) const;
    /// A member; empty, or `fallback`, where there is none. Errors: InvalidArgument.
    Result<std::string> text(std::string_view name) const;
    Result<bool> flag(std::string_view name, bool fallback) const;

   private:
    struct Data;
    explicit Document(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
    std::shared_ptr<const Data> data_;
};

}  // namespace ww::rest
