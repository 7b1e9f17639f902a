// SPDX-License-Identifier: BSD-3-Clause
//
// What is true of every template that we ship.
#include <fcntl.h>
#include <sys/stat.h>

#include "archive/tree.h"
#include "render/render.h"
#include "render/template_info.h"
#include "support/catch.h"

using namespace ww::render;

TEST_CASE("no stock overlay calls what nobody can foresee", "[overlay][stock_overlays]") {
    const std::string top = WW_SOURCE_DIR "/overlays";
    const ww::UniqueFd folder(::open(top.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    REQUIRE(folder.valid());
    size_t templates = 0;
    const auto walked = ww::archive::walk_tree(
        folder.get(), [&](const ww::archive::TreeEntry& entry) -> ww::Result<ww::archive::Walk> {
            if (!S_ISREG(entry.status.st_mode) || !entry.path.ends_with(".ww"))
                return ww::archive::Walk::Enter;
            ++templates;
            CAPTURE(entry.path);
            const auto info = describe_template(*ww::read_file(top + "/" + entry.path), entry.path);
            REQUIRE(info);
            for (const TemplateFunction& each : info->functions) {
                CAPTURE(each.name);
                const auto* found = overlay_functions().find(each.name);
                REQUIRE(found != nullptr);
                CHECK(found->function->result != ww::tmpl::Function::Result::Volatile);
            }
            return ww::archive::Walk::Enter;
        });
    REQUIRE(walked);
    CHECK(templates > 50);
}
