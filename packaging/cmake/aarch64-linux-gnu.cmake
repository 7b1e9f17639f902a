# SPDX-License-Identifier: BSD-3-Clause
#
# Toolchain file of the preset aarch64: Debian's cross compiler, and libraries unpacked below build/cache/arm64 (./dev
# puts them there: nothing of another architecture is installed on this machine). Headers without libraries (Boost) are
# those of this machine.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

get_filename_component(arm64 ${CMAKE_CURRENT_LIST_DIR}/../../build/cache/arm64 ABSOLUTE)
set(CMAKE_FIND_ROOT_PATH ${arm64})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${arm64})
set(ENV{PKG_CONFIG_LIBDIR} ${arm64}/usr/lib/aarch64-linux-gnu/pkgconfig)
# Where the compiler would look by itself, were they installed.
set(CMAKE_CXX_FLAGS_INIT "-isystem ${arm64}/usr/include/aarch64-linux-gnu")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-L${arm64}/usr/lib/aarch64-linux-gnu")
