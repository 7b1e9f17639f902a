# SPDX-License-Identifier: BSD-3-Clause
#
# ww_install_overlays(SOURCE TARGET): installs each overlay's rootfs with plain modes, then does what overlays/manifest
# adds: modes that git cannot keep, overlays with a second name. The client program goes into the overlays that carry
# it. TARGET is relative to the prefix.

function(ww_install_overlay source target)
  install(DIRECTORY ${source}/rootfs DESTINATION ${target} USE_SOURCE_PERMISSIONS
          DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endfunction()

# Octal digits to the words that file(CHMOD) wants.
function(ww_permissions mode result)
  set(words "")
  set(who "")
  string(REGEX REPLACE "^0" "" digits ${mode})
  foreach(who owner group world)
    string(TOUPPER ${who} WHO)
    string(SUBSTRING ${digits} 0 1 digit)
    string(SUBSTRING ${digits} 1 -1 digits)
    foreach(right 4:READ 2:WRITE 1:EXECUTE)
      string(REPLACE ":" ";" right ${right})
      list(GET right 0 bit)
      list(GET right 1 name)
      math(EXPR set "${digit} & ${bit}")
      if(set)
        list(APPEND words ${WHO}_${name})
      endif()
    endforeach()
  endforeach()
  list(JOIN words " " words)
  set(${result} ${words} PARENT_SCOPE)
endfunction()

# Machines there is a client program for.
set(WW_CLIENT_ARCHITECTURES ${CMAKE_SYSTEM_PROCESSOR})
# From a build of its own, which `./dev` does before it configures this one.
if(EXISTS ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/wwclient.aarch64)
  list(APPEND WW_CLIENT_ARCHITECTURES aarch64)
endif()

function(ww_install_overlays source target)
  file(GLOB overlays RELATIVE ${source} CONFIGURE_DEPENDS ${source}/*)
  set(names "")
  foreach(name ${overlays})
    if(IS_DIRECTORY ${source}/${name}/rootfs)
      ww_install_overlay(${source}/${name} ${target}/${name})
      list(APPEND names ${name})
      set(second_names_of_${name} ${name})
    endif()
  endforeach()

  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source}/manifest)
  file(STRINGS ${source}/manifest rows REGEX "^(copy|mode) ")
  foreach(row ${rows})
    separate_arguments(row)
    list(GET row 0 verb)
    list(GET row 1 first)
    list(GET row 2 second)
    # Without its program the client would be a unit that fails on every node.
    if(first MATCHES "^wwclient\\.(.+)$" AND NOT CMAKE_MATCH_1 IN_LIST WW_CLIENT_ARCHITECTURES)
      continue()
    endif()
    if(verb STREQUAL "copy" AND second IN_LIST names)
      ww_install_overlay(${source}/${second} ${target}/${first})
      list(APPEND second_names_of_${second} ${first})
    endif()
  endforeach()
  foreach(row ${rows})
    separate_arguments(row)
    list(GET row 0 verb)
    if(verb STREQUAL "mode")
      list(GET row 1 mode)
      list(GET row 2 path)
      ww_permissions(${mode} permissions)
      string(REGEX MATCH "^[^/]+" overlay ${path})
      string(REGEX REPLACE "^[^/]+" "" inside ${path})
      foreach(name ${second_names_of_${overlay}})
        install(CODE "file(CHMOD \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${target}/${name}${inside}\" PERMISSIONS ${permissions})")
      endforeach()
    endif()
  endforeach()

  if(aarch64 IN_LIST WW_CLIENT_ARCHITECTURES AND NOT CMAKE_SYSTEM_PROCESSOR STREQUAL aarch64)
    install(PROGRAMS ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/wwclient.aarch64
            DESTINATION ${target}/wwclient.aarch64/rootfs/warewulf RENAME wwclient)
    # The plain overlay serves both: a node of that architecture gets this one in its place.
    install(PROGRAMS ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/wwclient.aarch64
            DESTINATION ${target}/wwclient/rootfs.aarch64/warewulf RENAME wwclient)
  endif()
  if(TARGET wwclient)
    foreach(name wwclient wwclient.${CMAKE_SYSTEM_PROCESSOR})
      install(PROGRAMS $<TARGET_FILE:wwclient> DESTINATION ${target}/${name}/rootfs/warewulf RENAME wwclient)
    endforeach()
  endif()
endfunction()
