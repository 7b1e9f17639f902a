// SPDX-License-Identifier: BSD-3-Clause
//
// --json: what wwd replied, as one document. Its keys are those of the protocol's structs, which
// docs/json.md promises to keep.
#pragma once

#include <string>

#include "ctl/output.h"
#include "protocol/json.h"

namespace ww::ctl {

template <class Route>
void print_json(Output& output, Route, const typename Route::Reply& reply) {
    output.print(indent_json(protocol::Json<Route>::reply(reply)) + "\n");
}

/// What a job found out.
template <class Report>
void print_report(Output& output, const Report& report) {
    output.print(indent_json(protocol::Report<Report>::text(report)) + "\n");
}

/// A table as a list of objects; keys are the columns' names in lower case, blanks as "_".
void print_json(Output& output, const protocol::Table& table);

}  // namespace ww::ctl
