// SPDX-License-Identifier: BSD-3-Clause
//
// Floating point numbers as Go prints them: the files and answers we must equal were made by it.
#pragma once

#include <string>

namespace ww::yaml {

/// strconv's 'g' with the shortest digits that read back the same: "1.5", "1e+06", "+Inf", "NaN".
std::string shortest_float(double value);
/// encoding/json's form: "1000000", "1e+21", "1e-7". `value` must be finite.
std::string json_float(double value);

}  // namespace ww::yaml
