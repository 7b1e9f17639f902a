// SPDX-License-Identifier: BSD-3-Clause
//
// The interface as a document: OpenAPI 3.1, made of the table of routes, of the schema of nodes
// and of the messages' members. Nothing in it is written twice.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "rest/head.h"

namespace ww::rest {

/// Compact JSON. Made once, then kept.
const std::string& openapi_document();

/// The schema of what a row of the table names in `request` or `reply`, and what it refers to; as
/// members of an object. Source: reference/http.md §5.3, §5.4.
std::string warewulf_schemas();

/// A page that shows the document and tries routes, without anything from elsewhere.
std::string_view docs_page();

/// What everybody may read, without a login and from every network: /api/docs and the document.
/// Compat: upstream's document is at /api/docs/openapi.json. Nothing: it is something else.
std::optional<http::Reply> open_reply(const Head& head);

}  // namespace ww::rest
