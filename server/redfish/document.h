// SPDX-License-Identifier: BSD-3-Clause
//
// A resource as a Redfish service sends it. Services leave out, misspell and add members, so that a
// member that is not there, or is of another type, is nothing rather than an error.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ww::redfish {

/// Members of a list that are looked at: no chassis has so many sensors.
inline constexpr size_t kMostItems = 1024;

/// An immutable view of a value in a document that it keeps alive; or of nothing.
class Document {
   public:
    using Path = std::initializer_list<std::string_view>;

    Document() = default;
    /// Errors: Unprocessable (no JSON object, or nested too deep).
    static Result<Document> parse(std::string_view text);

    Document at(Path path) const;
    bool exists() const;
    /// "" if it is no string.
    std::string text(Path path) const;
    std::optional<double> number(Path path) const;
    std::optional<bool> boolean(Path path) const;
    /// The first kMostItems of a list.
    std::vector<Document> items(Path path) const;
    std::vector<std::string> texts(Path path) const;
    /// Where a resource is found: a path of the same service; "" if there is none.
    std::string link(Path path) const;
    std::vector<std::string> links(Path path) const;

   private:
    struct Value;
    explicit Document(std::shared_ptr<const Value> value) : value_(std::move(value)) {}

    std::shared_ptr<const Value> value_;
};

}  // namespace ww::redfish
