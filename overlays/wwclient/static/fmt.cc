// SPDX-License-Identifier: BSD-3-Clause
//
// The compiled half of fmt, for a static program: Debian has it only as a shared library. What is
// instantiated here is what <fmt/format.h> declares `extern` or leaves to the library.
#include <fmt/format-inl.h>

namespace fmt::detail {

template thousands_sep_result<char> thousands_sep_impl(locale_ref);
template char decimal_point_impl(locale_ref);
template void vformat_to(buffer<char>&,
                         string_view,
                         basic_format_args<buffer_context<char>>,
                         locale_ref);
template void buffer<char>::append(const char*, const char*);

namespace dragonbox {
template decimal_fp<float> to_decimal(float) noexcept;
template decimal_fp<double> to_decimal(double) noexcept;
}  // namespace dragonbox

}  // namespace fmt::detail
