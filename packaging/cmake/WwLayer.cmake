# SPDX-License-Identifier: BSD-3-Clause
#
# ww_layer(NAME [DEPENDS layer...] [LIBRARIES target...] [PUBLIC_LIBRARIES target...] [PRECOMPILED library])
#   makes the library ww_NAME (alias ww::NAME) from the *.cc files of the current folder and those below it, and, with
#   WW_TESTS, the test program NAME_test from tests/unit/NAME/*_test.cc, registered with ctest. ww_plain_NAME is the
#   same library without sanitizers, for a program that is linked statically.
# A layer's sources are globbed: adding a file needs no edit here (CONFIGURE_DEPENDS re-checks).

find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(Threads REQUIRED)

# What all our code is compiled with; ww_options adds what a build for tests looks for.
add_library(ww_plain_options INTERFACE)
target_compile_options(ww_plain_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  -Wno-missing-field-initializers -Werror=return-type -Werror=unused-result)
# Some libraries ask for it, and targets must agree on what precompiled headers were made with.
target_compile_options(ww_plain_options INTERFACE -pthread)
target_include_directories(ww_plain_options INTERFACE ${PROJECT_SOURCE_DIR}/server)
target_link_libraries(ww_plain_options INTERFACE fmt::fmt Threads::Threads)
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_options(ww_plain_options INTERFACE
    -D_FORTIFY_SOURCE=2 -fstack-protector-strong -ffunction-sections -fdata-sections)
  target_link_options(ww_plain_options INTERFACE -Wl,--gc-sections)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Sources are compiled a handful at a time (see ww_layer), and g++ inlines less in a large unit.
    target_compile_options(ww_plain_options INTERFACE "SHELL:--param large-unit-insns=1000000")
  endif()
endif()

add_library(ww_options INTERFACE)
target_link_libraries(ww_options INTERFACE ww_plain_options)
if(WW_SANITIZE)
  target_compile_options(ww_options INTERFACE -fsanitize=${WW_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(ww_options INTERFACE -fsanitize=${WW_SANITIZE})
endif()
if(WW_FUZZ)
  target_compile_options(ww_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_definitions(ww_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()

find_program(WW_LLD ld.lld)
if(WW_LLD AND NOT CMAKE_CROSSCOMPILING)  # which finds only linkers named after its target
  add_link_options(-fuse-ld=lld)
endif()
# Objects do not tell where they were built, so that a cache serves every checkout alike.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
find_program(WW_CCACHE ccache)
if(WW_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${WW_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)  # ccache(1), "Precompiled headers"
  endif()
endif()

# ww_precompiled_library(NAME OPTIONS HEADER...): a library whose precompiled headers others with the same options use by
# REUSE_FROM. What a file needs it still includes itself: `./dev lint` compiles each header alone.
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/nothing.cc CONTENT "// CMake precompiles headers for a source.\n")
function(ww_precompiled_library name options)
  add_library(${name} STATIC EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/nothing.cc)
  target_link_libraries(${name} PUBLIC ${options})
  target_precompile_headers(${name} PRIVATE ${ARGN})
endfunction()

set(WW_COMMON_HEADERS
  <algorithm> <array> <charconv> <chrono> <functional> <map> <memory> <mutex> <optional> <set> <span> <string> <string_view>
  <unordered_map> <utility> <variant> <vector> <fmt/format.h> ${PROJECT_SOURCE_DIR}/server/base/result.h)
ww_precompiled_library(ww_precompiled ww_options ${WW_COMMON_HEADERS})
ww_precompiled_library(ww_plain_precompiled ww_plain_options ${WW_COMMON_HEADERS})

function(ww_layer name)
  cmake_parse_arguments(arg "" "PRECOMPILED" "DEPENDS;LIBRARIES;PUBLIC_LIBRARIES" ${ARGN})
  if(NOT arg_PRECOMPILED)
    set(arg_PRECOMPILED ww_precompiled)
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  if(NOT sources)
    return()  # headers only so far; nothing to link
  endif()
  add_library(ww_${name} STATIC ${sources})
  add_library(ww::${name} ALIAS ww_${name})
  list(TRANSFORM arg_DEPENDS PREPEND ww::)
  target_link_libraries(ww_${name} PUBLIC ww_options ${arg_DEPENDS} ${arg_PUBLIC_LIBRARIES}
                                   PRIVATE ${arg_LIBRARIES})
  target_precompile_headers(ww_${name} REUSE_FROM ${arg_PRECOMPILED})
  # A handful of sources at a time: what they share is compiled once. Names in anonymous namespaces are therefore unique
  # within a layer; which file includes what it needs is `./dev lint`'s to see.
  set_target_properties(ww_${name} PROPERTIES UNITY_BUILD ${WW_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  if(WW_SANITIZE)
    add_library(ww_plain_${name} STATIC EXCLUDE_FROM_ALL ${sources})
    target_link_libraries(ww_plain_${name} PRIVATE ww_plain_options ${arg_PUBLIC_LIBRARIES} ${arg_LIBRARIES})
    target_precompile_headers(ww_plain_${name} REUSE_FROM ww_plain_precompiled)
    set_target_properties(ww_plain_${name} PROPERTIES UNITY_BUILD ${WW_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  else()
    add_library(ww_plain_${name} ALIAS ww_${name})
  endif()
  if(WW_TESTS)
    file(GLOB tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/${name}/*_test.cc)
    if(tests)
      add_executable(${name}_test ${tests})
      target_link_libraries(${name}_test PRIVATE ww::${name} ww_catch ${arg_LIBRARIES})
      target_compile_definitions(${name}_test PRIVATE WW_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
      target_precompile_headers(${name}_test REUSE_FROM ww_catch)
      add_test(NAME unit.${name} COMMAND ${name}_test)
    endif()
  endif()
endfunction()

if(WW_TESTS)
  # Catch2 2.13 (Debian 12) and 3.x: one main of ours, one header of ours.
  set(catch_main ${PROJECT_SOURCE_DIR}/tests/support/catch_main.cc)
  ww_precompiled_library(ww_catch ww_options ${PROJECT_SOURCE_DIR}/tests/support/catch.h ${WW_COMMON_HEADERS})
  target_sources(ww_catch PRIVATE ${catch_main})
  set_source_files_properties(${catch_main} PROPERTIES
    SKIP_PRECOMPILE_HEADERS ON  # it asks Catch for more
    COMPILE_OPTIONS "-g0;-fno-sanitize=all")
  target_include_directories(ww_catch PUBLIC ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(ww_catch PUBLIC CATCH_CONFIG_FAST_COMPILE)
endif()
