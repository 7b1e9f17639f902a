// SPDX-License-Identifier: BSD-3-Clause
#if __has_include(<catch2/catch_session.hpp>)
#include <catch2/catch_session.hpp>
int main(int argc, char** argv) { return Catch::Session().run(argc, argv); }
#else
#define CATCH_CONFIG_MAIN  // NOLINT(readability-identifier-naming): Catch's name
#include <catch2/catch.hpp>
#endif
