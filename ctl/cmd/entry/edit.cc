// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl node edit, wwctl profile edit: entries as YAML in an editor. What the user typed is never
// lost: if it cannot be saved, it stays in its file.
#include <fmt/format.h>

#include "ctl/cmd/entry/preview.h"
#include "ctl/cmd/handlers.h"
#include "ctl/confirmed_change.h"
#include "ctl/editor.h"
#include "fields/entry_kind.h"

namespace ww::ctl::cmd {

using fields::EntryKind;

namespace {

template <class ImportRoute>
class Editing {
   public:
    Editing(Context& context,
            EditedFile& file,
            std::string shown,
            protocol::Document base,
            EntryKind kind)
        : context_(context),
          file_(file),
          shown_(std::move(shown)),
          state_(std::move(base.state)),
          kind_(kind) {
        request_.edited = true;
        request_.base = std::move(base.text);
        request_.source = "edited text";
        request_.rewrite = context.flags().is_true("rewrite");
    }

    /// Until the text is saved, or given up. An error is one of saving: the text is worth keeping.
    Result<void> run() {
        while (true) {
            const auto edited = file_.edit();
            WW_TRY(request_.text, file_.read());
            if (!edited) return edited.error();
            if (request_.text == shown_) return {};
            request_.dry_run = true;
            request_.state = state_;
            const auto preview = context_.call(ImportRoute{}, request_);
            if (preview) return save(*preview);
            if (preview.error().code() == ErrorCode::Conflict || context_.is_planning())
                return preview.error();
            context_.output().message(Level::Error, preview.error().describe());
            if (!confirm("Parse error: retry")) {
                keep();
                return {};
            }
        }
    }

    bool worth_keeping() const { return !request_.text.empty() && request_.text != shown_; }
    void keep() {
        context_.output().message(Level::Warn,
                                  fmt::format("your text is kept in {}", file_.keep()));
    }

   private:
    Result<void> save(const protocol::ChangeReply& preview) {
        if (preview.added + preview.deleted + preview.updated == 0) return {};
        if (context_.flags().is_true("dry-run")) {
            context_.output().print(fmt::format("Would add {}, delete {}, and update {} {}s\n",
                                                preview.added,
                                                preview.deleted,
                                                preview.updated,
                                                to_string(kind_)));
            print_changes(context_.output(), preview.summary);
            return {};
        }
        WW_TRY(const auto made,
               ask_and_change(
                   context_,
                   ImportRoute{},
                   request_,
                   preview,
                   fmt::format("Are you sure you want to add {}, delete {}, and update {} {}s",
                               preview.added,
                               preview.deleted,
                               preview.updated,
                               to_string(kind_)),
                   /*on_no=*/""));
        if (!made) keep();
        return {};
    }

    Context& context_;
    EditedFile& file_;
    std::string shown_;
    std::string state_;  // of what was shown
    EntryKind kind_;
    protocol::ImportRequest request_;
};

std::string_view temporary_name(EntryKind kind) {
    return kind == EntryKind::Node ? "ww4NodeEdit" : "ww4ProfileEdit";
}

template <class DocumentRoute, class ImportRoute>
Result<int> edit(Context& context, DocumentRoute show, ImportRoute, EntryKind kind) {
    WW_TRY(const protocol::Document document, context.call(show, {context.arguments(), "edit"}));
    std::string shown = document.text;
    if (!context.flags().is_true("noheader")) {
        WW_TRY(const protocol::Document skeleton, context.call(show, {{}, "skeleton"}));
        shown = skeleton.text + shown;
    }
    WW_TRY(EditedFile file, EditedFile::create(temporary_name(kind), ".yaml", shown));
    Editing<ImportRoute> editing(context, file, std::move(shown), document, kind);
    const auto done = editing.run();
    if (done) return 0;
    if (editing.worth_keeping() && !context.planned()) editing.keep();
    return done.error();
}

}  // namespace

Result<int> node_edit(Context& context) {
    return edit(
        context, protocol::route::NodeDocument{}, protocol::route::NodeImport{}, EntryKind::Node);
}

Result<int> profile_edit(Context& context) {
    return edit(context,
                protocol::route::ProfileDocument{},
                protocol::route::ProfileImport{},
                EntryKind::Profile);
}

}  // namespace ww::ctl::cmd
