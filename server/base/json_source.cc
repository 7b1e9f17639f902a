// SPDX-License-Identifier: BSD-3-Clause
//
// Boost.JSON itself, compiled once: its library is not part of the packages we ask for.
#include <boost/json/src.hpp>
