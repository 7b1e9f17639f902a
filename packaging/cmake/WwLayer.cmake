# SPDX-License-Identifier: BSD-3-Clause
#
# ww_layer(NAME [DEPENDS layer...] [LIBRARIES target...] [PUBLIC_LIBRARIES target...])
#   makes the library ww_NAME (alias ww::NAME) from the *.cc files of the current folder and those below it, and, with
#   WW_TESTS, the test program NAME_test from tests/unit/NAME/*_test.cc, registered with ctest.
# A layer's sources are globbed: adding a file needs no edit here (CONFIGURE_DEPENDS re-checks).

find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(Threads REQUIRED)

add_library(ww_options INTERFACE)
target_compile_options(ww_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  -Wno-missing-field-initializers -Werror=return-type -Werror=unused-result)
target_include_directories(ww_options INTERFACE ${PROJECT_SOURCE_DIR}/server)
target_link_libraries(ww_options INTERFACE fmt::fmt Threads::Threads)
if(WW_SANITIZE)
  target_compile_options(ww_options INTERFACE -fsanitize=${WW_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(ww_options INTERFACE -fsanitize=${WW_SANITIZE})
endif()
if(WW_FUZZ)
  target_compile_options(ww_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_definitions(ww_options INTERFACE _GLIBCXX_ASSERTIONS)
else()
  target_compile_options(ww_options INTERFACE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
endif()

find_program(WW_LLD ld.lld)
if(WW_LLD)
  add_link_options(-fuse-ld=lld)
endif()
find_program(WW_CCACHE ccache)
if(WW_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${WW_CCACHE})
endif()

function(ww_layer name)
  cmake_parse_arguments(arg "" "" "DEPENDS;LIBRARIES;PUBLIC_LIBRARIES" ${ARGN})
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
  if(WW_TESTS)
    file(GLOB tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/${name}/*_test.cc)
    if(tests)
      add_executable(${name}_test ${tests})
      target_link_libraries(${name}_test PRIVATE ww::${name} ww_catch ${arg_LIBRARIES})
      target_compile_definitions(${name}_test PRIVATE WW_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
      add_test(NAME unit.${name} COMMAND ${name}_test)
    endif()
  endif()
endfunction()

if(WW_TESTS)
  # Catch2 2.13 (Debian 12) and 3.x: one main of ours, one header of ours.
  add_library(ww_catch STATIC ${PROJECT_SOURCE_DIR}/tests/support/catch_main.cc)
  target_include_directories(ww_catch PUBLIC ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(ww_catch PUBLIC ww_options)
endif()
