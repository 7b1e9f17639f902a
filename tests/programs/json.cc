// SPDX-License-Identifier: BSD-3-Clause
//
// The one translation unit of the test programs that compiles Boost.JSON.
#include <boost/json/src.hpp>
