// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl node edit, wwctl profile edit: entries as YAML in an editor.
#include <fmt/format.h>

#include "base/file.h"
#include "ctl/cmd/handlers.h"
#include "ctl/editor.h"
#include "ctl/prompt.h"

namespace ww::ctl::cmd {

namespace {

struct Words {
    std::string_view noun;
    std::string_view file;  // prefix of the temporary file
};

template <class DocumentRoute, class ImportRoute>
Result<int> edit(Context& context, DocumentRoute show, ImportRoute import, const Words& words) {
    WW_TRY(const protocol::Document document, context.call(show, {context.arguments(), "edit"}));
    std::string before = document.text;
    if (!context.flags().is_true("noheader")) {
        WW_TRY(const protocol::Document skeleton, context.call(show, {{}, "skeleton"}));
        before = skeleton.text + before;
    }
    WW_TRY(EditedFile file, EditedFile::create(words.file, ".yaml", before));
    protocol::ImportRequest request;
    request.replace = true;
    request.rewrite = context.flags().is_true("rewrite");
    request.names = context.arguments();
    request.source = "edited text";
    while (true) {
        WW_TRY_VOID(file.edit());
        WW_TRY(request.text, file.read());
        if (request.text == before) return 0;
        request.dry_run = true;
        const auto preview = context.call(import, request);
        if (!preview) {
            context.output().message(Level::Error, preview.error().describe());
            if (!confirm("Parse error: retry")) return 0;
            continue;
        }
        if (preview->added + preview->deleted + preview->updated == 0) return 0;
        if (!confirm(fmt::format("Are you sure you want to add {}, delete {}, and update {} {}s",
                                 preview->added, preview->deleted, preview->updated, words.noun)))
            return 0;
        request.dry_run = false;
        request.revision = preview->revision;
        WW_TRY(const auto reply, context.call(import, request));
        (void)reply;
        return 0;
    }
}

}  // namespace

Result<int> node_edit(Context& context) {
    return edit(context, protocol::route::NodeDocument{}, protocol::route::NodeImport{},
                {"node", "ww4NodeEdit"});
}

Result<int> profile_edit(Context& context) {
    return edit(context, protocol::route::ProfileDocument{}, protocol::route::ProfileImport{},
                {"profile", "ww4ProfileEdit"});
}

}  // namespace ww::ctl::cmd
