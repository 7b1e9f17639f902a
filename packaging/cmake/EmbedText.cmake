# SPDX-License-Identifier: BSD-3-Clause
#
# Run as a script: cmake -D OUTPUT=file.cc -D FOLDER=ctl/cmd -P EmbedText.cmake
# Writes ww::ctl::help_markdown(name), which gives the text of each *.md by its name without suffix.
file(GLOB FILES ${FOLDER}/*.md)
set(rows "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND rows "    {\"${name}\", R\"=text=(${text})=text=\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Generated from ctl/cmd/*.md by EmbedText.cmake.
#include \"ctl/help.h\"

namespace ww::ctl {

const char* help_markdown(std::string_view name) {
    struct Row {
        std::string_view name;
        const char* text;
    };
    static constexpr Row rows[] = {
${rows}    };
    for (const Row& row : rows)
        if (row.name == name) return row.text;
    return nullptr;
}

}  // namespace ww::ctl
")
