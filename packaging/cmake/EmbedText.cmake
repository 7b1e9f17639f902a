# SPDX-License-Identifier: BSD-3-Clause
#
# Run as a script: cmake -D OUTPUT=file.cc -D FOLDER=ctl/cmd -D DEFAULTS=warewulf.conf -P EmbedText.cmake
# Writes ww::ctl::help_markdown(words), which gives the text of each *.md by the words of its command: node/add.md
# is about "node add", and node/node.md about the group. And ww::ctl::default_configuration(), the file of that name.
file(GLOB_RECURSE FILES RELATIVE ${FOLDER} ${FOLDER}/*.md)
set(rows "")
foreach(file IN LISTS FILES)
  get_filename_component(group "${file}" DIRECTORY)
  get_filename_component(name "${file}" NAME_WE)
  if(group AND NOT group STREQUAL name)
    string(PREPEND name "${group} ")
  endif()
  string(REGEX REPLACE "_" " " name "${name}")
  file(READ ${FOLDER}/${file} text)
  string(APPEND rows "    {\"${name}\", R\"=text=(${text})=text=\"},\n")
endforeach()
file(READ ${DEFAULTS} defaults)
file(WRITE ${OUTPUT} "// Generated from the pages below ctl/cmd by EmbedText.cmake.
#include \"ctl/help.h\"

namespace ww::ctl {

const char* help_markdown(std::string_view words) {
    struct Row {
        std::string_view words;
        const char* text;
    };
    static constexpr Row rows[] = {
${rows}    };
    for (const Row& row : rows)
        if (row.words == words) return row.text;
    return nullptr;
}

const char* default_configuration() {
    return R\"=text=(${defaults})=text=\";
}

}  // namespace ww::ctl
")
