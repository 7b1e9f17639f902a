// SPDX-License-Identifier: BSD-3-Clause
//
// The compiled parts of Asio and Beast, once for all our programs (BOOST_ASIO_SEPARATE_COMPILATION,
// BOOST_BEAST_SEPARATE_COMPILATION): it halves what every other file that uses them costs to
// compile.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
